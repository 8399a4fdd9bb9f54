import { writeAudit } from '../accounts/audit.ts'
import { returnToQueue } from '../review/queue-rows.ts'
import { placeOf } from './approved-answer.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import type { CorrectionContent } from './live-correction.ts'

/**
 * Looks whether the documents that live corrections rest on have changed. Where the quoted span is gone, the correction
 * is flagged and the turn that it came from returns to the queue, so that the lecturer looks again. It stays live: its
 * words were approved, whatever the document says now. Several nodes may do this at once. Returns the ids flagged here.
 */
export async function recheckSources({
  database,
  document,
  now,
}: Pick<CorrectionsContext, 'database' | 'document' | 'now'>): Promise<string[]> {
  const rows = await database.kysely
    .selectFrom('corrections')
    .select(['id', 'persona_id', 'from_answer_id', 'source_document_id', 'source_document_hash'])
    .select(['source_changed', 'live_version', 'live_content'])
    .where('live_version', 'is not', null)
    .where('source_document_id', 'is not', null)
    .execute()
  const flagged: string[] = []
  for (const row of rows) {
    const stored = document(row.source_document_id ?? '')
    const hash = stored?.hash ?? ''
    const { source } = JSON.parse(row.live_content ?? '{}') as CorrectionContent
    if (hash === row.source_document_hash || source.kind !== 'document') continue
    const isGone = stored === undefined || placeOf(source.quote, source.start, stored.text) === -1
    const isNews = isGone && row.source_changed === 0
    const mine = await database.writer.transaction(async (db) => {
      const result = await db
        .updateTable('corrections')
        .set({ source_document_hash: hash, source_changed: isGone ? 1 : 0 })
        .where('id', '=', row.id)
        .where('live_version', '=', row.live_version)
        .where('source_document_hash', '=', row.source_document_hash)
        .executeTakeFirst()
      if (result.numUpdatedRows !== 1n || !isNews) return false
      if (row.from_answer_id !== null) await returnToQueue(db, [row.from_answer_id], 'source-changed')
      await writeAudit(db, {
        at: now(),
        accountId: null,
        accountName: 'knowledge',
        action: 'correction-source-changed',
        personaId: row.persona_id,
        subjectId: row.id,
        detail: { documentId: row.source_document_id },
      })
      return true
    })
    if (mine) flagged.push(row.id)
  }
  return flagged
}
