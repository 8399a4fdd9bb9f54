import type { WithheldReason } from '../grounding/checked-sentence.ts'
import type { ModelErrorReason, ModelUsage } from '../model/chat-model.ts'
import type { Citation } from '../protocol/citation.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { Reviewed } from '../protocol/server-message.ts'

/** How a question came in. */
export type Channel = 'websocket' | 'events' | 'completions'

export interface SessionRecord {
  readonly id: string
  readonly personaId: string
  /** Hex SHA-256 of the token; the token itself is never stored. */
  readonly tokenHash: string
  /** Origin of the page that the widget stands on; null where there is none. */
  readonly site: string | null
  readonly locale: string | null
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly forgottenAt: number | null
}

/** A sentence that was shown. `citations` are indices into the answer's list. */
export interface SentenceRecord {
  readonly seq: number
  readonly offset: number
  readonly text: string
  readonly citations: readonly number[]
  /** The entries of the answer's citation list that this sentence is the first to use. */
  readonly sources: readonly Citation[]
  /** 0 to 1, from the sentence gate; null for a sentence that claims nothing. */
  readonly support: number | null
}

export interface WithheldRecord {
  readonly text: string
  readonly reason: WithheldReason
  readonly detail: string
}

export interface RetrievedRecord {
  readonly passageId: string
  readonly documentId: string
  readonly documentHash: string
  readonly score: number
}

/** Milliseconds since the question was accepted, by the step's name (`understood`, `retrieved`, `firstSentence`, `ended` …). */
export type Timings = Readonly<Record<string, number>>

/** How the question was compared with the persona's corrections. */
export interface CorrectionMatchRecord {
  /** 0 to 1: how sure the words make it that the likeliest correction's question asks the same. */
  readonly probability: number
  /** Where a judge was asked because the words did not tell. */
  readonly judge?: {
    readonly model: string
    readonly promptId: string
    readonly promptHash: string
    /** How many corrections it had to choose from. */
    readonly candidates: number
    /** `fallback`: it did not answer, or not in time. */
    readonly result: 'same' | 'none' | 'fallback'
  }
}

/** How the answer was made: written once, with its end. */
export interface TurnMaking {
  /** The question made to stand alone. */
  readonly searchText: string
  readonly retrieved: readonly RetrievedRecord[]
  readonly withheld: readonly WithheldRecord[]
  /** 0 to 1: how likely the passages hold an answer; null where it was not asked. */
  readonly answerability: number | null
  readonly promptId: string | null
  readonly promptHash: string | null
  readonly model: string
  /** Why the configured model did not answer, where the extractive model stood in for it. */
  readonly fallbackReason: ModelErrorReason | null
  readonly usage: ModelUsage | null
  readonly timings: Timings
  /** Where the answer is the words of a correction. */
  readonly correctionId?: string
  /** Where a correction answered, or a judge was asked whether one does. */
  readonly correctionMatch?: CorrectionMatchRecord
}

export interface TurnEnding {
  readonly outcome: Outcome
  readonly text: string
  readonly sha256: string
  readonly citations: readonly Citation[]
  readonly suggestions: readonly string[]
  readonly endedAt: number
}

export interface FeedbackRecord {
  readonly rating: 'up' | 'down'
  readonly reason: string | null
  readonly comment: string | null
  readonly givenAt: number
}

export interface TurnRecord {
  readonly answerId: string
  readonly sessionId: string
  readonly turnId: string
  readonly personaId: string
  readonly channel: Channel
  readonly site: string | null
  readonly question: string
  readonly askedAt: number
  readonly epoch: string
  /** Null while the answer is being made. */
  readonly ending: TurnEnding | null
  readonly making: TurnMaking | null
  readonly sentences: readonly SentenceRecord[]
  readonly feedback: FeedbackRecord | null
  /** UTF-16 code units of the answer that the visitor has heard aloud; left out where nothing was. */
  readonly heardLength?: number
  /** Where somebody has read the answer and found it right. */
  readonly reviewed?: Reviewed
}

export interface NewTurn {
  readonly answerId: string
  readonly sessionId: string
  readonly turnId: string
  readonly personaId: string
  readonly channel: Channel
  readonly site: string | null
  readonly question: string
  readonly askedAt: number
  readonly epoch: string
  /** Which process makes the answer. */
  readonly producer: string
  /** Until when (epoch ms) the producer is believed to live unless it says so again. */
  readonly leaseUntil: number
}

export type AcceptedTurn = { readonly duplicate: boolean; readonly turn: TurnRecord }

/**
 * The durable record of every session and turn. A promise that resolves means committed: it survives `kill -9`.
 * Throws `ProtocolError('store-unavailable')` where the database cannot be reached or is full.
 */
export interface Transcripts {
  createSession(session: SessionRecord): Promise<void>
  findSession(id: string): Promise<SessionRecord | null>
  /** Notes that the session was used, at most once a minute per session. */
  touchSession(id: string, at: number): Promise<void>

  /**
   * Stores a question before it is acknowledged. The same `(sessionId, turnId)` again gives the stored turn with
   * `duplicate: true`; with another text it throws `turn-conflict`; while another turn of the session runs it
   * throws `turn-in-progress`.
   */
  acceptTurn(turn: NewTurn): Promise<AcceptedTurn>
  /** Stores sentences before they are shown. Refused (throws) where the epoch is not the turn's current one or it has ended. */
  appendSentences(answerId: string, epoch: string, sentences: readonly SentenceRecord[]): Promise<void>
  /** Stores the end, with any last sentences, before `answer-end` is sent; one transaction. The same refusal. */
  endTurn(
    answerId: string,
    epoch: string,
    sentences: readonly SentenceRecord[],
    ending: TurnEnding,
    making: TurnMaking | null,
  ): Promise<void>
  findTurn(sessionId: string, turnId: string): Promise<TurnRecord | null>
  findAnswer(answerId: string): Promise<TurnRecord | null>
  /** The last `limit` turns of a session, oldest first. */
  listTurns(sessionId: string, limit: number): Promise<TurnRecord[]>
  giveFeedback(sessionId: string, turnId: string, feedback: FeedbackRecord): Promise<void>
  /** Notes that the visitor's client has shown the whole answer. */
  markDelivered(answerId: string, at: number): Promise<void>
  /** Notes how much of the answer was heard aloud (UTF-16 code units), never less than before or more than was shown. */
  markHeard(answerId: string, chars: number): Promise<void>

  /** Keeps the leases of this producer's running turns alive. */
  renewLeases(producer: string, until: number): Promise<void>
  /** Running turns whose producer has not renewed its lease before `now`. */
  expiredTurns(now: number): Promise<TurnRecord[]>

  /** Removes the words of a session (questions, answers, comments) and keeps the rows, outcomes and timings. Returns its answerIds. */
  forgetSession(sessionId: string, at: number): Promise<string[]>
  /** Forgets sessions last used before `before` (epoch ms). Returns how many. */
  forgetOlderThan(before: number): Promise<number>

  /** Resolves where a write would be taken; throws `store-unavailable` otherwise. */
  checkWritable(): Promise<void>
  close(): Promise<void>
}
