import type { JudgedClaim, Judgement, SentenceJudge } from '../grounding/judge.ts'
import type { ChatMessage } from './chat-model.ts'
import { createOpenAiVerdict, type OpenAiVerdictOptions } from './openai-verdict.ts'

export interface OpenAiJudgeOptions extends OpenAiVerdictOptions {
  /** What the judge is told about a claim: instructions in the system message, the claim as data in the other. */
  readonly messages: (claim: JudgedClaim) => readonly ChatMessage[]
}

/**
 * A judge of sentences behind any OpenAI-compatible chat completions endpoint. The same claim under the same prompt is
 * asked once while it is remembered. Throws what `createOpenAiVerdict` throws.
 */
export function createOpenAiJudge({ messages, ...options }: OpenAiJudgeOptions): SentenceJudge {
  const ask = createOpenAiVerdict(options, readJudgement)
  return {
    name: options.model,
    // The messages hold the sentence, its evidence, the question and the prompt.
    judge: async (claim, signal) => ask(messages(claim), signal),
  }
}

function readJudgement(answer: string): Judgement | undefined {
  try {
    const { supported, reason } = JSON.parse(answer) as { supported?: unknown; reason?: unknown }
    if (typeof supported === 'boolean') return { supported, reason: typeof reason === 'string' ? reason : '' }
  } catch {
    // Told below.
  }
  return undefined
}
