import type { Readable } from 'node:stream'
import { writeAudit } from '../../accounts/audit.ts'
import type { Account } from '../../protocol/console-account.ts'
import type { InsightFilter } from '../../protocol/console-insight.ts'
import { type InsightParts, type InsightReader, scopeOf } from '../insight.ts'
import {
  correctionsTable,
  type ExportRow,
  type ExportTable,
  figuresTable,
  turnsTable,
  unansweredTable,
} from './export-rows.ts'
import { contentDisposition, type ExportFormat, type ExportKind, exportName, periodName } from './file-name.ts'
import { DELETED, WORDS_OF_TURN } from './read-rows.ts'
import { writeCsv } from './write-csv.ts'
import { writeXlsx } from './write-xlsx.ts'

/** A workbook is made whole in memory, so it holds no more; CSV holds all. */
export const MOST_XLSX_ROWS = 5_000
const IDS_A_QUERY = 500

export interface ExportedFile {
  readonly contentType: string
  readonly contentDisposition: string
  readonly body: Readable | Buffer
}

export interface ExportWanted {
  readonly kind: ExportKind
  readonly format: ExportFormat
  readonly filter: InsightFilter
}

export interface InsightExport {
  /** Makes the file, and notes in the audit who took it. Throws `bad-request` as `InsightReader.read` does. */
  write(account: Account, wanted: ExportWanted): Promise<ExportedFile>
}

export interface InsightExportParts extends InsightParts {
  readonly reader: InsightReader
  readonly now: () => number
}

export function createInsightExport(parts: InsightExportParts): InsightExport {
  const { database, reader, personas, now } = parts

  async function tableOf(account: Account, { kind, filter }: ExportWanted): Promise<ExportTable> {
    if (kind === 'figures') return figuresTable(await reader.read(account, filter))
    const scope = scopeOf(account, filter)
    const names = new Map(personas().map(({ id, name }) => [id, name]))
    const rows = { database, scope, personaName: (id: string) => names.get(id) ?? id }
    return { turns: turnsTable, corrections: correctionsTable, unanswered: unansweredTable }[kind](rows)
  }

  return {
    async write(account, wanted) {
      const { kind, format, filter } = wanted
      const table = await tableOf(account, wanted)
      await database.writer.transaction((db) =>
        writeAudit(db, {
          at: now(),
          accountId: account.id,
          accountName: account.name,
          action: 'insight-exported',
          personaId: filter.personaId ?? account.personaId,
          detail: { ...filter, kind, format },
        }),
      )
      const label = `AI 生成：其中的回答由人工智能生成，${exportName(kind)}，${periodName(filter)}`
      const disposition = contentDisposition(kind, format, filter)
      if (format === 'csv') {
        return {
          contentType: 'text/csv; charset=utf-8',
          contentDisposition: disposition,
          body: writeCsv(table, label),
        }
      }
      return {
        contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        contentDisposition: disposition,
        body: await workbook(table, exportName(kind), label),
      }
    },
  }

  async function workbook(table: ExportTable, title: string, label: string): Promise<Buffer> {
    const { rows, isWhole } = await gather(table)
    const said = isWhole ? label : `${label}（只含前 ${MOST_XLSX_ROWS} 行，全部内容请导出 CSV）`
    const gone = new Set<string>()
    for (;;) {
      const cells = rows.map((row) => (row.answerId !== null && gone.has(row.answerId) ? wordless(row) : row).cells)
      const file = await writeXlsx({ title, label: said, header: table.header, rows: cells })
      // What visitors deleted while the file was made is not in it either.
      const before = gone.size
      for (const id of await deletedOf(rows)) gone.add(id)
      if (gone.size === before) return file
    }
  }

  /** The turns among these whose words are deleted by now, without those that were without words when they were read. */
  async function deletedOf(rows: readonly ExportRow[]): Promise<string[]> {
    const ids = rows.flatMap(({ answerId, cells }) =>
      answerId === null || cells[WORDS_OF_TURN.question] === DELETED ? [] : [answerId],
    )
    const deleted: string[] = []
    for (let start = 0; start < ids.length; start += IDS_A_QUERY) {
      const found = await database.kysely
        .selectFrom('turns')
        .select('answer_id')
        .where('answer_id', 'in', ids.slice(start, start + IDS_A_QUERY))
        .where('question', '=', '')
        .execute()
      deleted.push(...found.map((row) => row.answer_id))
    }
    return deleted
  }
}

/** The row of a turn after its words are deleted; of what is no turn's, an empty one. */
function wordless({ answerId, cells }: ExportRow): ExportRow {
  if (cells.at(-1) !== answerId) return { answerId, cells: [] }
  const words: readonly number[] = WORDS_OF_TURN.others
  return {
    answerId,
    cells: cells.map((cell, place) =>
      place === WORDS_OF_TURN.question ? DELETED : words.includes(place) ? null : cell,
    ),
  }
}

async function gather(table: ExportTable): Promise<{ rows: ExportRow[]; isWhole: boolean }> {
  const rows: ExportRow[] = []
  for await (const batch of table.batches()) {
    rows.push(...batch)
    if (rows.length > MOST_XLSX_ROWS) return { rows: rows.slice(0, MOST_XLSX_ROWS), isWhole: false }
  }
  return { rows, isWhole: true }
}
