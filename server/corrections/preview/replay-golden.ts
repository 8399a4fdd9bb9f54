import type { Persona } from '../../personas/persona.ts'
import type { Outcome } from '../../protocol/outcome.ts'
import { answerTurn, type TurnLine } from '../../turn/answer-turn.ts'

/** A question whose answer was approved, and the documents that the answer rested on. */
export interface KeptAnswer {
  readonly question: string
  readonly answer: string
  readonly documentIds: readonly string[]
}

export interface GoldenResult {
  readonly outcome: Outcome
  readonly answer: string
  readonly right: boolean
}

/**
 * Asks a golden question anew, of today's knowledge and corrections (matched by words), without any model, and tells whether the
 * answer still rests on one of the documents that it rested on. Throws the reason of `signal` when it aborts.
 */
export async function replayGolden(
  line: TurnLine,
  persona: Persona,
  { question, answer: kept, documentIds }: KeptAnswer,
  signal: AbortSignal,
): Promise<GoldenResult> {
  const { speechOf: _silent, secondOpinion: _none, corrections, ...rest } = line
  // By words alone: a judge would be asked for each of many questions.
  const quick = { ...rest, model: line.standIn, ...(corrections && { corrections: { match: corrections.match } }) }
  const id = 'golden'
  const request = { persona, turnId: id, answerId: id, epoch: id, question, history: [], locale: null }
  let answer = ''
  for await (const { frame } of answerTurn(quick, request, signal)) {
    if (frame.type === 'answer-delta') {
      answer += frame.text
      continue
    }
    const rests = frame.citations.some(({ documentId }) => documentIds.includes(documentId))
    return { outcome: frame.outcome, answer, right: rests || answer === kept }
  }
  return { outcome: 'failed', answer, right: false }
}
