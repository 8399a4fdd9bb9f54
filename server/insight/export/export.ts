import type { Readable } from 'node:stream'
import { writeAudit } from '../../accounts/audit.ts'
import type { Account } from '../../protocol/console-account.ts'
import type { InsightFilter } from '../../protocol/console-insight.ts'
import { type InsightParts, type InsightReader, scopeOf } from '../insight.ts'
import { correctionsTable, type ExportTable, figuresTable, turnsTable, unansweredTable } from './export-rows.ts'
import { contentDisposition, type ExportFormat, type ExportKind, exportName, periodName } from './file-name.ts'
import { MOST_OF_XLSX, makeWorkbook } from './make-workbook.ts'
import { createWorkbookThreads } from './workbook-thread.ts'
import { writeCsv } from './write-csv.ts'

export interface ExportedFile {
  readonly contentType: string
  readonly contentDisposition: string
  /** CSV is made while it is read. */
  readonly body: Readable | Buffer
}

export interface ExportWanted {
  readonly kind: ExportKind
  readonly format: ExportFormat
  readonly filter: InsightFilter
}

export interface InsightExport {
  /** Makes the file, and notes in the audit who took it. Throws `bad-request` as `InsightReader.read` does, and
   * `not-possible` where a workbook takes too much memory or time. */
  write(account: Account, wanted: ExportWanted): Promise<ExportedFile>
}

export interface InsightExportParts extends InsightParts {
  readonly reader: InsightReader
  readonly now: () => number
}

export function createInsightExport(parts: InsightExportParts): InsightExport {
  const { database, reader, personas, now } = parts
  const threads = createWorkbookThreads()

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
        body: await threads.run((workbook) =>
          makeWorkbook(database.kysely, workbook, { table, title: exportName(kind), label, most: MOST_OF_XLSX }),
        ),
      }
    },
  }
}
