import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { RateLimit } from '../limits/rate-limits.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { ChatConnectionParts } from '../sessions/chat-connection.ts'
import { MAX_AUDIO_BYTES, transcribeSpeech } from '../transcription/transcribe-speech.ts'
import type { Transcriber } from '../transcription/transcriber.ts'
import { type OriginPolicy, siteOf } from './origin-policy.ts'

export interface TranscriptionsOptions {
  readonly connection: Pick<ChatConnectionParts, 'personas' | 'sessions' | 'limits' | 'draining'>
  readonly origins: OriginPolicy
  /** Null where no endpoint is set. */
  readonly transcriber: Transcriber | null
}

export const RECORDINGS_PER_SESSION: RateLimit = { capacity: 20, refillPerSecond: 0.2 }
export const RECORDINGS_PER_ADDRESS: RateLimit = { capacity: 600, refillPerSecond: 10 }
/** Recordings are in memory while they are worked on. */
const MOST_AT_A_TIME = 32
/** What a form takes beside its file. */
export const FORM_BYTES = 64 * 1024

const TranscriptionsQuery = Type.Object({ sessionId: Type.String({ minLength: 1, maxLength: 64 }) })
type TranscriptionsRequest = FastifyRequest<{ Querystring: Static<typeof TranscriptionsQuery> }>

/**
 * `POST /v1/audio/transcriptions`: a recording in the form field `file` becomes text by way of the endpoint that the
 * operator set. Only a session's own token opens it; neither recording nor text is stored or logged.
 */
export async function transcriptionsRoutes(app: FastifyInstance, options: TranscriptionsOptions): Promise<void> {
  let working = 0
  const routes: FastifyPluginAsync = async (scope) => {
    if (!scope.hasContentTypeParser('multipart/form-data')) await scope.register(multipart)
    scope.post<{ Querystring: Static<typeof TranscriptionsQuery> }>(
      '/v1/audio/transcriptions',
      {
        bodyLimit: MAX_AUDIO_BYTES + FORM_BYTES,
        // The form reader would write the request's headers, and with them the token.
        ...(scope.log.level === 'trace' ? { logLevel: 'debug' } : {}),
        schema: {
          tags: ['chat'],
          summary: 'Turn speech into text',
          consumes: ['multipart/form-data'],
          querystring: TranscriptionsQuery,
        },
      },
      async (request, reply) => {
        const persona = await admit(request, reply, options)
        if (working >= MOST_AT_A_TIME) throw tooMany(reply, 2_000)
        working += 1
        try {
          const abort = new AbortController()
          reply.raw.once('close', () => abort.abort())
          const bytes = await readRecording(request)
          const text = await transcribeSpeech(options.transcriber, bytes, persona, abort.signal)
          return await reply.header('cache-control', 'no-store').send({ text })
        } catch (error) {
          // Nobody is there to hear of it.
          if (reply.raw.destroyed) return reply.hijack()
          if (error instanceof ProtocolError && error.code === 'transcription-failed')
            request.log.warn({ err: error.cause }, 'speech could not be turned into text')
          throw error
        } finally {
          working -= 1
        }
      },
    )
  }
  await app.register(routes)
}

/** Everything that is checked before a byte of the recording is read; gives the persona of the session. */
async function admit(
  request: TranscriptionsRequest,
  reply: FastifyReply,
  { connection, origins, transcriber }: TranscriptionsOptions,
) {
  const site = siteOf(request)
  if (site !== null && !origins.allows(site, request.headers.host)) throw new ProtocolError('origin-not-allowed')
  if (transcriber === null) throw new ProtocolError('transcription-unavailable')
  if (connection.draining()) throw new ProtocolError('draining')
  const token = /^Bearer ([\w-]{1,256})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const session = await connection.sessions.resume({ sessionId: request.query.sessionId, token })
  const persona = connection.personas.get(session.personaId)
  if (!persona) throw new ProtocolError('persona-unknown')
  for (const [key, limit] of [
    [`recordings:${session.id}`, RECORDINGS_PER_SESSION],
    [`recordings:${request.ip}`, RECORDINGS_PER_ADDRESS],
  ] as const) {
    const decision = await connection.limits.take(key, limit)
    if (!decision.allowed) throw tooMany(reply, decision.retryAfterMs)
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_AUDIO_BYTES + FORM_BYTES) {
    // The rest is not read, so this connection carries no other request.
    void reply.header('connection', 'close')
    throw new ProtocolError('audio-too-large')
  }
  return persona
}

/** The bytes of the form field `file`. Throws `bad-request` where there is none, or `audio-too-large`. */
export async function readRecording(request: Pick<FastifyRequest, 'isMultipart' | 'file'>): Promise<Uint8Array> {
  if (!request.isMultipart()) throw new ProtocolError('bad-request', 'The body must be multipart/form-data.')
  const part = await request.file({ limits: { files: 1, fields: 8, parts: 9, fileSize: MAX_AUDIO_BYTES } })
  if (part === undefined || part.fieldname !== 'file') {
    part?.file.resume()
    throw new ProtocolError('bad-request', 'The recording belongs in the field "file".')
  }
  try {
    return await part.toBuffer()
  } catch (error) {
    if (part.file.truncated) throw new ProtocolError('audio-too-large', undefined, { cause: error })
    throw error
  }
}

function tooMany(reply: FastifyReply, retryAfterMs: number): ProtocolError {
  void reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)))
  return new ProtocolError('rate-limited')
}
