import type { Kysely } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { CorrectionContent, LiveCorrection } from './live-correction.ts'

/** The live corrections by persona, newest first, each persona's with the fingerprint of what was read. */
export async function readLive(
  db: Kysely<Schema>,
  personaId?: string,
): Promise<Map<string, { live: LiveCorrection[]; fingerprint: string }>> {
  let query = db
    .selectFrom('corrections')
    .select(['id', 'persona_id', 'live_version', 'live_content', 'live_at', 'changed_at', 'revision'])
    .where('live_version', 'is not', null)
  if (personaId !== undefined) query = query.where('persona_id', '=', personaId)
  const rows = await query.orderBy('live_at', 'desc').orderBy('id').execute()
  const found = new Map<string, { live: LiveCorrection[]; changedAt: number; revisions: number }>()
  for (const row of rows) {
    const kept = found.get(row.persona_id) ?? { live: [], changedAt: 0, revisions: 0 }
    kept.live.push({
      id: row.id,
      personaId: row.persona_id,
      version: row.live_version ?? 0,
      content: JSON.parse(row.live_content ?? '{}') as CorrectionContent,
    })
    kept.changedAt = Math.max(kept.changedAt, row.changed_at)
    kept.revisions += row.revision
    found.set(row.persona_id, kept)
  }
  return new Map(
    [...found].map(([id, { live, changedAt, revisions }]) => [
      id,
      { live, fingerprint: fingerprint(live.length, changedAt, revisions) },
    ]),
  )
}

/** What tells whether a persona's live corrections are those that were read; cheap. */
export async function readFingerprints(db: Kysely<Schema>): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('corrections')
    .select((build) => [
      'persona_id',
      build.fn.countAll<number>().as('count'),
      build.fn.max('changed_at').as('changed_at'),
      build.fn.sum<number>('revision').as('revisions'),
    ])
    .where('live_version', 'is not', null)
    .groupBy('persona_id')
    .execute()
  return new Map(
    rows.map((row) => [row.persona_id, fingerprint(Number(row.count), Number(row.changed_at), Number(row.revisions))]),
  )
}

function fingerprint(count: number, changedAt: number, revisions: number): string {
  return `${count} ${changedAt} ${revisions}`
}
