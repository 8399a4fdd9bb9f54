import type { Insight, InsightFilter } from '../protocol/console-insight.ts'
import { dayNumber, daysOf } from './china-days.ts'
import type { TurnFacts } from './turn-facts.ts'

type DayFigures = Insight['days'][number]
/** What is counted of a group of turns. */
export type Figures = Omit<DayFigures, 'day' | 'coverage'>

export interface FigureTable {
  readonly totals: Figures & Pick<Insight['totals'], 'satisfaction' | 'coverage'>
  /** Every day of the period by its number, those without a question, too. */
  readonly days: ReadonlyMap<number, Figures & Pick<DayFigures, 'coverage'>>
  readonly personas: ReadonlyMap<string, Figures>
  /** Questions by site; of one persona or all, but of every site. */
  readonly sites: ReadonlyMap<string | null, number>
}

/** Adds up figures turn by turn; those of a persona come in the order in which they were asked. */
export interface FigureCount {
  /** `counts` false: the turn counts for the list of sites alone. */
  add(turn: TurnFacts, counts: boolean): void
  table(): FigureTable
}

type Counter = { -readonly [Name in keyof Figures]: Figures[Name] } & {
  /** Distinct questions that were settled, and those of them that were answered with evidence at least once. */
  asked: number
  covered: number
}

interface PersonaCounter {
  readonly figures: Counter
  /** By question: the last day on which it was settled, doubled twice, and the bits below. Numbers, since there are many. */
  readonly questions: Map<string, number>
  /** By session: the last day on which it asked. */
  readonly sessions: Map<string, number>
}

const EVER_COVERED = 1
const COVERED_THAT_DAY = 2
const PER_DAY = 4

export function isAnswered(outcome: string | null): boolean {
  return outcome === 'grounded' || outcome === 'corrected'
}

export function isDeclined(outcome: string | null): boolean {
  return outcome === 'declined' || outcome === 'handed-off'
}

/**
 * Turns whose words are deleted count like all others. A visitor is a session, and a session talks to one persona; a
 * visitor who comes on two days is one of each day and one of the period. The coverage is of distinct questions: equal
 * ones have the same key within a persona, and one whose words are deleted is equal to no other. Those who stopped an
 * answer, or whose answer broke, say nothing of what can be answered.
 */
export function countFigures(filter: InsightFilter): FigureCount {
  const totals = newCounter()
  const days = new Map(daysOf(filter).map((day) => [day, newCounter()]))
  const personas = new Map<string, PersonaCounter>()
  const sites = new Map<string | null, number>()

  function personaOf(id: string): PersonaCounter {
    const known = personas.get(id)
    if (known !== undefined) return known
    const made = { figures: newCounter(), questions: new Map(), sessions: new Map() }
    personas.set(id, made)
    return made
  }

  return {
    add([askedAt, , personaId, site, outcome, rating, questionKey, sessionId], counts) {
      sites.set(site, (sites.get(site) ?? 0) + 1)
      if (!counts) return
      const day = dayNumber(askedAt)
      const ofDay = days.get(day)
      const persona = personaOf(personaId)
      // The period holds every turn that is read.
      if (ofDay === undefined) return
      for (const counter of [totals, ofDay, persona.figures]) addTurn(counter, outcome, rating)
      if (sessionId !== null) countVisitor(persona, sessionId, day, totals, ofDay)
      if (isAnswered(outcome) || isDeclined(outcome)) {
        countQuestion(persona, questionKey, day, isAnswered(outcome), totals, ofDay)
      }
    },

    table() {
      const ratings = totals.up + totals.down
      return {
        totals: {
          ...shown(totals),
          satisfaction: ratings === 0 ? null : totals.up / ratings,
          coverage: coverageOf(totals),
        },
        days: new Map([...days].map(([day, counter]) => [day, { ...shown(counter), coverage: coverageOf(counter) }])),
        personas: new Map([...personas].map(([id, { figures }]) => [id, shown(figures)])),
        sites,
      }
    },
  }
}

function addTurn(counter: Counter, outcome: string | null, rating: string | null): void {
  counter.questions += 1
  if (isAnswered(outcome)) counter.answered += 1
  if (outcome === 'corrected') counter.corrected += 1
  if (isDeclined(outcome)) counter.declined += 1
  if (rating === 'up') counter.up += 1
  if (rating === 'down') counter.down += 1
}

function countVisitor(persona: PersonaCounter, id: string, day: number, totals: Counter, ofDay: Counter): void {
  const last = persona.sessions.get(id)
  if (last === day) return
  persona.sessions.set(id, day)
  ofDay.visitors += 1
  if (last !== undefined) return
  persona.figures.visitors += 1
  totals.visitors += 1
}

function countQuestion(
  persona: PersonaCounter,
  key: string,
  day: number,
  answered: boolean,
  totals: Counter,
  ofDay: Counter,
): void {
  const known = persona.questions.get(key)
  let bits = known === undefined ? 0 : known % PER_DAY
  if (known === undefined) totals.asked += 1
  if (known === undefined || Math.floor(known / PER_DAY) !== day) {
    ofDay.asked += 1
    bits &= EVER_COVERED
  }
  if (answered) {
    if ((bits & EVER_COVERED) === 0) totals.covered += 1
    if ((bits & COVERED_THAT_DAY) === 0) ofDay.covered += 1
    bits = EVER_COVERED | COVERED_THAT_DAY
  }
  persona.questions.set(key, day * PER_DAY + bits)
}

function newCounter(): Counter {
  return { questions: 0, visitors: 0, answered: 0, corrected: 0, declined: 0, up: 0, down: 0, asked: 0, covered: 0 }
}

function shown({ asked: _asked, covered: _covered, ...figures }: Counter): Figures {
  return figures
}

function coverageOf({ asked, covered }: Counter): number | null {
  return asked === 0 ? null : covered / asked
}
