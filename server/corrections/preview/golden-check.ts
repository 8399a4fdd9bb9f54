import { maySee, visiblePersonas } from '../../accounts/access.ts'
import type { OpenDatabase } from '../../db/open-database.ts'
import type { Persona } from '../../personas/persona.ts'
import type { Account } from '../../protocol/console-account.ts'
import type { GoldenCheckLine } from '../../protocol/console-correction.ts'
import { ProtocolError } from '../../protocol/errors.ts'
import type { TurnLine } from '../../turn/answer-turn.ts'
import { replayGolden } from './replay-golden.ts'
import type { WorkSlices } from './work-slices.ts'

/** Asks all golden questions anew, of one persona or of all that the account may see. Throws `not-found` before there is a line. */
export type CheckGolden = (
  account: Account,
  personaId: string | undefined,
  signal: AbortSignal,
) => AsyncIterable<GoldenCheckLine>

export interface GoldenCheckParts {
  readonly database: Pick<OpenDatabase, 'kysely'>
  readonly line: TurnLine
  readonly persona: (id: string) => Persona | undefined
  readonly slices: WorkSlices
}

export function createGoldenCheck({ database, line, persona: personaOf, slices }: GoldenCheckParts): CheckGolden {
  async function* check(personaIds: readonly string[] | undefined, signal: AbortSignal) {
    const breathe = slices.begin()
    const rows = await database.kysely
      .selectFrom('golden_questions')
      .selectAll()
      .$if(personaIds !== undefined, (query) => query.where('persona_id', 'in', [...(personaIds ?? []), '']))
      .orderBy('kept_at', 'desc')
      .orderBy('id')
      .execute()
    let wrong = 0
    let done = 0
    for (const row of rows) {
      const persona = personaOf(row.persona_id)
      if (persona === undefined) continue
      const kept = { question: row.question, answer: row.answer, documentIds: JSON.parse(row.document_ids) as string[] }
      const { outcome, answer, right } = await replayGolden(line, persona, kept, signal)
      done += 1
      if (!right) wrong += 1
      const { id, question } = row
      yield { type: 'row', id, question, before: kept.answer, after: answer, outcome, right } as const
      yield { type: 'progress', done, total: rows.length } as const
      await breathe()
      if (signal.aborted) return
    }
    yield { type: 'summary', checked: done, wrong } as const
  }

  return (account, personaId, signal) => {
    if (personaId !== undefined && !maySee(account, personaId)) throw new ProtocolError('not-found')
    return check(personaId === undefined ? visiblePersonas(account) : [personaId], signal)
  }
}
