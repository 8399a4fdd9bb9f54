import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { ModelError } from './chat-model.ts'
import { retryAfterMs } from './retry.ts'

/** A call that failed, read for what to do next. */
export interface ModelFailure {
  readonly error: ModelError
  /** Whether the same call may succeed in a moment. */
  readonly retryable: boolean
  /** The wait that the server asked for. */
  readonly retryAfterMs?: number
  /** False where the server works and only this request was wrong. */
  readonly blamesServer: boolean
  /** The optional request parameters that a 400 or 422 names as the trouble. */
  readonly refusedParameters: readonly OptionalParameter[]
}

/** Request parameters that some servers do not know. */
export const OPTIONAL_PARAMETERS = ['stream_options', 'max_tokens', 'temperature'] as const
export type OptionalParameter = (typeof OPTIONAL_PARAMETERS)[number]

/**
 * Sorts whatever the client threw. Messages and causes are written here and not taken over: a server's own message may
 * repeat the prompt or the key, and errors end in logs. `now` is epoch milliseconds.
 */
export function readModelFailure(thrown: unknown, now: number): ModelFailure {
  if (thrown instanceof ModelError) return failure(thrown, false, thrown.reason !== 'rejected')
  if (thrown instanceof APIConnectionTimeoutError) {
    return failure(new ModelError('timeout', 'The model server did not accept the connection in time'), true, true)
  }
  if (thrown instanceof APIConnectionError || !(thrown instanceof APIError)) {
    const error = new ModelError('unavailable', 'The connection to the model server failed', {
      cause: safeCause(thrown),
    })
    return failure(error, true, true)
  }
  return thrown.status === undefined ? readErrorFrame(thrown) : readStatus(thrown, thrown.status, now)
}

function readStatus(thrown: APIError, status: number, now: number): ModelFailure {
  const message = `The model server answered ${status}`
  const options = { cause: new Error(`HTTP ${status}${safeCodes(thrown)}`) }
  if (status === 429) {
    const asked = retryAfterMs(thrown.headers, now)
    const error = new ModelError('rate-limited', message, options)
    // An empty account answers 429 too, and no wait helps it.
    const retryable = thrown.code !== 'insufficient_quota'
    return { ...failure(error, retryable, true), ...(asked !== undefined && { retryAfterMs: asked }) }
  }
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    const asked = retryAfterMs(thrown.headers, now)
    const error = new ModelError('unavailable', message, options)
    return { ...failure(error, true, true), ...(asked !== undefined && { retryAfterMs: asked }) }
  }
  const onlyThisRequest = status === 400 || status === 413 || status === 422
  return {
    ...failure(new ModelError('rejected', message, options), false, !onlyThisRequest),
    refusedParameters: onlyThisRequest ? refusedParameters(thrown) : [],
  }
}

/** An `{"error": …}` frame in the stream, after the server had answered 200. */
function readErrorFrame(thrown: APIError): ModelFailure {
  const limited = String(thrown.code) === '429' || thrown.code === 'rate_limit_exceeded'
  const cause = new Error(`error frame${safeCodes(thrown)}`)
  const error = new ModelError(limited ? 'rate-limited' : 'unavailable', 'The model server broke the answer off', {
    cause,
  })
  return failure(error, true, true)
}

function failure(error: ModelError, retryable: boolean, blamesServer: boolean): ModelFailure {
  return { error, retryable, blamesServer, refusedParameters: [] }
}

function refusedParameters(thrown: APIError): OptionalParameter[] {
  const said = `${thrown.param ?? ''} ${thrown.message}`
  return OPTIONAL_PARAMETERS.filter((parameter) => said.includes(parameter))
}

/** `code` and `type` where they look like identifiers and not like sentences. */
function safeCodes(thrown: APIError): string {
  return [thrown.code, thrown.type]
    .filter((value) => value !== undefined && value !== null && /^[\w.-]{1,64}$/.test(String(value)))
    .map((value) => ` ${String(value)}`)
    .join('')
}

/** The innermost system error of a failed connection, such as `ECONNREFUSED`; nothing of what was sent or received. */
function safeCause(thrown: unknown): Error {
  let inner = thrown
  for (let depth = 0; depth < 5 && inner instanceof Error && inner.cause !== undefined; depth += 1) inner = inner.cause
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined
  const name = inner instanceof Error ? inner.name : typeof inner
  return new Error(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : name)
}
