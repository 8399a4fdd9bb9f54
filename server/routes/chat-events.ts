import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { MAX_FRAME_BYTES } from '../protocol/client-message.ts'
import { checkClientMessage } from '../protocol/decode-client-message.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { ServerMessage } from '../protocol/server-message.ts'
import { type ChatConnectionParts, HEARTBEAT_MS, openChatConnection } from '../sessions/chat-connection.ts'
import type { OpenConnections } from './open-connections.ts'
import { isLoopback, type OriginPolicy, siteOf } from './origin-policy.ts'

export interface ChatEventsOptions {
  readonly connection: ChatConnectionParts
  readonly origins: OriginPolicy
  readonly connections: OpenConnections
  /** The most event streams and sockets at a time. */
  readonly maxSockets: number
}

const MOST_BUFFERED = 1024 * 1024

const EventsQuery = Type.Object({
  personaId: Type.String({ minLength: 1, maxLength: 64 }),
  sessionId: Type.Optional(Type.String({ maxLength: 64 })),
  locale: Type.Optional(Type.String({ maxLength: 35 })),
  lastEventId: Type.Optional(Type.String({ maxLength: 200 })),
})

const FramesBody = Type.Object({
  sessionId: Type.Optional(Type.String({ maxLength: 64 })),
  token: Type.Optional(Type.String({ maxLength: 256 })),
  frames: Type.Array(Type.Object({ type: Type.String() }, { additionalProperties: true }), {
    minItems: 1,
    maxItems: 16,
  }),
})

/**
 * The protocol for networks that block WebSocket. `GET /v1/chat/events` streams what the server says as server-sent
 * events; `POST /v1/chat/frames` takes what the client says and answers with the direct replies. The two meet in the
 * session, so that they may reach different nodes. The token travels in the `Authorization` header, never in an address.
 */
export function chatEventsRoutes(app: FastifyInstance, options: ChatEventsOptions): void {
  app.get<{ Querystring: Static<typeof EventsQuery> }>(
    '/v1/chat/events',
    { schema: { tags: ['chat'], summary: 'What the server says, as server-sent events', querystring: EventsQuery } },
    (request, reply) => streamEvents(request, reply, options),
  )
  app.post<{ Body: Static<typeof FramesBody> }>(
    '/v1/chat/frames',
    {
      bodyLimit: 4 * MAX_FRAME_BYTES,
      schema: { tags: ['chat'], summary: 'What the client says; answers with the direct replies', body: FramesBody },
    },
    (request) => takeFrames(request, options),
  )
}

async function streamEvents(
  request: FastifyRequest<{ Querystring: Static<typeof EventsQuery> }>,
  reply: FastifyReply,
  options: ChatEventsOptions,
): Promise<void> {
  checkOrigin(request, options.origins)
  if (options.connections.count() >= options.maxSockets) throw new ProtocolError('too-many-connections')
  const { personaId, sessionId, locale } = request.query
  const { raw } = reply.hijack()
  raw.writeHead(200, {
    ...corsHeaders(request),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const send = (message: ServerMessage): void => {
    if (raw.writableEnded || raw.destroyed) return
    raw.write(eventOf(message))
    // A reader that is too slow is cut off; it comes back and resumes (protocol rule 8).
    if (raw.writableLength > MOST_BUFFERED) raw.destroy()
  }
  const close = (): void => {
    if (!raw.writableEnded) raw.end()
    // A reader that does not read never takes the end either.
    setTimeout(() => raw.destroy(), 2_000).unref()
  }
  const connection = openChatConnection(options.connection, {
    ...carrierOf(request),
    answers: 'session',
    send,
    close,
  })
  const leave = options.connections.add({ send, close })
  const heartbeat = setInterval(() => send({ type: 'ping' }), HEARTBEAT_MS)
  raw.once('close', () => {
    clearInterval(heartbeat)
    leave()
    connection.end()
  })
  const cursor = cursorOf(request.headers['last-event-id'] ?? request.query.lastEventId)
  const token = bearerOf(request)
  await connection.receive({
    type: 'session-open',
    personaId,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(token === undefined ? {} : { token }),
    ...(locale === undefined ? {} : { locale }),
    ...(cursor === undefined ? {} : { have: [cursor] }),
  })
}

async function takeFrames(
  request: FastifyRequest<{ Body: Static<typeof FramesBody> }>,
  options: ChatEventsOptions,
): Promise<{ frames: ServerMessage[] }> {
  checkOrigin(request, options.origins)
  const messages = request.body.frames.map(checkClientMessage)
  const replies: ServerMessage[] = []
  const connection = openChatConnection(options.connection, {
    ...carrierOf(request),
    answers: 'none',
    send: (message) => replies.push(message),
    close: () => undefined,
  })
  try {
    const { sessionId, token = bearerOf(request) } = request.body
    if (sessionId !== undefined && messages[0]?.type !== 'session-open')
      await connection.attach({ sessionId, token: token ?? '' })
    for (const message of messages) await connection.receive(message)
  } finally {
    connection.end()
  }
  return { frames: replies }
}

function carrierOf(request: FastifyRequest) {
  const origin = siteOf(request)
  return {
    channel: 'events' as const,
    site: origin,
    address: request.ip,
    mayOpen: origin !== null || sameOrigin(request) || isLoopback(request.ip),
  }
}

/** Browsers leave `Origin` out of same-origin GET requests, but say so themselves in a header that pages cannot set. */
function sameOrigin(request: FastifyRequest): boolean {
  return request.headers['sec-fetch-site'] === 'same-origin'
}

function checkOrigin(request: FastifyRequest, origins: OriginPolicy): void {
  const origin = siteOf(request)
  if (origin !== null && !origins.allows(origin, request.headers.host)) throw new ProtocolError('origin-not-allowed')
}

function corsHeaders(request: FastifyRequest): Record<string, string> {
  const origin = siteOf(request)
  return origin === null ? {} : { 'access-control-allow-origin': origin, vary: 'Origin' }
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([\w-]{1,256})$/.exec(request.headers.authorization ?? '')?.[1]
}

function eventOf(message: ServerMessage): string {
  const id =
    'answerId' in message && 'seq' in message ? `id: ${message.answerId}:${message.epoch}:${message.seq}\n` : ''
  return `${id}data: ${JSON.stringify(message)}\n\n`
}

function cursorOf(eventId: string | string[] | undefined) {
  const parts = typeof eventId === 'string' ? /^([\w-]+):([\w-]+):(\d{1,9})$/.exec(eventId) : null
  const [, answerId, epoch, seq] = parts ?? []
  return answerId === undefined || epoch === undefined || seq === undefined
    ? undefined
    : { answerId, epoch, seq: Number(seq) }
}
