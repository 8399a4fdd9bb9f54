import type { AnswerEvent } from '../../server/answers/answer-streams.ts'
import type { AnswerDelta, AnswerEnd, AnswerFrame } from '../../server/protocol/server-message.ts'

const TURN_ID = '00000000-0000-4000-8000-000000000001'

/** The deltas of a text that comes in these pieces. */
export function deltas(answerId: string, epoch: string, pieces: readonly string[]): AnswerDelta[] {
  return pieces.map((text, index) => ({
    type: 'answer-delta',
    turnId: TURN_ID,
    answerId,
    epoch,
    seq: index + 1,
    offset: pieces.slice(0, index).join('').length,
    text,
    citations: [],
  }))
}

/** The end of an answer after `seq - 1` deltas. */
export function end(answerId: string, epoch: string, seq: number): AnswerEnd {
  return {
    type: 'answer-end',
    turnId: TURN_ID,
    answerId,
    epoch,
    seq,
    length: 0,
    sha256: '0'.repeat(64),
    outcome: 'grounded',
    citations: [],
    label: { short: 'AI', text: 'AI' },
    suggestions: [],
  }
}

/** All frames of an answer: deltas and end. */
export function wholeAnswer(answerId: string, epoch: string, pieces: readonly string[]): AnswerFrame[] {
  return [...deltas(answerId, epoch, pieces), end(answerId, epoch, pieces.length + 1)]
}

/** Reads a follower to its end, or until it has given `most` events. */
export async function collect(
  follower: AsyncIterable<AnswerEvent | undefined>,
  most = Number.POSITIVE_INFINITY,
): Promise<(AnswerEvent | undefined)[]> {
  const events: (AnswerEvent | undefined)[] = []
  for await (const event of follower) if (events.push(event) >= most) break
  return events
}

/** An event in few letters: `e1.3 text`, `e1.4 end`, `replaced e1: text|text (end)`, `gone`. */
export function shown(event: AnswerEvent | undefined): string {
  if (!event) return 'gone'
  if (event.type === 'answer-delta') return `${event.epoch}.${event.seq} ${event.text}`
  if (event.type === 'answer-end') return `${event.epoch}.${event.seq} end`
  return `replaced ${event.epoch}: ${event.deltas.map(({ text }) => text).join('|')}${event.end ? ' (end)' : ''}`
}
