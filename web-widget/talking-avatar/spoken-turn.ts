import type { Conversation, Turn } from '../connection/conversation-state.ts'
import type { SpeechPart } from './speech-player.ts'
import { decodeTrack } from './viseme-track.ts'

/** How far the newest answer has been given to the voice. */
export interface SpokenTurn {
  readonly turnId: string | null
  /** UTF-16 code units of the answer that need no voice any more. Never falls: nothing is said twice. */
  readonly spokenTo: number
  /** The rest of this answer is not to be spoken. */
  readonly muted: boolean
}

export interface SpokenStep {
  readonly state: SpokenTurn
  readonly parts: readonly SpeechPart[]
  /** What is being spoken is out of date. */
  readonly bargeIn: boolean
}

export const NOTHING_SPOKEN: SpokenTurn = { turnId: null, spokenTo: 0, muted: false }

/**
 * What is new to speak in a conversation. Only the newest turn is spoken, and only where it was asked on this page: what
 * comes back with a record after a reload or a reconnect stays silent, and so does what was said before a new epoch.
 */
export function nextToSpeak(state: SpokenTurn, talk: Conversation): SpokenStep {
  const turn = talk.turns[talk.turns.length - 1]
  if (turn === undefined || talk.withdrawn) return { state: NOTHING_SPOKEN, parts: [], bargeIn: state.turnId !== null }
  const fresh = turn.turnId !== state.turnId
  const known = fresh ? { turnId: turn.turnId, spokenTo: 0, muted: false } : state
  const stopped = turn.stopping || ['stopped', 'filtered'].includes(turn.answer?.ending?.outcome ?? '')
  const muted = known.muted || stopped
  const before = { bargeIn: (fresh && state.turnId !== null) || (stopped && !known.muted), parts: [] }
  if (turn.restored === true || muted || turn.answer === null) return { ...before, state: { ...known, muted } }
  const parts = partsFrom(turn, known.spokenTo)
  const last = parts[parts.length - 1]
  const spokenTo = last === undefined ? known.spokenTo : last.from + last.text.length
  return { ...before, parts, state: { ...known, spokenTo, muted } }
}

/** All of the newest answer once more; empty where nothing of it can be spoken. */
export function partsAgain({ turns }: Conversation): SpeechPart[] {
  const turn = turns[turns.length - 1]
  return turn === undefined ? [] : partsFrom(turn, 0)
}

/** Whether an answer is awaited of which nothing can be read yet. */
export function isThinking({ turns }: Conversation): boolean {
  return turns.some(
    ({ delivery, answer, stopping }) =>
      delivery === 'sent' || (delivery === 'accepted' && answer?.ending === null && answer.text === '' && !stopping),
  )
}

/** The clauses of all sentences that begin at `spokenTo` or later. */
function partsFrom({ turnId, answer }: Turn, spokenTo: number): SpeechPart[] {
  let end = 0
  return (answer?.sentences ?? []).flatMap(({ text, spoken }) => {
    const start = end
    end += text.length
    if (answer === null || spoken === undefined || start < spokenTo) return []
    return spoken.speech.clauses.map((clause, index) => ({
      turnId,
      answerId: answer.answerId,
      epoch: answer.epoch,
      seq: spoken.seq,
      clause: index,
      text: text.slice(clause.start, clause.end),
      from: start + clause.start,
      track: decodeTrack(clause),
      pause: clause.pause,
      audio: clause.audio,
    }))
  })
}
