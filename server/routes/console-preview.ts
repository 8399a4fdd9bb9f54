import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Preview } from '../corrections/preview/open-preview.ts'
import type { RateLimits } from '../limits/rate-limits.ts'
import { CorrectionDraft, GoldenCheckLine, PreviewLine, UnansweredCluster } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { MAX_AUDIO_BYTES, transcribeSpeech } from '../transcription/transcribe-speech.ts'
import type { Transcriber } from '../transcription/transcriber.ts'
import { allowed, requireSight } from './console-guard.ts'
import { sendLines } from './send-lines.ts'
import { FORM_BYTES, RECORDINGS_PER_SESSION, readRecording } from './transcriptions.ts'

export interface ConsolePreviewParts {
  readonly preview: Pick<Preview, 'previews' | 'checkGolden' | 'unanswered' | 'persona'>
  readonly limits: RateLimits
  /** Null where no endpoint is set. */
  readonly transcriber: Transcriber | null
}

/** Replays that a process works on at a time; they share its processor. */
const MOST_AT_A_TIME = 8
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
const PersonaQuery = Type.Object(
  { personaId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) },
  { additionalProperties: false },
)
interface PersonaQuery {
  Querystring: { personaId?: string }
}
const NDJSON = 'application/x-ndjson'

/** What a correction would change, what waits for an answer, and speech as text for whoever writes one. */
export async function consolePreviewRoutes(app: FastifyInstance, parts: ConsolePreviewParts): Promise<void> {
  const { previews, checkGolden, unanswered } = parts.preview
  let working = 0
  /** A few at a time; the others are asked to come again. */
  const lines = async (
    request: FastifyRequest,
    reply: FastifyReply,
    open: Parameters<typeof sendLines>[2],
  ): Promise<FastifyReply> => {
    if (working >= MOST_AT_A_TIME) {
      void reply.header('retry-after', 5)
      throw new ProtocolError('rate-limited')
    }
    working += 1
    reply.raw.once('close', () => {
      working -= 1
    })
    return await sendLines(request, reply, open)
  }

  app.post<{ Params: { id: string } }>(
    '/corrections/:id/preview',
    { schema: { ...describe('What the correction would change, as it is written now', PreviewLine), params: Id } },
    (request, reply) => {
      const account = allowed(request, 'review')
      return lines(request, reply, (signal) => previews.ofStored(account, request.params.id, signal))
    },
  )
  app.post<{ Body: CorrectionDraft }>(
    '/corrections/preview',
    { schema: { ...describe('What these words would change', PreviewLine), body: CorrectionDraft } },
    (request, reply) => {
      const account = allowed(request, 'review')
      return lines(request, reply, (signal) => previews.ofDraft(account, request.body, signal))
    },
  )
  app.get<PersonaQuery>(
    '/golden/check',
    { schema: { ...describe('Ask all golden questions anew', GoldenCheckLine), querystring: PersonaQuery } },
    (request, reply) => {
      const account = allowed(request, 'review')
      return lines(request, reply, (signal) => checkGolden(account, request.query.personaId, signal))
    },
  )
  app.get<PersonaQuery>(
    '/unanswered',
    {
      schema: {
        tags: ['console'],
        summary: 'Questions without an answer, equal ones together, most asked first',
        querystring: PersonaQuery,
        response: { 200: Type.Object({ clusters: Type.Array(UnansweredCluster) }) },
      },
    },
    async (request) => ({
      clusters: await unanswered.list(allowed(request, 'review'), request.query.personaId),
    }),
  )
  const transcription: FastifyPluginAsync = (scope) => transcriptionRoute(scope, parts)
  await app.register(transcription)
}

/** The words of a recording in the form field `file`; neither is stored or logged. */
async function transcriptionRoute(app: FastifyInstance, parts: ConsolePreviewParts): Promise<void> {
  const { transcriber, limits, preview } = parts
  if (!app.hasContentTypeParser('multipart/form-data')) await app.register(multipart)
  app.post<PersonaQuery>(
    '/transcriptions',
    {
      bodyLimit: MAX_AUDIO_BYTES + FORM_BYTES,
      // The form reader would write the request's headers, and with them the cookie.
      ...(app.log.level === 'trace' ? { logLevel: 'debug' } : {}),
      schema: {
        tags: ['console'],
        summary: 'Turn speech into text',
        consumes: ['multipart/form-data'],
        querystring: PersonaQuery,
        response: { 200: Type.Object({ text: Type.String() }) },
      },
    },
    async (request, reply) => {
      const account = allowed(request, 'review')
      const { personaId = account.personaId } = request.query
      if (personaId !== null) requireSight(account, personaId)
      if (transcriber === null) throw new ProtocolError('transcription-unavailable')
      const decision = await limits.take(`recordings:${account.id}`, RECORDINGS_PER_SESSION)
      if (!decision.allowed) {
        void reply.header('retry-after', Math.max(1, Math.ceil(decision.retryAfterMs / 1000)))
        throw new ProtocolError('rate-limited')
      }
      if (Number(request.headers['content-length'] ?? 0) > MAX_AUDIO_BYTES + FORM_BYTES) {
        // The rest is not read, so this connection carries no other request.
        void reply.header('connection', 'close')
        throw new ProtocolError('audio-too-large')
      }
      const abort = new AbortController()
      reply.raw.once('close', () => abort.abort())
      const languages = (personaId === null ? undefined : preview.persona(personaId))?.languages ?? ['zh-CN']
      try {
        return { text: await transcribeSpeech(transcriber, await readRecording(request), { languages }, abort.signal) }
      } catch (error) {
        // Nobody is there to hear of it.
        if (reply.raw.destroyed) return reply.hijack()
        if (error instanceof ProtocolError && error.code === 'transcription-failed')
          request.log.warn({ err: error.cause }, 'speech could not be turned into text')
        throw error
      }
    },
  )
}

function describe(summary: string, line: typeof PreviewLine | typeof GoldenCheckLine) {
  return {
    tags: ['console'],
    summary,
    description: 'Answers with newline-separated JSON; the last line is the summary.',
    response: { 200: { description: 'Lines', content: { [NDJSON]: { schema: line } } } },
  }
}
