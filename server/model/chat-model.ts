import type { Persona } from '../personas/persona.ts'
import type { RankedPassage } from '../retrieval/passage.ts'
import type { Question } from '../retrieval/question.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'

/** One role-tagged entry for a language model. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** All that a model needs for one answer. A language model reads `messages`; the extractive model reads the rest. */
export interface ModelRequest {
  readonly persona: Persona
  readonly question: Question
  /** In the order in which `messages` number them, from [1]. */
  readonly passages: readonly RankedPassage[]
  /** Sentences of these passages that answer the question, best first. */
  readonly sentences: readonly ScoredSentence[]
  readonly messages: readonly ChatMessage[]
}

export interface ModelUsage {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** A piece of text, or (last, where known) what the call has used. */
export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: ModelUsage }

/**
 * Writes an answer as a stream of text. Each sentence ends with the numbers of the passages that back it, such as
 * `我1998年进厂。[2]`, numbered from 1. Throws {@link ModelError}; an aborted `signal` ends the stream with its reason.
 */
export interface ChatModel {
  /** What the record calls it, such as `extractive` or `qwen3-8b`. */
  readonly name: string
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

export type ModelErrorReason = 'unavailable' | 'timeout' | 'rate-limited' | 'rejected' | 'budget' | 'circuit-open'

/** A model that did not answer. The turn goes on with the extractive model, and the record says why. */
export class ModelError extends Error {
  readonly reason: ModelErrorReason

  constructor(reason: ModelErrorReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ModelError'
    this.reason = reason
  }
}
