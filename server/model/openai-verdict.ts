import { createHash } from 'node:crypto'
import OpenAI from 'openai'
import { JudgeFailure } from '../grounding/judge.ts'
import type { ChatMessage } from './chat-model.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { type OptionalParameter, readModelFailure } from './openai-model-failure.ts'
import { estimateTokens, type TokenBudget } from './token-budget.ts'

/** A model that gives short verdicts, and how it is asked. */
export interface OpenAiVerdictOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** Empty where the server asks for none. */
  readonly apiKey: string
  readonly model: string
  readonly budget: TokenBudget
  readonly breaker: CircuitBreaker
  /** How many verdicts are remembered; 2,000 by default. */
  readonly remembered?: number
  readonly fetch?: typeof fetch
}

/** Messages → what `read` makes of the answer. Throws JudgeFailure, or the reason of `signal` when it aborts. */
export type AskForVerdict<Verdict> = (asked: readonly ChatMessage[], signal: AbortSignal) => Promise<Verdict>

const MOST_OUTPUT_TOKENS = 200

/**
 * Asks any OpenAI-compatible chat completions endpoint at temperature 0. The same messages are sent once while the
 * verdict is remembered. Throws JudgeFailure: `budget` and `circuit-open` before anything is sent, `invalid` where
 * `read` makes nothing (undefined) of the answer, else what the server did; nothing is tried twice, since the caller
 * waits. `read` gets the whole answer, thinking and a code fence apart.
 */
export function createOpenAiVerdict<Verdict>(
  options: OpenAiVerdictOptions,
  read: (answer: string) => Verdict | undefined,
): AskForVerdict<Verdict> {
  const { model, budget, breaker, remembered = 2_000 } = options
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey || 'none',
    // Left out, the client would read these from the environment.
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    ...(options.fetch && { fetch: options.fetch }),
  })
  const refused = new Set<OptionalParameter>()
  /** Oldest first. */
  const known = new Map<string, Verdict>()

  return async (asked, signal) => {
    signal.throwIfAborted()
    const key = createHash('sha256').update(JSON.stringify(asked)).digest('hex')
    const before = known.get(key)
    if (before !== undefined) return before
    const verdict = await ask(asked, signal)
    known.set(key, verdict)
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break
      known.delete(oldest)
    }
    return verdict
  }

  async function ask(asked: readonly ChatMessage[], signal: AbortSignal): Promise<Verdict> {
    const permit = breaker.enter()
    if (permit === null) throw new JudgeFailure('circuit-open')
    const inputTokens = asked.reduce((sum, { content }) => sum + estimateTokens(content) + 4, 0)
    const reservation = budget.reserve({ inputTokens, outputTokens: MOST_OUTPUT_TOKENS })
    if (reservation === null) {
      permit.cancel()
      throw new JudgeFailure('budget')
    }
    let used = { inputTokens, outputTokens: 0 }
    try {
      const { content, usage } = await complete(asked, signal)
      used = usage ?? { inputTokens, outputTokens: estimateTokens(content) }
      const verdict = read(plainAnswer(content))
      if (verdict === undefined) throw new JudgeFailure('invalid')
      permit.succeed()
      return verdict
    } catch (error) {
      // Too slow is the server's fault; a visitor who stopped the answer says nothing about it.
      if (signal.reason instanceof JudgeFailure) permit.fail()
      signal.throwIfAborted()
      if (error instanceof JudgeFailure) {
        permit.fail()
        throw error
      }
      const failure = readModelFailure(error, Date.now())
      if (failure.blamesServer) permit.fail()
      throw new JudgeFailure(failure.error.reason)
    } finally {
      permit.cancel()
      reservation.settle(used)
    }
  }

  async function complete(asked: readonly ChatMessage[], signal: AbortSignal) {
    for (;;) {
      try {
        const limit = refused.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens'
        const completion = await client.chat.completions.create(
          {
            model,
            messages: asked.map(({ role, content }) => ({ role, content })),
            [limit]: MOST_OUTPUT_TOKENS,
            ...(!refused.has('temperature') && { temperature: 0 }),
          },
          { signal },
        )
        const inputTokens = completion.usage?.prompt_tokens
        const outputTokens = completion.usage?.completion_tokens
        const usage = isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : undefined
        return { content: completion.choices?.[0]?.message.content ?? '', usage }
      } catch (error) {
        const fresh = readModelFailure(error, Date.now()).refusedParameters.filter((name) => !refused.has(name))
        if (fresh.length === 0) throw error
        for (const name of fresh) refused.add(name)
      }
    }
  }
}

/** The whole answer counts: an object found somewhere in it might be one that a source or a question holds. */
function plainAnswer(content: string): string {
  return content
    .replace(/^[\s\S]*<\/think>/, '')
    .trim()
    .replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1')
}

/** What a server tells is not always what its type says. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
