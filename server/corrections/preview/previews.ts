import { randomUUID } from 'node:crypto'
import { maySee } from '../../accounts/access.ts'
import type { OpenDatabase } from '../../db/open-database.ts'
import type { Persona } from '../../personas/persona.ts'
import type { Account } from '../../protocol/console-account.ts'
import type { CorrectionDraft, PreviewLine } from '../../protocol/console-correction.ts'
import { ProtocolError } from '../../protocol/errors.ts'
import { chinaDay } from '../../turn/china-day.ts'
import type { CorrectionBook } from '../correction-book.ts'
import { rowContent } from '../correction-rows.ts'
import { type CorrectionContent, contentHash, contentOf } from '../live-correction.ts'
import { replayCorrection } from './replay-correction.ts'
import type { WorkSlices } from './work-slices.ts'

/** Shows what a correction would change before it goes live. */
export interface Previews {
  /**
   * Tries a stored correction as it is written now; the preview is kept, so that these very words may be approved.
   * Throws `not-found` at once, before there is a line.
   */
  ofStored(account: Account, id: string, signal: AbortSignal): Promise<AsyncIterable<PreviewLine>>
  /** Tries words that are not stored. Nothing is kept: the summary's `previewId` is empty. */
  ofDraft(account: Account, draft: CorrectionDraft, signal: AbortSignal): Promise<AsyncIterable<PreviewLine>>
}

export interface PreviewsParts {
  readonly database: Pick<OpenDatabase, 'kysely' | 'writer'>
  readonly book: Pick<CorrectionBook, 'matchWith'>
  /** Any persona of the site, one that may not speak now, too. */
  readonly persona: (id: string) => Persona | undefined
  readonly slices: WorkSlices
  readonly now: () => number
}

export function createPreviews({ database, book, persona: personaOf, slices, now }: PreviewsParts): Previews {
  const { kysely, writer } = database

  async function* replay(
    tried: { readonly id?: string; readonly personaId: string; readonly content: CorrectionContent },
    account: Account,
    signal: AbortSignal,
  ): AsyncGenerator<PreviewLine, void> {
    const { id, personaId, content } = tried
    const at = now()
    const persona = personaOf(personaId)
    const names = persona === undefined ? [] : [persona.name, ...(persona.aliases ?? [])]
    const lines = replayCorrection(
      {
        db: kysely,
        persona: { id: personaId, names },
        content,
        matcher: book.matchWith(personaId, { id, content }, chinaDay(at)),
        golden: await goldenOf(personaId),
        now: at,
        slices,
      },
      signal,
    )
    for await (const line of lines) {
      if (line.type !== 'summary') yield line
      else yield { ...line, previewId: id === undefined ? '' : await keep(id, content, account, line) }
    }
  }

  async function goldenOf(personaId: string) {
    const rows = await kysely
      .selectFrom('golden_questions')
      .select(['question', 'answer', 'from_answer_id'])
      .where('persona_id', '=', personaId)
      .orderBy('kept_at', 'desc')
      .orderBy('id')
      .execute()
    return rows.map((row) => ({ question: row.question, answer: row.answer, answerId: row.from_answer_id }))
  }

  async function keep(
    correctionId: string,
    content: CorrectionContent,
    account: Account,
    { replayed, changed, warnings }: { replayed: number; changed: number; warnings: number },
  ): Promise<string> {
    const id = randomUUID()
    await writer.statement((db) =>
      db
        .insertInto('correction_previews')
        .values({
          id,
          correction_id: correctionId,
          content_hash: contentHash(content),
          account_id: account.id,
          at: now(),
          replayed,
          changed,
          warnings,
        })
        .execute(),
    )
    return id
  }

  return {
    async ofStored(account, id, signal) {
      const row = await kysely.selectFrom('corrections').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined || !maySee(account, row.persona_id)) throw new ProtocolError('not-found')
      return replay({ id, personaId: row.persona_id, content: rowContent(row) }, account, signal)
    },
    async ofDraft(account, draft, signal) {
      const { personaId } = draft
      if (!maySee(account, personaId) || personaOf(personaId) === undefined) throw new ProtocolError('not-found')
      return replay({ personaId, content: contentOf(draft) }, account, signal)
    },
  }
}
