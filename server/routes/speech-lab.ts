import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { maySee } from '../accounts/access.ts'
import type { KnowledgeLibrary } from '../knowledge/knowledge-library.ts'
import type { RateLimit, RateLimits } from '../limits/rate-limits.ts'
import { aiLabel } from '../personas/ai-label.ts'
import { consentAllows } from '../personas/consent.ts'
import type { Persona } from '../personas/persona.ts'
import type { Account } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { LabAudioRequest, SpeechPlan, SpeechPlanRequest } from '../protocol/speech-lab.ts'
import { joinSounds, type SoundAndPause } from '../speech/joined-sound.ts'
import type { Speaker } from '../speech/speaker.ts'
import { SpeechFailed } from '../speech/speech-endpoint.ts'
import type { SpokenClause } from '../speech/speech-of.ts'
import { speechPlan } from '../speech/speech-plan.ts'
import { allowed, requireSight } from './console-guard.ts'

export interface SpeechLabParts {
  readonly speaker: Speaker
  readonly library: Pick<KnowledgeLibrary, 'current'>
  readonly limits: RateLimits
  readonly now: () => number
}

/** An operator who listens again and again; the endpoint may cost money. */
export const LAB_SOUNDS: RateLimit = { capacity: 120, refillPerSecond: 1 }
/** Clauses of an export that are made at the same time. */
const AT_A_TIME = 2

/** The avatar lab: how any text is spoken, and its sound. Nothing of it is kept but what the speech cache holds. */
export function speechLabRoutes(app: FastifyInstance, parts: SpeechLabParts): void {
  const { speaker } = parts
  const tags = ['console']
  const clausesOf = (text: string) => speaker.clausesOf({ text, startsAnswer: true })

  app.post<{ Body: SpeechPlanRequest }>(
    '/speech-lab/plan',
    { schema: { tags, summary: 'How a text is spoken', body: SpeechPlanRequest, response: { 200: SpeechPlan } } },
    (request) => {
      const account = allowed(request, 'review')
      const { text, personaId, speed = 1 } = request.body
      const persona = personaId === undefined ? undefined : personaOf(parts, account, personaId)
      return speechPlan(text, clausesOf(text), speed, (persona && speaker.voiceOf(persona)) ?? null)
    },
  )

  app.post<{ Body: LabAudioRequest }>(
    '/speech-lab/audio',
    {
      schema: { tags, summary: 'The sound of a clause, or of a whole text after the AI label', body: LabAudioRequest },
    },
    async (request, reply) => {
      const account = allowed(request, 'review')
      const { text, personaId, speed: wished = 1, clause: place } = request.body
      const persona = personaOf(parts, account, personaId)
      const voice = voiceFor(parts, account, persona, request.body.voice)
      if (voice === undefined) return reply.status(204).send()
      const clauses = clausesOf(text)
      const wanted = place === undefined ? [...clausesOf(`${aiLabel(persona).text}。`), ...clauses] : [clauses[place]]
      const spoken = wanted.filter((clause) => clause !== undefined)
      if (spoken.length === 0 || clauses.length === 0) throw new ProtocolError('not-found')
      await take(parts, reply, account, spoken.length)
      // In steps of 0.05, so that the cache meets the same speed again.
      const speed = Math.round(wished * 20) / 20
      const abort = new AbortController()
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) abort.abort()
      })
      try {
        const sounds = await soundsOf(speaker, spoken, voice, speed, abort.signal)
        const first = sounds[0]
        void reply.header('content-type', 'audio/wav')
        if (place !== undefined && first !== undefined) {
          const times = Buffer.from(Uint16Array.from(first.sound.times).buffer).toString('base64')
          return await reply.header('speech-times', times).send(first.sound.wav)
        }
        const file = joinSounds(sounds, randomUUID())
        return await reply.header('content-disposition', 'attachment; filename="ai-speech.wav"').send(file)
      } catch (error) {
        if (abort.signal.aborted) return reply.hijack()
        if (!(error instanceof SpeechFailed)) throw error
        request.log.warn({ err: error, personaId }, 'the lab has no sound')
        throw new ProtocolError('speech-unavailable', undefined, { cause: error })
      } finally {
        // What is still being made for a request that failed is wanted by nobody.
        abort.abort()
      }
    },
  )
}

function personaOf({ library }: SpeechLabParts, account: Account, personaId: string): Persona {
  requireSight(account, personaId)
  const persona = library.current().personas.find(({ id }) => id === personaId)
  if (persona === undefined) throw new ProtocolError('not-found')
  return persona
}

/**
 * The voice to speak with; undefined where the persona has none, or no leave to have one. Another real person's voice
 * is tried only by those who may see that person, and under that person's consent. Throws `not-allowed`.
 */
function voiceFor(parts: SpeechLabParts, account: Account, persona: Persona, wished?: string): string | undefined {
  const own = parts.speaker.voiceOf(persona)
  if (own === undefined || wished === undefined || wished === own) return own
  for (const other of parts.library.current().personas) {
    if (other.voice !== wished || other.speaker !== 'real') continue
    const mayTry = maySee(account, other.id) && consentAllows(other, 'voice', parts.now())
    if (!mayTry) throw new ProtocolError('not-allowed', 'This voice belongs to a person who has not allowed this.')
  }
  return wished
}

async function take({ limits }: SpeechLabParts, reply: FastifyReply, account: Account, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const taken = await limits.take(`speech-lab:${account.id}`, LAB_SOUNDS)
    if (taken.allowed) continue
    void reply.header('retry-after', Math.max(1, Math.ceil(taken.retryAfterMs / 1000)))
    throw new ProtocolError('rate-limited')
  }
}

async function soundsOf(
  speaker: Speaker,
  clauses: readonly SpokenClause[],
  voice: string,
  speed: number,
  signal: AbortSignal,
): Promise<SoundAndPause[]> {
  const sounds: SoundAndPause[] = []
  for (let at = 0; at < clauses.length; at += AT_A_TIME) {
    const made = clauses.slice(at, at + AT_A_TIME).map(async (clause) => ({
      sound: await speaker.soundOf(clause, voice, speed, signal),
      pause: clause.track.pause / speed,
    }))
    sounds.push(...(await Promise.all(made)))
  }
  return sounds
}
