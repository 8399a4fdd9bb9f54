import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import type { Cell, ExportTable } from './export-rows.ts'

/** Without it Excel takes the file for one in the encoding of the machine. */
const BYTE_ORDER_MARK = '\uFEFF'
/** Spreadsheets take a cell that begins so for a formula, the full-width signs among them. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u

/**
 * The table as CSV (RFC 4180, UTF-8), the label in a line of its own above the header. Rows are read while the file is
 * fetched, so it holds the words as they are then. Cells that a spreadsheet would take for formulas get a `'` before.
 */
export function writeCsv(table: ExportTable, label: string): Readable {
  return Readable.from(chunksOf(table, label), { objectMode: false, highWaterMark: 16_384 })
}

async function* chunksOf(table: ExportTable, label: string): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + linesOf([[`# ${label}`], table.header])
  for await (const rows of table.batches()) {
    if (rows.length > 0) yield linesOf(rows.map((row) => row.cells))
  }
}

function linesOf(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  )
}

/** A text as a cell that no spreadsheet runs. */
export function harmless(text: string): string {
  // A lone carriage return would begin a new row, and so a new formula.
  const oneCell = text.replace(/\r\n?/g, '\n')
  return FORMULA.test(oneCell) ? `'${oneCell}` : oneCell
}
