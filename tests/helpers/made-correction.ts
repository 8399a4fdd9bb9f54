import { randomUUID } from 'node:crypto'
import { contentHash } from '../../server/corrections/live-correction.ts'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import type { Correction, CorrectionAction, CorrectionDraft } from '../../server/protocol/console-correction.ts'
import type { ConsoleClient } from './console-client.ts'
import type { TestServer } from './test-server.ts'

/** A second door to the database of a server under test. */
export function databaseOf(server: Pick<TestServer, 'dataDir' | 'deps'>): Promise<OpenDatabase> {
  const { databaseUrl } = server.deps.config
  return openDatabase({ dataDir: server.dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
}

export const OWN_WORDS = { kind: 'own-words', saidOn: '2026-03-01' } as const

/** A draft in the lecturer's own words. */
export function draftOf(
  more: Partial<CorrectionDraft> & Pick<CorrectionDraft, 'question' | 'answer'>,
): CorrectionDraft {
  return { personaId: 'lin-yue', phrasings: [], notThese: [], source: OWN_WORDS, ...more }
}

export async function begin(console: ConsoleClient, draft: CorrectionDraft): Promise<Correction> {
  const answer = await console.post('/corrections', draft)
  if (answer.status !== 200) throw new Error(`The correction was refused: ${answer.text}`)
  return answer.json<Correction>()
}

/** Stores that somebody has seen a preview of exactly these words. */
export async function notePreview(database: OpenDatabase, correction: Correction, warnings = 0): Promise<string> {
  const id = randomUUID()
  await database.writer.statement((db) =>
    db
      .insertInto('correction_previews')
      .values({
        id,
        correction_id: correction.id,
        content_hash: contentHash(correction),
        account_id: 'test',
        at: Date.now(),
        replayed: 1,
        changed: 0,
        warnings,
      })
      .execute(),
  )
  return id
}

export function act(console: ConsoleClient, { id, revision }: Correction, action: Omit<CorrectionAction, 'revision'>) {
  return console.post(`/corrections/${id}/action`, { revision, ...action })
}

/** Approves what was previewed; it is live when this resolves. */
export async function approve(console: ConsoleClient, database: OpenDatabase, correction: Correction) {
  const previewId = await notePreview(database, correction)
  const answer = await act(console, correction, { action: 'approve', previewId })
  if (answer.status !== 200) throw new Error(`The approval was refused: ${answer.text}`)
  return answer.json<Correction>()
}
