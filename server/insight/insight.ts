import { visiblePersonas } from '../accounts/access.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import type { Document } from '../knowledge/document.ts'
import type { Persona } from '../personas/persona.ts'
import type { Account } from '../protocol/console-account.ts'
import type { Insight, InsightFilter } from '../protocol/console-insight.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { dayName, dayNumber, daysOf, MOST_DAYS } from './china-days.ts'
import { countTopics, type TopicCounts } from './count-topics.ts'
import { countFigures, type FigureTable } from './figures.ts'
import type { InsightScope } from './insight-scope.ts'
import { readReviewFigures } from './read-review-figures.ts'
import { readTopics } from './read-topics.ts'
import { readTurnFacts } from './turn-facts.ts'

export interface InsightParts {
  readonly database: OpenDatabase
  readonly analyzer: () => Analyzer
  /** All personas of the site, those that may not speak now, too. */
  readonly personas: () => readonly Persona[]
  readonly document: (id: string) => Document | undefined
}

export interface InsightReader {
  /** The figures of a period, of what the account may see. Throws `bad-request` for a period that is none or too long. */
  read(account: Account, filter: InsightFilter): Promise<Insight>
}

export function createInsightReader({ database, analyzer, personas, document }: InsightParts): InsightReader {
  return {
    async read(account, filter) {
      const scope = scopeOf(account, filter)
      const days = daysOf(filter)
      const known = personas()
      const names = known.flatMap(({ name, aliases = [] }) => [name, ...aliases])
      const { figures, counts } = await countTurns(database, scope)
      const review = await readReviewFigures(database, scope)
      const topics = await readTopics(database, counts, days, {
        analyzer,
        names,
        documentTitle: (id) => document(id)?.meta.title,
      })
      const nameOf = (id: string) => known.find((persona) => persona.id === id)?.name ?? id
      return {
        totals: { ...figures.totals, ...review },
        days: [...figures.days].map(([day, counted]) => ({ day: dayName(day), ...counted })),
        topics,
        personas: [...figures.personas]
          .map(([personaId, counted]) => ({ personaId, name: nameOf(personaId), ...counted }))
          .sort((one, other) => other.questions - one.questions || (one.personaId < other.personaId ? -1 : 1)),
        sites: [...figures.sites]
          .map(([site, questions]) => ({ site, questions }))
          .sort((one, other) => other.questions - one.questions || ((one.site ?? '') < (other.site ?? '') ? -1 : 1)),
      }
    },
  }
}

/** One pass over the turns. The list of sites is of all of them, whichever is asked for. */
async function countTurns(
  database: OpenDatabase,
  scope: InsightScope,
): Promise<{ readonly figures: FigureTable; readonly counts: TopicCounts }> {
  const { site: wanted, ...everySite } = scope.filter
  const figures = countFigures(scope.filter)
  const counts = countTopics()
  for await (const turns of readTurnFacts(database, { ...scope, filter: everySite })) {
    for (const turn of turns) {
      const isMeant = wanted === undefined || turn[3] === wanted
      figures.add(turn, isMeant)
      if (isMeant) counts.add(turn)
    }
  }
  return { figures: figures.table(), counts }
}

/** What the account may see of what it asks for. Throws `bad-request` for a period that is none or too long. */
export function scopeOf(account: Account, filter: InsightFilter): InsightScope {
  const { from, to } = filter
  if (to <= from) throw new ProtocolError('bad-request', 'The period ends before it begins.')
  if (dayNumber(to - 1) - dayNumber(from) >= MOST_DAYS) {
    throw new ProtocolError('bad-request', `The period is longer than ${MOST_DAYS} days.`)
  }
  return { filter, personas: visiblePersonas(account) }
}
