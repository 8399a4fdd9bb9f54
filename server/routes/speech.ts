import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { RateLimit } from '../limits/rate-limits.ts'
import type { Persona } from '../personas/persona.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { ChatConnectionParts } from '../sessions/chat-connection.ts'
import type { Speaker } from '../speech/speaker.ts'
import { SpeechFailed } from '../speech/speech-endpoint.ts'
import type { SpokenClause } from '../speech/speech-of.ts'
import type { TurnRecord } from '../transcripts/transcripts.ts'
import { type OriginPolicy, siteOf } from './origin-policy.ts'

export interface SpeechRouteOptions {
  readonly connection: Pick<ChatConnectionParts, 'personas' | 'sessions' | 'transcripts' | 'limits' | 'draining'>
  readonly origins: OriginPolicy
  readonly speaker: Speaker
}

export const CLAUSES_PER_SESSION: RateLimit = { capacity: 120, refillPerSecond: 2 }
export const CLAUSES_PER_ADDRESS: RateLimit = { capacity: 6_000, refillPerSecond: 100 }
/** Clauses that are made before they are asked for, and for how long they are made for nobody. */
const AHEAD = 2
const AHEAD_MS = 20_000
/** Sounds are in memory while they are made. */
const MOST_AT_A_TIME = 64

const SpeechParams = Type.Object({
  answerId: Type.String({ minLength: 1, maxLength: 64 }),
  epoch: Type.String({ minLength: 1, maxLength: 64 }),
  seq: Type.String({ pattern: '^[1-9][0-9]{0,5}$' }),
  clause: Type.String({ pattern: '^[0-9]{1,4}$' }),
})
const SpeechQuery = Type.Object({ speed: Type.Optional(Type.String({ pattern: '^[0-9](\\.[0-9]{1,3})?$' })) })
type SpeechRequest = FastifyRequest<{
  Params: Static<typeof SpeechParams>
  Querystring: Static<typeof SpeechQuery>
}>

/**
 * `GET /v1/speech/:answerId/:epoch/:seq/:clause`: the sound of a clause that was shown in the caller's own session,
 * with the times of its movements in the header `speech-times`. The text is the record's, never the caller's.
 */
export function speechRoute(app: FastifyInstance, options: SpeechRouteOptions): void {
  const { speaker } = options
  /** What is made ahead, by session: it ends when the visitor breaks one request off. */
  const ahead = new Map<string, Set<AbortController>>()
  let working = 0

  function makeAhead(sessionId: string, clauses: readonly SpokenClause[], voice: string, speed: number): void {
    for (const clause of clauses) {
      const abort = new AbortController()
      const timer = setTimeout(() => abort.abort(), AHEAD_MS).unref()
      const own = ahead.get(sessionId) ?? new Set()
      ahead.set(sessionId, own.add(abort))
      const over = () => {
        clearTimeout(timer)
        own.delete(abort)
        if (own.size === 0 && ahead.get(sessionId) === own) ahead.delete(sessionId)
      }
      // Whoever asks for it is told of the failure.
      speaker.soundOf(clause, voice, speed, abort.signal).then(over, over)
    }
  }

  app.addHook('onClose', async () => {
    for (const own of ahead.values()) for (const abort of own) abort.abort()
  })

  app.get<{ Params: Static<typeof SpeechParams>; Querystring: Static<typeof SpeechQuery> }>(
    '/v1/speech/:answerId/:epoch/:seq/:clause',
    { schema: { tags: ['chat'], summary: 'Hear a clause', params: SpeechParams, querystring: SpeechQuery } },
    async (request, reply) => {
      const turn = await admit(request, reply, options)
      const speed = speedOf(request.query.speed)
      const persona = options.connection.personas.get(turn.personaId)
      const voice = persona && speaker.voiceOf(persona)
      const clauses = clausesFrom(turn, request.params, speaker)
      void reply.header('cache-control', 'no-store')
      if (persona === undefined || voice === undefined) return reply.status(204).send()
      if (working >= MOST_AT_A_TIME) throw tooMany(reply, 1_000)
      const abort = new AbortController()
      reply.raw.once('close', () => {
        if (reply.raw.writableFinished) return
        abort.abort()
        for (const other of ahead.get(turn.sessionId) ?? []) other.abort()
      })
      working++
      try {
        const [wanted, ...following] = clauses
        if (wanted === undefined) throw new ProtocolError('not-found')
        const made = speaker.soundOf(wanted, voice, speed, abort.signal)
        makeAhead(turn.sessionId, following.slice(0, AHEAD), voice, speed)
        const { wav, times } = await made
        // A withdrawal in the meantime holds at once.
        if (!stillAllowed(options, persona)) return await reply.status(204).send()
        return await reply
          .header('content-type', 'audio/wav')
          .header('speech-times', Buffer.from(Uint16Array.from(times).buffer).toString('base64'))
          .send(wav)
      } catch (error) {
        // Nobody is there to hear of it.
        if (abort.signal.aborted) return reply.hijack()
        if (!(error instanceof SpeechFailed)) throw error
        request.log.warn({ err: error, personaId: turn.personaId }, 'a clause has no sound')
        throw new ProtocolError('speech-unavailable', undefined, { cause: error })
      } finally {
        working--
      }
    },
  )
}

/** The turn that is asked about, where the caller may hear it. Another's answer is as unknown as one that never was. */
async function admit(
  request: SpeechRequest,
  reply: FastifyReply,
  { connection, origins }: SpeechRouteOptions,
): Promise<TurnRecord> {
  const site = siteOf(request)
  if (site !== null && !origins.allows(site, request.headers.host)) throw new ProtocolError('origin-not-allowed')
  if (connection.draining()) throw new ProtocolError('draining')
  const address = await connection.limits.take(`clauses:${request.ip}`, CLAUSES_PER_ADDRESS)
  if (!address.allowed) throw tooMany(reply, address.retryAfterMs)
  const token = /^Bearer ([\w-]{1,256})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const turn = await connection.transcripts.findAnswer(request.params.answerId)
  if (turn === null) throw new ProtocolError('answer-unknown')
  try {
    await connection.sessions.resume({ sessionId: turn.sessionId, token })
  } catch (error) {
    const foreign = error instanceof ProtocolError && error.code === 'session-invalid'
    throw foreign ? new ProtocolError('answer-unknown') : error
  }
  const session = await connection.limits.take(`clauses:${turn.sessionId}`, CLAUSES_PER_SESSION)
  if (!session.allowed) throw tooMany(reply, session.retryAfterMs)
  return turn
}

/** The clause that is asked for and what follows it, in its own sentence and the next ones that are there. */
function clausesFrom(turn: TurnRecord, at: Static<typeof SpeechParams>, speaker: Speaker): SpokenClause[] {
  const seq = Number(at.seq)
  const sentence = turn.epoch === at.epoch ? turn.sentences.find((known) => known.seq === seq) : undefined
  const own = sentence && speaker.clausesOf({ text: sentence.text, startsAnswer: sentence.offset === 0 })
  const clauses = own?.slice(Number(at.clause)) ?? []
  if (clauses.length === 0) throw new ProtocolError('not-found')
  for (const next of turn.sentences) {
    if (next.seq <= seq || clauses.length > AHEAD) continue
    clauses.push(...speaker.clausesOf({ text: next.text, startsAnswer: next.offset === 0 }))
  }
  return clauses
}

/** In steps of 0.05, so that the cache meets the same speed again. */
function speedOf(text: string | undefined): number {
  const speed = Number(text ?? '1')
  if (!(speed >= 0.5 && speed <= 2)) throw new ProtocolError('bad-request', 'The speed is from 0.5 to 2.')
  return Math.round(speed * 20) / 20
}

function stillAllowed({ connection, speaker }: SpeechRouteOptions, persona: Persona): boolean {
  const now = connection.personas.get(persona.id)
  return now !== undefined && speaker.voiceOf(now) !== undefined
}

function tooMany(reply: FastifyReply, retryAfterMs: number): ProtocolError {
  void reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)))
  return new ProtocolError('rate-limited')
}
