import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { QueueFilter } from '../protocol/console-queue.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { chinaDay } from '../turn/china-day.ts'
import { foldForSearch } from './question-key.ts'
import { bitOf } from './queue-reasons.ts'

const DAY_MS = 86_400_000

/**
 * The filter with the days that it counts back from now as the moment at which they begin, midnight in China. Throws
 * `bad-request` where it names a beginning or an end besides.
 */
export function atPresent({ days, ...filter }: QueueFilter, now: number): QueueFilter {
  if (days === undefined) return filter
  if (filter.from !== undefined || filter.to !== undefined) {
    throw new ProtocolError('bad-request', 'A filter has either `days`, or `from` and `to`.')
  }
  return { ...filter, from: Date.parse(`${chinaDay(now - (days - 1) * DAY_MS)}T00:00:00+08:00`) }
}

/** Which turns are meant: what was asked for, within what the account may see. */
export interface QueueSelection {
  readonly filter: Omit<QueueFilter, 'order' | 'cursor' | 'limit' | 'days'>
  /** Undefined where the account sees all personas. */
  readonly personas: readonly string[] | undefined
}

export interface QueueDatabase {
  readonly kysely: Kysely<Schema>
  readonly dialect: 'sqlite' | 'postgres'
}

type Items = SelectQueryBuilder<Schema, 'review_items', object>

/** The rows of the review queue that are meant. */
export function selectedItems({ kysely, dialect }: QueueDatabase, selection: QueueSelection): Items {
  const { filter, personas: only } = selection
  let query: Items = withinPersonas(kysely.selectFrom('review_items'), selection)
  const state = filter.state ?? 'waiting'
  // A third of all rows by way of the index is slower than all of them in the order in which they are stored.
  const scans =
    dialect === 'sqlite' && wordsOf(filter).length > 0 && filter.personaId === undefined && only === undefined
  if (state !== 'any') query = query.where(scans ? sql`+state` : sql.ref('state'), '=', state)
  if (filter.reason !== undefined) {
    query = query.where((build) => build(build('reasons', '&', bitOf(filter.reason ?? 'sample')), '!=', 0))
  }
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome)
  if (filter.rating === 'none') query = query.where('rating', 'is', null)
  else if (filter.rating !== undefined) query = query.where('rating', '=', filter.rating)
  if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel)
  if (filter.site !== undefined) query = query.where('site', '=', filter.site)
  if (filter.from !== undefined) query = query.where('asked_at', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('asked_at', '<', filter.to)
  const position = sql.raw(dialect === 'sqlite' ? 'instr' : 'strpos')
  for (const word of wordsOf(filter)) query = query.where(sql<boolean>`${position}(words, ${word}) > 0`)
  return query
}

/** The words of a filter, each of which must stand in the question or the answer. */
export function wordsOf({ words = '' }: Pick<QueueFilter, 'words'>): string[] {
  // A NUL cannot be stored, so it cannot be found.
  return foldForSearch(words.replaceAll('\u0000', ' '))
    .split(/\s+/u)
    .filter((word) => word !== '')
}

export function withinPersonas(query: Items, { filter, personas }: QueueSelection): Items {
  const { personaId } = filter
  if (personaId !== undefined) {
    const visible = personas === undefined || personas.includes(personaId)
    return visible ? query.where('persona_id', '=', personaId) : query.where(sql<boolean>`1 = 0`)
  }
  if (personas === undefined) return query
  return personas.length === 0 ? query.where(sql<boolean>`1 = 0`) : query.where('persona_id', 'in', [...personas])
}
