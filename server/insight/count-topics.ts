import { dayNumber } from './china-days.ts'
import { isAnswered, isDeclined } from './figures.ts'
import type { TurnFacts } from './turn-facts.ts'

/** How often by day, see `dayNumber`. */
export type DayCounts = Map<number, number>

/** A declined question that has words. */
export interface DeclinedQuestion {
  /** The least of the ids of its turns: any of them has its words, and it is always the same. */
  readonly answerId: string
  readonly count: number
  readonly days: DayCounts
}

/** What topics are made of. */
export interface TopicCounts {
  /** Answered questions by the document that the answer cites first. */
  readonly answered: ReadonlyMap<string, DayCounts>
  /** Declined questions by their key. */
  readonly declined: ReadonlyMap<string, DeclinedQuestion>
}

/** Gathers turn by turn. */
export function countTopics(): TopicCounts & { add(turn: TurnFacts): void } {
  const answered = new Map<string, DayCounts>()
  const declined = new Map<string, { answerId: string; count: number; days: DayCounts }>()
  return {
    answered,
    declined,
    add([askedAt, answerId, , , outcome, , questionKey, , documentId]) {
      if (documentId !== null && isAnswered(outcome)) {
        const days = answered.get(documentId) ?? new Map()
        answered.set(documentId, days)
        countDay(days, askedAt)
      }
      if (isDeclined(outcome) && questionKey !== answerId) {
        const question = declined.get(questionKey) ?? { answerId, count: 0, days: new Map() }
        declined.set(questionKey, question)
        question.count += 1
        if (answerId < question.answerId) question.answerId = answerId
        countDay(question.days, askedAt)
      }
    },
  }
}

function countDay(days: DayCounts, askedAt: number): void {
  const day = dayNumber(askedAt)
  days.set(day, (days.get(day) ?? 0) + 1)
}
