import { setTimeout as wait } from 'node:timers/promises'
import OpenAI from 'openai'
import { createAnswerText } from './answer-text.ts'
import { type ChatModel, ModelError, type ModelEvent, type ModelRequest, type ModelUsage } from './chat-model.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'
import { type OptionalParameter, readModelFailure } from './openai-model-failure.ts'
import { retryDelayMs } from './retry.ts'
import { createSilenceWatch, type SilenceWatch } from './silence-watch.ts'
import { estimateTokens, type TokenBudget } from './token-budget.ts'

/** Where the model says what went wrong; a pino logger fits. It is never given a key, a prompt or an answer. */
export interface ModelLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void
}

export interface OpenAiModelOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** Empty where the server asks for none. */
  readonly apiKey: string
  readonly model: string
  /** Longest silence (no first token, or a gap between tokens), retries included, in milliseconds. */
  readonly timeoutMs: number
  /** Longest answer, in milliseconds; 120,000 by default. */
  readonly maxAnswerMs?: number
  readonly maxOutputTokens?: number
  readonly temperature?: number
  /** Tries after the first one, made only before the first token; 2 by default. */
  readonly maxRetries?: number
  /** Sent with every request as it is, such as `{ enable_thinking: false }`. */
  readonly extraBody?: Readonly<Record<string, unknown>>
  readonly budget: TokenBudget
  readonly breaker: CircuitBreaker
  readonly log?: ModelLog
  readonly fetch?: typeof fetch
  /** 0 up to, not including, 1: spreads the retries. */
  readonly random?: () => number
}

/** What is known of one call so far, for the budget. */
interface Call {
  readonly signal: AbortSignal
  readonly watch: SilenceWatch
  readonly startedAt: number
  /** Whether the server began to work on it, so that the prompt has to be paid for. */
  accepted: boolean
  received: string
  usage: ModelUsage | null
}

type Delta = { readonly content?: unknown; readonly reasoning_content?: unknown; readonly reasoning?: unknown }

/** After the last token the usage may still come; it is not worth a longer wait. */
const USAGE_WAIT_MS = 1_000

/**
 * Any OpenAI-compatible chat completions endpoint. Gives text as whole sentences (an empty text says that no
 * citation mark follows the one before), then the usage where the server tells it. Thinking is never given on. Throws ModelError: `timeout` after `timeoutMs` of silence; `rate-limited`,
 * `unavailable` and `rejected` for what the server does; `budget` and `circuit-open` before anything is sent;
 * an aborted signal ends the request and throws its reason. An answer that is cut off by its length ends with its last
 * whole sentence; one without any text is `unavailable`.
 */
export function createOpenAiModel(options: OpenAiModelOptions): ChatModel {
  const { model, timeoutMs, maxAnswerMs = 120_000, maxOutputTokens = 800, temperature = 0.2, maxRetries = 2 } = options
  const { budget, breaker, log, random = Math.random, extraBody = {} } = options
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey || 'none',
    // Left out, the client would read these from the environment.
    organization: null,
    project: null,
    logLevel: 'off',
    // Retries and silence are watched here: the client's own time-out ends with the headers.
    maxRetries: 0,
    timeout: timeoutMs + 1_000,
    ...(options.fetch && { fetch: options.fetch }),
  })
  const refused = new Set<OptionalParameter>()

  function parameters(request: ModelRequest, without: ReadonlySet<OptionalParameter>) {
    const limit = without.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens'
    return {
      ...extraBody,
      model,
      messages: request.messages.map(({ role, content }) => ({ role, content })),
      stream: true as const,
      [limit]: maxOutputTokens,
      ...(!without.has('temperature') && { temperature }),
      ...(!without.has('stream_options') && { stream_options: { include_usage: true } }),
    }
  }

  async function* readAnswer(
    request: ModelRequest,
    call: Call,
    without: ReadonlySet<OptionalParameter>,
  ): AsyncGenerator<ModelEvent> {
    const chunks = await client.chat.completions.create(parameters(request, without), { signal: call.signal })
    call.accepted = true
    const answer = createAnswerText()
    let finish: string | null = null
    let given = false
    try {
      for await (const chunk of chunks) {
        call.watch.rest()
        call.usage = readUsage(chunk.usage) ?? call.usage
        const choice = chunk.choices?.[0]
        const delta: Delta = choice?.delta ?? {}
        const text = typeof delta.content === 'string' ? delta.content : ''
        const token = text || textOf(delta.reasoning_content) || textOf(delta.reasoning)
        if (token && finish === null) {
          call.watch.heard()
          call.received += token
          for (const complete of answer.push(text)) {
            given ||= complete.trim() !== ''
            yield { type: 'text', text: complete }
          }
        }
        if (typeof choice?.finish_reason === 'string' && finish === null) {
          finish = choice.finish_reason
          call.watch.heard()
          // What was finished is not lost if the usage never comes.
          const rest = finish === 'stop' ? answer.rest() : ''
          if (rest) yield { type: 'text', text: rest }
          given ||= rest.trim() !== ''
          call.watch.hurry(USAGE_WAIT_MS)
        }
        // A server that ignores the limit would go on for ever.
        if (finish === null && call.received.length > maxOutputTokens * 12) {
          finish = 'length'
          break
        }
        if (finish === null && performance.now() - call.startedAt > maxAnswerMs) {
          throw new ModelError('timeout', `The model took longer than ${maxAnswerMs} ms for one answer`)
        }
        call.watch.listen()
      }
    } catch (error) {
      // Nothing that happens after the last token takes the answer back.
      if (finish === null || !given) throw error
    }
    if (finish === null && call.signal.aborted) call.signal.throwIfAborted()
    if (!given) {
      const reason = finish === 'content_filter' ? 'rejected' : 'unavailable'
      throw new ModelError(reason, `The model gave no text (${describeFinish(finish)})`)
    }
    if (finish !== 'stop') log?.warn({ model, finish: describeFinish(finish) }, 'the model did not finish its answer')
  }

  /** Tries until the first token; from there on a failure is final. */
  async function* answerWithRetries(request: ModelRequest, call: Call): AsyncGenerator<ModelEvent> {
    const without = new Set(refused)
    for (let tries = 0; ; ) {
      try {
        call.watch.listen()
        yield* readAnswer(request, call, without)
        for (const parameter of without) refused.add(parameter)
        return
      } catch (error) {
        if (call.signal.aborted || call.received !== '') throw error
        const failure = readModelFailure(error, Date.now())
        const adapt = failure.refusedParameters.filter((parameter) => !without.has(parameter))
        if (adapt.length > 0) {
          for (const parameter of adapt) without.add(parameter)
          continue
        }
        if (!failure.retryable || tries >= maxRetries) throw error
        const delayMs = retryDelayMs(tries, failure.retryAfterMs, { random })
        // Waiting longer than a visitor would be left without a word helps nobody.
        if (delayMs >= call.watch.left()) throw error
        log?.warn({ model, reason: failure.error.reason, delayMs: Math.round(delayMs) }, 'the model is asked again')
        await wait(delayMs, undefined, { signal: call.signal })
        tries += 1
      }
    }
  }

  return {
    name: model,
    async *stream(request, signal) {
      signal.throwIfAborted()
      const permit = breaker.enter()
      if (permit === null) throw new ModelError('circuit-open', 'The model server failed too often a moment ago')
      const inputTokens = request.messages.reduce((sum, message) => sum + estimateTokens(message.content) + 4, 0)
      const reservation = budget.reserve({ inputTokens, outputTokens: maxOutputTokens })
      if (reservation === null) {
        permit.cancel()
        throw new ModelError('budget', 'The budget for the model is used up')
      }

      const silence = new AbortController()
      const watch = createSilenceWatch(timeoutMs, () => silence.abort())
      const call: Call = {
        signal: AbortSignal.any([signal, silence.signal]),
        watch,
        startedAt: performance.now(),
        accepted: false,
        received: '',
        usage: null,
      }
      try {
        yield* answerWithRetries(request, call)
        // The client ends a loop quietly when its request is aborted.
        signal.throwIfAborted()
        permit.succeed()
        if (call.usage !== null) yield { type: 'usage', usage: call.usage }
      } catch (error) {
        signal.throwIfAborted()
        const tooSilent = silence.signal.aborted && !(error instanceof ModelError)
        const failure = readModelFailure(tooSilent ? silent(timeoutMs) : error, Date.now())
        if (failure.blamesServer) permit.fail()
        throw failure.error
      } finally {
        watch.rest()
        permit.cancel()
        const began = call.accepted || call.received !== '' || silence.signal.aborted
        const estimate = { inputTokens: began ? inputTokens : 0, outputTokens: estimateTokens(call.received) }
        reservation.settle(call.usage ?? estimate)
      }
    },
  }
}

function silent(timeoutMs: number): ModelError {
  return new ModelError('timeout', `The model server was silent for ${timeoutMs} ms`)
}

function describeFinish(finish: string | null): string {
  return finish === null ? 'broken off' : finish.replace(/[^\w-]/g, '').slice(0, 40)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function readUsage(usage: { prompt_tokens?: unknown; completion_tokens?: unknown } | null | undefined) {
  const inputTokens = usage?.prompt_tokens
  const outputTokens = usage?.completion_tokens
  if (!isCount(inputTokens) || !isCount(outputTokens)) return null
  return { inputTokens, outputTokens }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
