import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode, errorSentence, ProtocolError } from '../protocol/errors.ts'

/** Turns every error of an HTTP route into one body: `{ error: { code, message, detail?, retryable } }`. */
export function answerHttpErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = toProtocolError(error)
    if (known.code === 'internal' || known.code === 'store-unavailable')
      request.log.error({ err: error }, 'a request failed')
    return reply.status(statusOf(error, known.code)).send(errorBody(known, localeOf(request)))
  })
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(errorBody(new ProtocolError('not-found'), localeOf(request))),
  )
}

/** The body of an HTTP error; `type` and `param` are there for OpenAI clients. */
export function errorBody(error: ProtocolError, locale?: string) {
  const { status, retryable } = ERRORS[error.code]
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error'
  const detail = error.detail === undefined ? {} : { detail: error.detail }
  return {
    error: { code: error.code, message: errorSentence(error.code, locale), ...detail, retryable, type, param: null },
  }
}

export function toProtocolError(error: FastifyError | Error): ProtocolError {
  if (error instanceof ProtocolError) return error
  const status = 'statusCode' in error ? error.statusCode : undefined
  // Fastify's own messages name fields and limits, never what the visitor wrote.
  if (status !== undefined && status >= 400 && status < 500) return new ProtocolError('bad-request', error.message)
  return new ProtocolError('internal', undefined, { cause: error })
}

function statusOf(error: FastifyError, code: ErrorCode): number {
  return code === 'bad-request' && error.statusCode !== undefined ? error.statusCode : ERRORS[code].status
}

function localeOf(request: FastifyRequest): string | undefined {
  return request.headers['accept-language']?.split(',')[0]?.trim()
}
