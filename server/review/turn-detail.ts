import type { Kysely } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { Document } from '../knowledge/document.ts'
import type { Account } from '../protocol/console-account.ts'
import type { QueueFilter, ReviewDecision, TurnDetail, Verdict, VerdictReason } from '../protocol/console-queue.ts'
import type { RetrievedRecord, TurnRecord } from '../transcripts/transcripts.ts'
import { turnRecords, turnsQuery } from '../transcripts/turn-rows.ts'
import { OPEN_STATES } from './decide.ts'
import { isHeldByAnother } from './leases.ts'
import type { QueueSelection } from './queue-filter.ts'
import { type QueuePlace, readGroups } from './queue-groups.ts'
import { readRows, shownState } from './queue-page.ts'
import { reasonsOfBits } from './queue-reasons.ts'
import { equalItems } from './queue-rows.ts'
import { type ReviewContext, requireItem } from './review-context.ts'

const EARLIER_TURNS = 20

/**
 * One turn with all that is known of how its answer was made, and its neighbours in the queue that `filter` gives. Where
 * the visitor has deleted their words there are none, nor what would tell them. Throws `not-found`.
 */
export async function readTurnDetail(
  context: ReviewContext,
  account: Account,
  answerId: string,
  filter: QueueFilter,
  personas: readonly string[] | undefined,
): Promise<TurnDetail> {
  const { kysely } = context.database
  const item = await requireItem(kysely, account, answerId)
  const [turn] = await turnRecords(kysely, await turnsQuery(kysely).where('turns.answer_id', '=', answerId).execute())
  if (turn === undefined) throw new Error(`The turn ${answerId} has a row in the queue and is not there.`)
  const [session, decisions, equal, corrections, neighbours] = await Promise.all([
    kysely.selectFrom('sessions').select('forgotten_at').where('id', '=', turn.sessionId).executeTakeFirst(),
    readDecisions(kysely, answerId),
    equalItems(kysely, item, OPEN_STATES, item.answer_key),
    kysely
      .selectFrom('corrections')
      .select(['id', 'state', 'question'])
      .where('from_answer_id', '=', answerId)
      .orderBy('created_at')
      .execute(),
    readNeighbours(context, item, filter, personas),
  ])
  const forgotten = session?.forgotten_at !== null
  const now = context.now()
  const held = item.leased_by !== null && item.leased_until !== null && item.leased_until > now
  return {
    answerId,
    personaId: turn.personaId,
    personaName: context.personaName(turn.personaId) ?? turn.personaId,
    question: turn.question,
    askedAt: turn.askedAt,
    channel: turn.channel,
    site: turn.site,
    forgotten,
    outcome: turn.ending?.outcome ?? null,
    ...wordsOf(turn),
    retrieved: forgotten ? [] : retrievedOf(turn, context.document),
    earlier: forgotten ? [] : await readEarlier(kysely, turn),
    reasons: reasonsOfBits(item.reasons),
    state: shownState(item.state),
    revision: item.revision,
    decisions,
    equal: equal.length,
    corrections,
    lease: held
      ? { by: item.leased_name ?? '', mine: !isHeldByAnother(item, account, now), until: item.leased_until ?? 0 }
      : null,
    ...neighbours,
  }
}

type Words = Pick<TurnDetail, 'sentences' | 'citations' | 'withheld' | 'making' | 'feedback'>

function wordsOf({ sentences, ending, making, feedback }: TurnRecord): Words {
  return {
    sentences: sentences.map(({ text, support, citations }) => ({ text, support, citations: [...citations] })),
    citations: [...(ending?.citations ?? [])],
    withheld: (making?.withheld ?? []).map((sentence) => ({ ...sentence })),
    making: making && {
      searchText: making.searchText,
      model: making.model,
      promptId: making.promptId,
      promptHash: making.promptHash,
      fallbackReason: making.fallbackReason,
      answerability: making.answerability,
      timings: { ...making.timings },
    },
    feedback: feedback && { ...feedback },
  }
}

/** What was found for the question, as the documents are now; a passage's id names its document and its span there. */
function retrievedOf(
  { making, ending }: TurnRecord,
  document: (id: string) => Document | undefined,
): TurnDetail['retrieved'] {
  return (making?.retrieved ?? []).map(({ passageId, documentId, documentHash, score }) => {
    const now = document(documentId)
    const span = spanOf(passageId)
    const cited = (ending?.citations ?? []).some(
      (citation) =>
        citation.documentId === documentId &&
        (span === undefined || (citation.start < span.end && citation.end > span.start)),
    )
    return {
      passageId,
      documentId,
      title: now?.meta.title ?? documentId,
      score,
      text: now === undefined || span === undefined ? '' : now.text.slice(span.start, span.end),
      changed: now?.hash !== documentHash,
      cited,
    }
  })
}

function spanOf(passageId: RetrievedRecord['passageId']): { start: number; end: number } | undefined {
  const [, start, end] = /#(\d+)-(\d+)$/.exec(passageId) ?? []
  return start === undefined || end === undefined ? undefined : { start: Number(start), end: Number(end) }
}

async function readEarlier(db: Kysely<Schema>, turn: TurnRecord): Promise<TurnDetail['earlier']> {
  const rows = await db
    .selectFrom('turns')
    .select(['question', 'text', 'asked_at'])
    .where('session_id', '=', turn.sessionId)
    .where('answer_id', '!=', turn.answerId)
    .where('asked_at', '<=', turn.askedAt)
    .where('ended_at', 'is not', null)
    .orderBy('asked_at', 'desc')
    .limit(EARLIER_TURNS)
    .execute()
  return rows.reverse().map(({ question, text, asked_at }) => ({ question, answer: text ?? '', askedAt: asked_at }))
}

async function readDecisions(db: Kysely<Schema>, answerId: string): Promise<ReviewDecision[]> {
  const rows = await db
    .selectFrom('review_decisions')
    .selectAll()
    .where('answer_id', '=', answerId)
    .orderBy('revision')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    verdict: row.verdict as Verdict,
    reason: row.reason as VerdictReason | null,
    note: row.note,
    by: row.account_name,
    byRole: row.account_role,
    at: row.at,
    undone: row.undone_at !== null,
  }))
}

interface Standing {
  readonly persona_id: string
  readonly question_key: string
  readonly asked_at: number
  readonly value: number
}

/** The turns before and behind this one under the filter: those that stand for the groups beside its own. */
async function readNeighbours(
  { database, now: clock }: ReviewContext,
  item: Standing,
  wanted: QueueFilter,
  personas: readonly string[] | undefined,
): Promise<Pick<TurnDetail, 'previous' | 'next'>> {
  const { order = 'value', cursor: _cursor, limit: _limit, ...filter } = wanted
  const selection: QueueSelection = { filter, personas }
  const now = clock()
  const only = { personaId: item.persona_id, questionKey: item.question_key }
  // A turn that was just decided is no longer in the queue; its place is where it would be.
  const place: QueuePlace = (await readGroups(database, selection, { order, limit: 1, only, now }))[0] ??
    (
      await readGroups(database, { filter: { ...filter, state: 'any' }, personas }, { order, limit: 1, only, now })
    )[0] ?? {
      ...only,
      lastAskedAt: item.asked_at,
      rank: order === 'value' ? item.value + Math.LN2 : item.asked_at,
    }
  const [previous, next] = await Promise.all(
    [true, false].map(async (backwards) => {
      const groups = await readGroups(database, selection, { order, limit: 1, from: place, backwards, now })
      const [row] = await readRows(database, selection, groups, now)
      return row?.answerId ?? null
    }),
  )
  return { previous: previous ?? null, next: next ?? null }
}
