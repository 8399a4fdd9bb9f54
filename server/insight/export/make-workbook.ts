import type { OpenDatabase } from '../../db/open-database.ts'
import type { ExportRow, ExportTable } from './export-rows.ts'
import type { Workbook } from './workbook-thread.ts'

/** What one workbook holds at most; CSV holds all. */
export interface WorkbookSize {
  readonly rows: number
  /** Of all cells as they are written, in UTF-16 units. */
  readonly characters: number
}

/** A full workbook takes about 250 MB while it is written. */
export const MOST_OF_XLSX: WorkbookSize = { rows: 20_000, characters: 16_000_000 }
const IDS_A_QUERY = 500

export interface WorkbookWanted {
  readonly table: ExportTable
  readonly title: string
  readonly label: string
  readonly most: WorkbookSize
}

/**
 * The table as a workbook, read batch by batch and written by `workbook`. Where it does not hold all rows, its first row
 * says so. Words that visitors delete until it is written are not in it.
 */
export async function makeWorkbook(
  kysely: OpenDatabase['kysely'],
  workbook: Workbook,
  { table, title, label, most }: WorkbookWanted,
): Promise<Buffer> {
  const { turns, rows, isWhole } = await gather(workbook, table, most)
  const content = { title, header: table.header, label: isWhole ? label : label + leftOut(rows, await table.rows()) }
  for (;;) {
    const file = await workbook.write(content)
    const deleted = await deletedOf(kysely, [...turns.keys()])
    if (deleted.length === 0) return file
    const stripped = deleted.map((id) => turns.get(id)).filter((row) => row !== undefined)
    await workbook.strip(stripped, table.withoutWords)
    for (const id of deleted) turns.delete(id)
  }
}

interface Gathered {
  /** The numbers of the rows with words of visitors, by their turns. */
  readonly turns: Map<string, number>
  readonly rows: number
  readonly isWhole: boolean
}

async function gather(workbook: Workbook, table: ExportTable, most: WorkbookSize): Promise<Gathered> {
  const turns = new Map<string, number>()
  let [rows, characters] = [0, 0]
  for await (const batch of table.batches()) {
    const taken: ExportRow[] = []
    for (const row of batch) {
      characters += lengthOf(row)
      if (rows + taken.length === most.rows || characters > most.characters) break
      if (row.answerId !== null && hasWords(row, table)) turns.set(row.answerId, rows + taken.length)
      taken.push(row)
    }
    await workbook.add(taken.map((row) => row.cells))
    rows += taken.length
    if (taken.length < batch.length) return { turns, rows, isWhole: false }
  }
  return { turns, rows, isWhole: true }
}

function lengthOf({ cells }: ExportRow): number {
  // `&amp;` has four characters more than what it stands for.
  const written = (text: string) => text.length + 4 * (text.match(/[&<>]/g)?.length ?? 0)
  return cells.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? written(cell) : 0), 0)
}

function hasWords({ cells }: ExportRow, { withoutWords }: ExportTable): boolean {
  return [...withoutWords].some(([place, without]) => (cells[place] || null) !== without)
}

/** The turns among these whose words are deleted by now. */
async function deletedOf(kysely: OpenDatabase['kysely'], ids: readonly string[]): Promise<string[]> {
  const deleted: string[] = []
  for (let start = 0; start < ids.length; start += IDS_A_QUERY) {
    const found = await kysely
      .selectFrom('turns')
      .select('answer_id')
      .where('answer_id', 'in', ids.slice(start, start + IDS_A_QUERY))
      .where('question', '=', '')
      .execute()
    deleted.push(...found.map((row) => row.answer_id))
  }
  return deleted
}

/** Why a workbook does not hold all of the table, for its first row. */
function leftOut(rows: number, all: number): string {
  return `（共 ${Math.max(all, rows + 1)} 行，表格只含前 ${rows} 行，全部内容请导出 CSV）`
}
