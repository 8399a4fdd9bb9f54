import type { Kysely, Selectable } from 'kysely'
import type {
  AnswerSentencesTable,
  FeedbackTable,
  ReviewItemsTable,
  Schema,
  SessionsTable,
  TurnsTable,
} from '../db/schema.ts'
import type { ModelErrorReason } from '../model/chat-model.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type {
  FeedbackRecord,
  NewTurn,
  SentenceRecord,
  SessionRecord,
  TurnEnding,
  TurnMaking,
  TurnRecord,
} from './transcripts.ts'

const IDS_A_QUERY = 200

/**
 * Text as both databases can hold it and give it back: NUL (which PostgreSQL refuses) and halves of a surrogate pair
 * become U+FFFD. The length in UTF-16 units stays.
 */
export function storable<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\u0000', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD')) as T
}

export function sessionRow(session: SessionRecord): SessionsTable {
  return {
    id: session.id,
    persona_id: session.personaId,
    token_hash: session.tokenHash,
    site: storable(session.site),
    locale: storable(session.locale),
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    forgotten_at: session.forgottenAt,
  }
}

export function sessionRecord(row: Selectable<SessionsTable>): SessionRecord {
  return {
    id: row.id,
    personaId: row.persona_id,
    tokenHash: row.token_hash,
    site: row.site,
    locale: row.locale,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    forgottenAt: row.forgotten_at,
  }
}

/** The record of a turn that has just been accepted. */
export function newTurnRecord(turn: NewTurn): TurnRecord {
  const { producer: _producer, leaseUntil: _leaseUntil, ...kept } = turn
  return { ...kept, ending: null, making: null, sentences: [], feedback: null }
}

export function sentenceRow(answerId: string, epoch: string, sentence: SentenceRecord): AnswerSentencesTable {
  return {
    answer_id: answerId,
    epoch,
    seq: sentence.seq,
    text_offset: sentence.offset,
    text: storable(sentence.text),
    citations: JSON.stringify(sentence.citations),
    sources: JSON.stringify(sentence.sources),
    support: sentence.support,
  }
}

export function sentenceRecord(row: Selectable<AnswerSentencesTable>): SentenceRecord {
  return {
    seq: row.seq,
    offset: row.text_offset,
    text: row.text,
    citations: JSON.parse(row.citations),
    sources: JSON.parse(row.sources),
    support: row.support,
  }
}

export function endingColumns(ending: TurnEnding) {
  return {
    ended_at: ending.endedAt,
    outcome: ending.outcome,
    text: storable(ending.text),
    sha256: ending.sha256,
    citations: JSON.stringify(ending.citations),
    suggestions: JSON.stringify(ending.suggestions),
  } satisfies Partial<TurnsTable>
}

export function makingColumns(making: TurnMaking | null) {
  if (making === null) return {}
  return {
    model: making.model,
    search_text: storable(making.searchText),
    retrieved: JSON.stringify(making.retrieved),
    withheld: JSON.stringify(making.withheld),
    answerability: making.answerability,
    prompt_id: making.promptId,
    prompt_hash: making.promptHash,
    fallback_reason: making.fallbackReason,
    usage: making.usage === null ? null : JSON.stringify(making.usage),
    timings: JSON.stringify(making.timings),
    correction_id: making.correctionId ?? null,
    correction_match: making.correctionMatch === undefined ? null : JSON.stringify(making.correctionMatch),
  } satisfies Partial<TurnsTable>
}

/** The turns' query with the feedback and the review beside each; add `where`, `orderBy` and `limit`. */
export function turnsQuery(db: Kysely<Schema>) {
  return db
    .selectFrom('turns')
    .leftJoin('feedback', 'feedback.answer_id', 'turns.answer_id')
    .leftJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
    .selectAll('turns')
    .select([
      'feedback.rating as feedback_rating',
      'feedback.reason as feedback_reason',
      'feedback.comment as feedback_comment',
      'feedback.given_at as feedback_given_at',
      'review_items.verdict',
      'review_items.decided_role',
      'review_items.decided_at',
    ])
}

type FeedbackColumns = {
  [Column in keyof Omit<FeedbackTable, 'answer_id'> as `feedback_${Column}`]: FeedbackTable[Column] | null
}
type ReviewColumns = Pick<Selectable<ReviewItemsTable>, 'verdict' | 'decided_role' | 'decided_at'>
export type TurnRow = Selectable<TurnsTable> & FeedbackColumns & ReviewColumns

/** Adds to each row the sentences shown under its epoch. Keeps the order of `rows`. */
export async function turnRecords(db: Kysely<Schema>, rows: readonly TurnRow[]): Promise<TurnRecord[]> {
  const sentences = new Map<string, SentenceRecord[]>(rows.map((row) => [row.answer_id, []]))
  const epochs = new Map(rows.map((row) => [row.answer_id, row.epoch]))
  const ids = [...sentences.keys()]
  for (let start = 0; start < ids.length; start += IDS_A_QUERY) {
    const found = await db
      .selectFrom('answer_sentences')
      .selectAll()
      .where('answer_id', 'in', ids.slice(start, start + IDS_A_QUERY))
      .orderBy('answer_id')
      .orderBy('seq')
      .execute()
    for (const row of found) {
      if (row.epoch === epochs.get(row.answer_id)) sentences.get(row.answer_id)?.push(sentenceRecord(row))
    }
  }
  return rows.map((row) => ({
    answerId: row.answer_id,
    sessionId: row.session_id,
    turnId: row.turn_id,
    personaId: row.persona_id,
    channel: row.channel,
    site: row.site,
    question: row.question,
    askedAt: row.asked_at,
    epoch: row.epoch,
    ending: endingOf(row),
    making: makingOf(row),
    sentences: sentences.get(row.answer_id) ?? [],
    feedback: feedbackOf(row),
    ...(row.heard_length === null ? {} : { heardLength: row.heard_length }),
    ...reviewedOf(row),
  }))
}

function endingOf(row: TurnRow): TurnEnding | null {
  if (row.ended_at === null) return null
  return {
    outcome: row.outcome as Outcome,
    text: row.text ?? '',
    sha256: row.sha256 ?? '',
    citations: JSON.parse(row.citations ?? '[]'),
    suggestions: JSON.parse(row.suggestions ?? '[]'),
    endedAt: row.ended_at,
  }
}

function makingOf(row: TurnRow): TurnMaking | null {
  if (row.model === null) return null
  return {
    searchText: row.search_text ?? '',
    retrieved: JSON.parse(row.retrieved ?? '[]'),
    withheld: JSON.parse(row.withheld ?? '[]'),
    answerability: row.answerability,
    promptId: row.prompt_id,
    promptHash: row.prompt_hash,
    model: row.model,
    fallbackReason: row.fallback_reason as ModelErrorReason | null,
    usage: row.usage === null ? null : JSON.parse(row.usage),
    timings: JSON.parse(row.timings ?? '{}'),
    ...(row.correction_id === null ? {} : { correctionId: row.correction_id }),
    ...(row.correction_match === null ? {} : { correctionMatch: JSON.parse(row.correction_match) }),
  }
}

function feedbackOf(row: TurnRow): FeedbackRecord | null {
  if (row.feedback_rating === null || row.feedback_given_at === null) return null
  return {
    rating: row.feedback_rating,
    reason: row.feedback_reason,
    comment: row.feedback_comment,
    givenAt: row.feedback_given_at,
  }
}

function reviewedOf({ verdict, decided_role, decided_at }: TurnRow): Pick<TurnRecord, 'reviewed'> {
  if (verdict !== 'right' || decided_at === null) return {}
  return { reviewed: { by: decided_role === 'lecturer' ? 'lecturer' : 'reviewer', at: decided_at } }
}
