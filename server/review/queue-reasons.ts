import { createHash } from 'node:crypto'
import { QUEUE_REASONS, type QueueReason } from '../protocol/console-queue.ts'

/** A shown sentence of which the evidence holds less is looked at; the gate itself lets sentences through from 0.45 on. */
export const LOW_SUPPORT = 0.6
/** An answer that was likelier not in the passages than in them is looked at. */
export const LOW_ANSWERABILITY = 0.5
/** The share of answers with nothing against them that is read nevertheless, so that the rate of errors is known. */
export const SAMPLE_SHARE = 0.05

/** What each reason adds to the value of a turn: how much sooner than others it is read. */
const VALUES: Readonly<Record<QueueReason, number>> = {
  declined: 2,
  'thumbs-down': 3,
  reported: 3,
  'ask-lecturer': 2,
  withheld: 2,
  'low-support': 2,
  'source-changed': 2,
  sample: 0,
}

const HAS_WORDS_TO_JUDGE: ReadonlySet<string> = new Set(['grounded', 'corrected'])

/** What is known of an ended turn that may speak against it. */
export interface TurnFacts {
  readonly answerId: string
  readonly outcome: string | null
  readonly rating: 'up' | 'down' | null
  readonly feedbackReason: string | null
  /** How many sentences were not shown. */
  readonly withheld: number
  /** Of the weakest sentence that claims something; null where none does. */
  readonly leastSupport: number | null
  readonly answerability: number | null
}

/** The bit of a reason in `review_items.reasons`. Bits are stored: a reason keeps its place in the list. */
export function bitOf(reason: QueueReason): number {
  return 1 << QUEUE_REASONS.indexOf(reason)
}

export function reasonsOfBits(bits: number): QueueReason[] {
  return QUEUE_REASONS.filter((reason) => (bits & bitOf(reason)) !== 0)
}

export function valueOfBits(bits: number): number {
  return reasonsOfBits(bits).reduce((sum, reason) => sum + VALUES[reason], 0)
}

/** The bits of why a human should read the turn; 0 where nothing is against it and it is not in the sample. */
export function judgeTurn(facts: TurnFacts): number {
  let bits = 0
  const add = (reason: QueueReason, holds: boolean) => {
    if (holds) bits |= bitOf(reason)
  }
  const answered = facts.outcome !== null && HAS_WORDS_TO_JUDGE.has(facts.outcome)
  add('declined', facts.outcome === 'declined' || facts.outcome === 'handed-off')
  if (facts.rating === 'down') {
    // These two are said with other buttons than the thumb.
    const said = facts.feedbackReason === 'report' ? 'reported' : facts.feedbackReason
    add(said === 'reported' || said === 'ask-lecturer' ? said : 'thumbs-down', true)
  }
  add('withheld', facts.withheld > 0)
  add(
    'low-support',
    answered && (isBelow(facts.leastSupport, LOW_SUPPORT) || isBelow(facts.answerability, LOW_ANSWERABILITY)),
  )
  add('sample', bits === 0 && answered && isSampled(facts.answerId))
  return bits
}

/** Whether the answer is in the random sample; the same for the same answer, always and on every node. */
export function isSampled(answerId: string): boolean {
  return createHash('sha256').update(`sample ${answerId}`).digest().readUInt32BE(0) < SAMPLE_SHARE * 2 ** 32
}

function isBelow(value: number | null, bound: number): boolean {
  return value !== null && value < bound
}
