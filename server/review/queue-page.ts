import { sql } from 'kysely'
import {
  QUEUE_REASONS,
  type QueueFilter,
  type QueuePage,
  type QueueRow,
  type ReviewState,
} from '../protocol/console-queue.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Outcome } from '../protocol/outcome.ts'
import { maskPersonal } from './mask-personal.ts'
import { type QueueDatabase, type QueueSelection, selectedItems, withinPersonas } from './queue-filter.ts'
import { type QueueGroup, type QueueOrder, type QueuePlace, readGroups } from './queue-groups.ts'
import { bitOf, reasonsOfBits } from './queue-reasons.ts'

const ROWS = 30
const ANSWER_LENGTH = 120

export interface PageWanted {
  readonly filter: QueueFilter
  readonly personas: readonly string[] | undefined
  readonly now: number
  readonly personaName: (id: string) => string | undefined
}

/** One page of the queue. Throws `bad-request` for a cursor of another order or none of ours. */
export async function readQueuePage(database: QueueDatabase, wanted: PageWanted): Promise<QueuePage> {
  const { cursor, limit = ROWS, order = 'value', ...filter } = wanted.filter
  const { personas, now, personaName } = wanted
  const from = cursor === undefined ? undefined : readCursor(cursor, order)
  // What is asked while somebody turns the pages would move the rows under them.
  const to = from === undefined ? filter.to : Math.min(from.until, filter.to ?? from.until)
  const selection = { filter: { ...filter, ...(to === undefined ? {} : { to }) }, personas }
  const groups = await readGroups(database, selection, {
    order,
    limit: limit + 1,
    now,
    ...(from && { from: from.place }),
  })
  const page = groups.slice(0, limit)
  const [rows, { waiting, counts }] = await Promise.all([
    readRows(database, selection, page, now),
    countWaiting(database, { filter: personaOnly(filter), personas }),
  ])
  const last = page.at(-1)
  return {
    rows: rows.map((row) => ({ ...row, personaName: personaName(row.personaId) ?? row.personaId })),
    next: groups.length > limit && last !== undefined ? writeCursor(order, from?.until ?? now + 1, last) : null,
    waiting,
    counts,
  }
}

function personaOnly({ personaId }: QueueFilter): QueueSelection['filter'] {
  return personaId === undefined ? {} : { personaId }
}

/** The rows of some groups, in their order: each is stood for by its most valuable turn. */
export async function readRows(
  database: QueueDatabase,
  selection: QueueSelection,
  groups: readonly QueueGroup[],
  now: number,
): Promise<Omit<QueueRow, 'personaName'>[]> {
  if (groups.length === 0) return []
  const items = selectedItems(database, selection)
    .where('review_items.persona_id', 'in', [...new Set(groups.map((group) => group.personaId))])
    .where('question_key', 'in', [...new Set(groups.map((group) => group.questionKey))])
  const ranked = items
    .select(['answer_id', 'persona_id', 'question_key', 'reasons', 'outcome', 'state'])
    .select(['decided_by', 'leased_name', 'leased_until'])
    .select(
      sql<number>`row_number() over (partition by persona_id, question_key order by value desc, asked_at desc, answer_id)`.as(
        'place',
      ),
    )
  const first = await database.kysely
    .selectFrom(ranked.as('ranked'))
    .innerJoin('turns', 'turns.answer_id', 'ranked.answer_id')
    .selectAll('ranked')
    .select('turns.question')
    .select(sql<string | null>`substr(turns.text, 1, ${sql.lit(ANSWER_LENGTH)})`.as('answer'))
    .where('ranked.place', '=', 1)
    .execute()
  const kinds = await items
    .select(['persona_id', 'question_key', 'reasons'])
    .groupBy(['persona_id', 'question_key', 'reasons'])
    .execute()
  const rows = new Map(first.map((row) => [`${row.persona_id} ${row.question_key}`, row]))
  const bits = new Map<string, number>()
  for (const kind of kinds) {
    const key = `${kind.persona_id} ${kind.question_key}`
    bits.set(key, (bits.get(key) ?? 0) | kind.reasons)
  }
  return groups.flatMap((group) => {
    const key = `${group.personaId} ${group.questionKey}`
    const row = rows.get(key)
    // Decided or forgotten since the groups were read.
    if (row === undefined) return []
    return {
      answerId: row.answer_id,
      personaId: row.persona_id,
      question: maskPersonal(row.question),
      answer: maskPersonal(row.answer ?? ''),
      outcome: row.outcome as Outcome | null,
      reasons: reasonsOfBits(bits.get(key) ?? row.reasons),
      count: group.count,
      countWeek: group.countWeek,
      lastAskedAt: group.lastAskedAt,
      state: shownState(row.state),
      decidedBy: row.decided_by,
      leasedBy: row.leased_until !== null && row.leased_until > now ? row.leased_name : null,
    }
  })
}

/** The state as the console knows it: one that nobody has decided and nothing speaks against is waiting, with no reason. */
export function shownState(state: string): ReviewState {
  return state === 'clear' ? 'waiting' : (state as ReviewState)
}

async function countWaiting(
  { kysely }: QueueDatabase,
  selection: QueueSelection,
): Promise<Pick<QueuePage, 'waiting' | 'counts'>> {
  const groups = withinPersonas(kysely.selectFrom('review_items'), selection)
    .where('state', '=', 'waiting')
    .select(
      QUEUE_REASONS.map((reason) =>
        sql<number>`max(reasons & ${sql.lit(bitOf(reason))})`.as(reason.replaceAll('-', '_')),
      ),
    )
    .groupBy(['persona_id', 'question_key'])
  const row: Record<string, number | null> | undefined = await kysely
    .selectFrom(groups.as('groups'))
    .select((build) => build.fn.countAll<number>().as('waiting'))
    .select(
      QUEUE_REASONS.map((reason) => {
        const column = reason.replaceAll('-', '_')
        return sql<number | null>`sum(${sql.ref(column)}) / ${sql.lit(bitOf(reason))}`.as(column)
      }),
    )
    .executeTakeFirst()
  const counts = QUEUE_REASONS.map((reason) => [reason, row?.[reason.replaceAll('-', '_')] ?? 0])
  return { waiting: row?.waiting ?? 0, counts: Object.fromEntries(counts) }
}

function writeCursor(
  order: QueueOrder,
  until: number,
  { rank, lastAskedAt, personaId, questionKey }: QueuePlace,
): string {
  return Buffer.from(JSON.stringify([order, until, rank, lastAskedAt, personaId, questionKey])).toString('base64url')
}

function readCursor(cursor: string, order: QueueOrder): { readonly until: number; readonly place: QueuePlace } {
  const refused = new ProtocolError('bad-request', 'The cursor does not fit this list.')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw refused
  }
  if (!Array.isArray(parts)) throw refused
  const [of, until, rank, lastAskedAt, personaId, questionKey] = parts as unknown[]
  if (of !== order || typeof rank !== 'number' || typeof personaId !== 'string') throw refused
  if (!Number.isSafeInteger(until) || !Number.isSafeInteger(lastAskedAt) || typeof questionKey !== 'string')
    throw refused
  return {
    until: Number(until),
    place: { rank, lastAskedAt: Number(lastAskedAt), personaId, questionKey },
  }
}
