import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { ProtocolError } from '../protocol/errors.ts'
import type { SessionRecord, Transcripts } from '../transcripts/transcripts.ts'

/** A session that nobody used for this long cannot be continued. */
export const SESSION_LIFETIME_MS = 30 * 86_400_000

export interface Sessions {
  /** Starts a conversation; the token is told once and stored only as a hash. */
  create(start: {
    personaId: string
    site: string | null
    locale: string | null
  }): Promise<{ session: SessionRecord; token: string }>
  /** Continues a conversation. Throws `session-invalid` for an unknown, forgotten, foreign or too old one alike. */
  resume(credentials: { sessionId: string; token: string; personaId?: string }): Promise<SessionRecord>
}

export function createSessions(transcripts: Transcripts, now: () => number): Sessions {
  return {
    async create({ personaId, site, locale }) {
      const token = randomBytes(32).toString('base64url')
      const session: SessionRecord = {
        id: randomUUID(),
        personaId,
        tokenHash: hash(token).toString('hex'),
        site,
        locale,
        createdAt: now(),
        lastSeenAt: now(),
        forgottenAt: null,
      }
      await transcripts.createSession(session)
      return { session, token }
    },

    async resume({ sessionId, token, personaId }) {
      const session = await transcripts.findSession(sessionId)
      const known = Buffer.from(session?.tokenHash ?? '0'.repeat(64), 'hex')
      const right = timingSafeEqual(known, hash(token))
      const usable =
        session !== null && session.forgottenAt === null && now() - session.lastSeenAt < SESSION_LIFETIME_MS
      if (!right || !usable || (personaId !== undefined && session.personaId !== personaId))
        throw new ProtocolError('session-invalid')
      await transcripts.touchSession(session.id, now())
      return session
    },
  }
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
