import type { Log } from '../log.ts'
import type { Notices } from '../notices/notices.ts'
import type { Personas } from '../personas/personas.ts'
import type { TurnRunner } from '../turn/turn-runner.ts'
import type { PauseBook } from './pause-book.ts'

export interface EnforcePausesParts {
  readonly paused: PauseBook
  readonly personas: Pick<Personas, 'pause'>
  readonly runner: Pick<TurnRunner, 'silencePaused'>
  readonly notices: Notices
  /** Who is silent and known to be so: it is told once. */
  readonly silenced: Set<string>
  readonly log: Log
}

/**
 * Silences on this node what is paused, from now on: personas, running answers, and, by a notice, the visitors of a
 * paused persona are told. Returns the function that ends it.
 */
export function enforcePauses({ paused, personas, runner, notices, silenced, log }: EnforcePausesParts): () => void {
  let before: readonly string[] = paused.pausedPersonas()
  personas.pause(before)
  for (const personaId of before) silenced.add(personaId)
  return paused.onChange(() => {
    const now = paused.pausedPersonas()
    personas.pause(now)
    for (const personaId of before) if (!now.includes(personaId)) silenced.delete(personaId)
    before = now
    for (const personaId of now) {
      if (silenced.has(personaId)) continue
      notices
        .publish({ kind: 'persona-withdrawn', personaId, paused: true })
        .catch((error) => log.warn({ err: error, personaId }, 'other nodes were not told of a pause'))
    }
    runner.silencePaused()
  })
}
