import type { Channel } from '../transcripts/transcripts.ts'

/**
 * The tables as both databases hold them. The portable subset: text ids, times as epoch milliseconds in `bigint`,
 * lists and objects as JSON in `text`, booleans as 0 or 1.
 */
export interface Schema {
  sessions: SessionsTable
  turns: TurnsTable
  answer_sentences: AnswerSentencesTable
  feedback: FeedbackTable
  write_checks: WriteChecksTable
}

export interface SessionsTable {
  id: string
  persona_id: string
  token_hash: string
  site: string | null
  locale: string | null
  created_at: number
  last_seen_at: number
  forgotten_at: number | null
}

/** One question and how its answer ended. Unique: `(session_id, turn_id)`, and one running turn a session. */
export interface TurnsTable {
  answer_id: string
  session_id: string
  turn_id: string
  persona_id: string
  channel: Channel
  site: string | null
  question: string
  asked_at: number
  epoch: string
  producer: string
  lease_until: number
  /** UTF-16 units of the answer that the stored sentences hold: no end may be shorter. */
  shown_length: number
  /** Null while the answer is being made, as are all columns of the end. */
  ended_at: number | null
  outcome: string | null
  text: string | null
  sha256: string | null
  citations: string | null
  suggestions: string | null
  delivered_at: number | null
  /** Null where the end says nothing of the making, as are all columns of the making. */
  model: string | null
  search_text: string | null
  retrieved: string | null
  withheld: string | null
  answerability: number | null
  prompt_id: string | null
  prompt_hash: string | null
  fallback_reason: string | null
  usage: string | null
  timings: string | null
}

export interface AnswerSentencesTable {
  answer_id: string
  epoch: string
  seq: number
  text_offset: number
  text: string
  citations: string
  sources: string
  support: number | null
}

export interface FeedbackTable {
  answer_id: string
  rating: 'up' | 'down'
  reason: string | null
  comment: string | null
  given_at: number
}

/** Empty but within a transaction that tries whether a write is taken. */
export interface WriteChecksTable {
  id: string
  payload: string
}
