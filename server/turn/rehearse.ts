import type { Log } from '../log.ts'
import type { Persona } from '../personas/persona.ts'
import { answerTurn, type TurnLine } from './answer-turn.ts'

/**
 * Asks every persona its own suggestions once, so that what is computed at the first use is there before the first
 * visitor, and the log says which suggestion the sources do not answer. The stand-in answers: nothing is spent.
 */
export async function rehearse(
  line: TurnLine,
  personas: readonly Persona[],
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { corrections, ...rest } = line
  const quiet: TurnLine = {
    ...rest,
    model: line.standIn,
    ...(corrections && { corrections: { match: corrections.match } }),
  }
  for (const persona of personas) {
    for (const question of persona.suggestions) {
      // A visitor who asks meanwhile goes first.
      await new Promise(setImmediate)
      if (signal.aborted) return
      const request = { persona, turnId: '', answerId: '', epoch: '', question, history: [], locale: null }
      for await (const { frame } of answerTurn(quiet, request, signal)) {
        if (frame.type !== 'answer-end' || frame.outcome === 'grounded' || frame.outcome === 'corrected') continue
        log.warn(
          { personaId: persona.id, question },
          'the sources do not answer this suggestion; change the suggestion or add a source',
        )
      }
    }
  }
}
