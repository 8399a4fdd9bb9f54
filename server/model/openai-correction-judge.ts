import type { CorrectionJudge, StoredQuestion } from '../corrections/correction-judge.ts'
import type { ChatMessage } from './chat-model.ts'
import { createOpenAiVerdict, type OpenAiVerdictOptions } from './openai-verdict.ts'

export interface OpenAiCorrectionJudgeOptions extends OpenAiVerdictOptions {
  readonly promptId: string
  /** Hex SHA-256 of the prompt's file. */
  readonly promptHash: string
  /** What the judge is told: instructions in the system message, the questions as data in the other, numbered from 1. */
  readonly messages: (question: string, stored: readonly StoredQuestion[]) => readonly ChatMessage[]
}

/**
 * A judge of questions behind any OpenAI-compatible chat completions endpoint. The same question beside the same stored
 * ones under the same prompt is asked once while it is remembered. Throws what `createOpenAiVerdict` throws.
 */
export function createOpenAiCorrectionJudge(options: OpenAiCorrectionJudgeOptions): CorrectionJudge {
  const { messages, promptId, promptHash, ...endpoint } = options
  const ask = createOpenAiVerdict(endpoint, readNumber)
  return {
    name: options.model,
    promptId,
    promptHash,
    async choose(question, stored, signal) {
      const number = await ask(messages(question, stored), signal)
      return number >= 1 && number <= stored.length ? number - 1 : undefined
    },
  }
}

/** The number that the judge says, as JSON or alone; 0 for none of them. Undefined for anything else. */
function readNumber(answer: string): number | undefined {
  if (/^(?:none|null|无|没有)[.。]?$/i.test(answer)) return 0
  try {
    const said: unknown = JSON.parse(answer)
    const number = said !== null && typeof said === 'object' && 'number' in said ? said.number : said
    if (number === null || number === 'none') return 0
    if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number
  } catch {
    // Told below.
  }
  return undefined
}
