import type { QuestionEvidence } from '../corrections/correction-match.ts'
import { questionEvidence } from '../corrections/question-evidence.ts'
import type { Persona } from '../personas/persona.ts'
import type { TurnLine } from '../turn/answer-turn.ts'
import { chinaDay } from '../turn/china-day.ts'
import { findAnswer } from '../turn/find-answer.ts'
import { understand } from '../turn/understand.ts'
import type { EvidenceOf } from './correction-trials.ts'
import type { ParaphrasePack } from './paraphrase-pack.ts'

/** As many passages as a turn looks at. */
const PASSAGES = 8

/** Asks the knowledge of each persona for each question of the packs whose scope is that persona; other scopes have none. */
export async function gatherEvidence(
  packs: readonly ParaphrasePack[],
  line: TurnLine,
  personas: readonly Persona[],
): Promise<EvidenceOf> {
  const found = new Map<string, QuestionEvidence>()
  const day = chinaDay(line.now())
  const { signal } = new AbortController()
  for (const { corrections, questions } of packs) {
    const asked = [
      ...corrections.flatMap(({ scope, phrasings }) => phrasings.map((text) => ({ scope, text }))),
      ...questions,
    ]
    for (const { scope, text } of asked) {
      const persona = personas.find(({ id }) => id === scope)
      const key = `${scope}\n${text}`
      if (persona === undefined || found.has(key)) continue
      const understood = understand(text, [], [persona.name, ...(persona.aliases ?? [])])
      const options = { collections: persona.collections, limit: PASSAGES, day, signal }
      found.set(key, questionEvidence(await findAnswer(line.retriever, line.analyzer(), understood, options)))
    }
  }
  return (scope, text) => found.get(`${scope}\n${text}`)
}
