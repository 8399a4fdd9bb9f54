import type { SpeechPlan } from '../../server/protocol/speech-lab.ts'
import {
  type Pace,
  SpeechFailure,
  type SpeechFault,
  type SpeechPart,
  type SpeechPlayer,
} from '../talking-avatar/speech-player.ts'
import { decodeTrack } from '../talking-avatar/viseme-track.ts'

/** A plan's clauses as what the players of the chat take. */
export function partsOf(plan: SpeechPlan, source: string): SpeechPart[] {
  return plan.clauses.map(({ speech }, clause) => ({
    turnId: 'lab',
    answerId: 'lab',
    epoch: 'lab',
    seq: 1,
    clause,
    text: source.slice(speech.start, speech.end),
    from: speech.start,
    track: decodeTrack(speech),
    pause: speech.pause,
    audio: plan.voice !== null,
  }))
}

/** Speaks the parts one after the other. Resolves at the end: null, or why there was no sound. Silent once `signal` is aborted. */
export async function speakParts(
  player: SpeechPlayer,
  parts: readonly SpeechPart[],
  pace: Pace,
  signal: AbortSignal,
): Promise<SpeechFault | null> {
  signal.addEventListener('abort', () => player.stop())
  try {
    const ends: Promise<SpeechFault | null>[] = []
    for (const part of parts) {
      await player.load(part, pace, signal)
      if (signal.aborted) return null
      ends.push(
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null))
          player.play(part, pace, resolve)
        }),
      )
    }
    return (await Promise.all(ends)).find((fault) => fault !== null) ?? null
  } catch (error) {
    if (signal.aborted) return null
    player.stop()
    return error instanceof SpeechFailure ? error.fault : 'browser-error'
  }
}
