import { sql } from 'kysely'
import type { Citation } from '../../protocol/citation.ts'
import type { CorrectionSource } from '../../protocol/console-correction.ts'
import { CHINA_OFFSET_MS } from '../china-days.ts'
import { breathe, type InsightDatabase, type InsightScope, withinPeriod, withinScope } from '../insight-scope.ts'
import type { ExportRow, WithoutWords } from './export-rows.ts'
import { CHANNELS, CORRECTION_STATES, FEEDBACK_REASONS, nameOf, OUTCOMES, RATINGS, REVIEWS } from './words.ts'

export interface RowReader {
  readonly database: InsightDatabase
  readonly scope: InsightScope
  readonly personaName: (id: string) => string
}

/** Small, so that little is held that a visitor may delete meanwhile. */
const ROWS_A_BATCH = 200
export const MOST_UNANSWERED = 5_000
/** The label of generated words (GB 45438-2025), on each row that holds any. */
const AI_GENERATED = 'AI 生成'
const AI_CORRECTED = 'AI 分身使用，由人修订'

/** Turns with their words as they are now, oldest first; running ones are left out. */
export async function* exportTurns({ database, scope, personaName }: RowReader): AsyncGenerator<ExportRow[]> {
  let last = { askedAt: scope.filter.from, answerId: '' }
  for (;;) {
    // The ids by way of the narrow index, then the long rows of these alone.
    const { rows: ids } = await sql<{ answer_id: string; asked_at: number }>`
      select answer_id, asked_at from turns
      where ${withinPeriod(scope)} and outcome is not null
        and (asked_at > ${last.askedAt} or (asked_at = ${last.askedAt} and answer_id > ${last.answerId}))
        and asked_at >= ${last.askedAt}
      order by asked_at, answer_id limit ${ROWS_A_BATCH}`.execute(database.kysely)
    const final = ids.at(-1)
    if (final === undefined) return
    last = { askedAt: Number(final.asked_at), answerId: final.answer_id }
    const turns = await database.kysely
      .selectFrom('turns')
      .leftJoin('feedback', 'feedback.answer_id', 'turns.answer_id')
      .leftJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
      .select(['turns.answer_id', 'turns.asked_at', 'turns.persona_id', 'turns.site', 'turns.channel'])
      .select(['turns.question', 'turns.text', 'turns.outcome', 'turns.citations'])
      .select(['feedback.rating', 'feedback.reason', 'feedback.comment'])
      .select(['review_items.state', 'review_items.verdict', 'review_items.decided_by'])
      .where(
        'turns.answer_id',
        'in',
        ids.map((row) => row.answer_id),
      )
      .orderBy('turns.asked_at')
      .orderBy('turns.answer_id')
      .execute()
    yield turns.map((turn) => ({
      answerId: turn.answer_id,
      cells: [
        AI_GENERATED,
        momentOf(turn.asked_at),
        personaName(turn.persona_id),
        turn.site,
        nameOf(CHANNELS, turn.channel),
        turn.question === '' ? DELETED : turn.question,
        turn.text,
        nameOf(OUTCOMES, turn.outcome),
        titlesOf(turn.citations),
        nameOf(RATINGS, turn.rating),
        nameOf(FEEDBACK_REASONS, turn.reason),
        turn.comment,
        nameOf(REVIEWS, turn.state === 'corrected' ? 'corrected' : turn.verdict),
        turn.decided_by,
        turn.answer_id,
      ],
    }))
    await breathe()
  }
}

/** What stands where a visitor's words stood. */
const DELETED = '（访客已删除）'
/** The cells of a turn's row that hold words of the visitor or of the answer, by number, as they are once these are deleted. */
export const TURN_WITHOUT_WORDS: WithoutWords = new Map([
  [5, DELETED],
  [6, null],
  [8, null],
  [10, null],
  [11, null],
])
/** A question that nobody has asked any more has no row; one that is written already is emptied. */
export const UNANSWERED_WITHOUT_WORDS: WithoutWords = new Map([0, 1, 2, 3, 4].map((place) => [place, null]))

/** How many turns `exportTurns` gives. */
export async function countTurns({ database, scope }: RowReader): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from review_items where ${withinPeriod(scope)}`.execute(database.kysely)
  return Number(rows[0]?.count ?? 0)
}

/** How many corrections `exportCorrections` gives. */
export async function countCorrections({ database, scope }: RowReader): Promise<number> {
  const { from, to } = scope.filter
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from corrections
    where ${withinScope({ ...scope, filter: withoutSite(scope.filter) })}
      and changed_at >= ${from} and changed_at < ${to}`.execute(database.kysely)
  return Number(rows[0]?.count ?? 0)
}

/** All corrections that were changed within the period, those withdrawn, too. */
export async function* exportCorrections({ database, scope, personaName }: RowReader): AsyncGenerator<ExportRow[]> {
  const { from, to } = scope.filter
  let last = { changedAt: from, id: '' }
  for (;;) {
    const rows = await database.kysely
      .selectFrom('corrections')
      .selectAll()
      .where(withinScope({ ...scope, filter: withoutSite(scope.filter) }))
      .where('changed_at', '>=', last.changedAt)
      .where('changed_at', '<', to)
      .where((build) => build.or([build('changed_at', '>', last.changedAt), build('id', '>', last.id)]))
      .orderBy('changed_at')
      .orderBy('id')
      .limit(ROWS_A_BATCH)
      .execute()
    const final = rows.at(-1)
    if (final === undefined) return
    last = { changedAt: final.changed_at, id: final.id }
    yield rows.map((row) => ({
      answerId: null,
      cells: [
        AI_CORRECTED,
        personaName(row.persona_id),
        nameOf(CORRECTION_STATES, row.state),
        row.question,
        (JSON.parse(row.phrasings) as string[]).join('\n'),
        row.answer,
        sourceOf(JSON.parse(row.source) as CorrectionSource),
        row.valid_until,
        row.author_name,
        row.approved_by_name,
        momentOf(row.created_at),
        row.live_at === null ? null : momentOf(row.live_at),
        row.hits,
        row.id,
      ],
    }))
    await breathe()
  }
}

/** Declined questions of the period, equal ones as one row in its newest wording, most asked first. */
export async function* exportUnanswered({ database, scope, personaName }: RowReader): AsyncGenerator<ExportRow[]> {
  const { kysely } = database
  const { rows } = await sql<{ question_key: string; persona_id: string; count: number; asked_at: number }>`
    select question_key, persona_id, count(*) as count, max(asked_at) as asked_at
    from review_items
    where ${withinPeriod(scope)} and outcome in ('declined', 'handed-off') and question_key <> answer_id
    group by question_key, persona_id
    order by count desc, asked_at desc, question_key
    limit ${MOST_UNANSWERED}`.execute(kysely)
  for (let start = 0; start < rows.length; start += ROWS_A_BATCH) {
    const groups = rows.slice(start, start + ROWS_A_BATCH)
    const keys = groups.map((group) => group.question_key)
    const turns = await kysely
      .selectFrom('review_items')
      .innerJoin('turns', 'turns.answer_id', 'review_items.answer_id')
      .leftJoin('feedback', 'feedback.answer_id', 'turns.answer_id')
      .select(['turns.answer_id', 'turns.session_id', 'turns.question', 'turns.asked_at', 'turns.persona_id'])
      .select(['review_items.question_key', 'feedback.reason'])
      .where('review_items.question_key', 'in', keys)
      .where('review_items.asked_at', '>=', scope.filter.from)
      .where('review_items.asked_at', '<', scope.filter.to)
      .where('turns.question', '!=', '')
      .execute()
    yield groups.flatMap((group) => {
      const mine = turns.filter(
        (turn) => turn.question_key === group.question_key && turn.persona_id === group.persona_id,
      )
      const newest = mine.reduce<(typeof mine)[number] | undefined>(
        (best, turn) => (best === undefined || turn.asked_at > best.asked_at ? turn : best),
        undefined,
      )
      // All of them were deleted since the groups were read.
      if (newest === undefined) return []
      const asking = new Set(mine.filter((turn) => turn.reason === 'ask-lecturer').map((turn) => turn.session_id))
      const at = momentOf(group.asked_at)
      const cells = [personaName(group.persona_id), newest.question, Number(group.count), at, asking.size]
      return [{ answerId: newest.answer_id, cells }]
    })
    await breathe()
  }
}

/** A time of China, to the second: spreadsheets read it as one. */
function momentOf(at: number): string {
  return new Date(Number(at) + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

function titlesOf(citations: string | null): string {
  const titles = (JSON.parse(citations ?? '[]') as Citation[]).map((citation) => citation.title)
  return [...new Set(titles)].join('；')
}

function sourceOf(source: CorrectionSource): string {
  return source.kind === 'document' ? source.quote : `本人所述（${source.saidOn}）`
}

function withoutSite({ site: _site, ...filter }: InsightScope['filter']): InsightScope['filter'] {
  return filter
}
