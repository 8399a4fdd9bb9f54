import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { decodeClientMessage } from '../protocol/decode-client-message.ts'
import { ERRORS, ProtocolError } from '../protocol/errors.ts'
import type { ServerMessage } from '../protocol/server-message.ts'
import { type ChatConnectionParts, HEARTBEAT_MS, openChatConnection } from '../sessions/chat-connection.ts'
import type { Metrics } from './metrics.ts'
import type { OpenConnections } from './open-connections.ts'
import { isLoopback, type OriginPolicy, siteOf } from './origin-policy.ts'

export interface ChatSocketOptions {
  readonly connection: ChatConnectionParts
  readonly origins: OriginPolicy
  readonly connections: OpenConnections
  readonly metrics: Metrics
  readonly maxSockets: number
  /** How often a client is asked whether it is there, and how long it may take to answer; for tests. */
  readonly heartbeat?: { readonly everyMs: number; readonly pongWithinMs: number }
}

const OPEN_WITHIN_MS = 5_000
const PONG_WITHIN_MS = 10_000
/** Bytes that may wait for a reader before it counts as too slow (protocol rule 8). */
const MOST_BUFFERED = 1024 * 1024
/** Frames a socket may send at once and per second; far above what a person does. */
const FRAMES_AT_ONCE = 400
const FRAMES_PER_SECOND = 50

/** `GET /v1/chat`: the protocol over WebSocket. */
export function chatSocketRoute(app: FastifyInstance, options: ChatSocketOptions): void {
  app.get('/v1/chat', { websocket: true, schema: { hide: true } }, (socket, request) => serve(socket, request, options))
}

function serve(socket: WebSocket, request: FastifyRequest, options: ChatSocketOptions): void {
  const { connections, metrics, origins, heartbeat = { everyMs: HEARTBEAT_MS, pongWithinMs: PONG_WITHIN_MS } } = options
  const send = (message: ServerMessage): void => {
    if (socket.readyState !== socket.OPEN) return
    socket.send(JSON.stringify(message))
    if (socket.bufferedAmount > MOST_BUFFERED) close(4008, 'The reader is too slow; reconnect and resume.')
  }
  const close = (code: number, reason: string): void => {
    // A close frame holds at most 123 bytes of reason (RFC 6455, 5.5).
    socket.close(code, reason.slice(0, 120))
    // A peer that does not read will not answer the close either.
    setTimeout(() => socket.terminate(), 2_000).unref()
  }
  socket.on('error', (error) => request.log.debug({ err: error }, 'socket error'))

  const origin = siteOf(request)
  const connection = openChatConnection(options.connection, {
    channel: 'websocket',
    answers: 'own',
    site: origin,
    address: request.ip,
    mayOpen: origin !== null || isLoopback(request.ip),
    send,
    close,
  })
  metrics.sockets.inc()
  const leave = connections.add({ send, close })
  socket.once('close', () => {
    metrics.sockets.dec()
    leave()
    clearTimeout(openTimer)
    clearInterval(pings)
    clearTimeout(pongTimer)
    connection.end()
  })

  const openTimer = setTimeout(() => connection.fail(new ProtocolError('session-open-timeout')), OPEN_WITHIN_MS)
  let pongTimer: NodeJS.Timeout | undefined
  const pings = setInterval(() => {
    send({ type: 'ping' })
    pongTimer ??= setTimeout(() => close(4009, 'No pong in time.'), heartbeat.pongWithinMs)
  }, heartbeat.everyMs)

  if (origin !== null && !origins.allows(origin, request.headers.host)) {
    request.log.info({ origin }, 'origin not allowed')
    connection.fail(new ProtocolError('origin-not-allowed'))
    return
  }
  if (connections.count() > options.maxSockets) {
    connection.fail(new ProtocolError('too-many-connections'))
    return
  }

  let tokens = FRAMES_AT_ONCE
  let filledAt = Date.now()
  let closed = false
  socket.on('message', (data, isBinary) => {
    if (closed) return
    clearTimeout(pongTimer)
    pongTimer = undefined
    tokens = Math.min(FRAMES_AT_ONCE, tokens + ((Date.now() - filledAt) / 1000) * FRAMES_PER_SECOND) - 1
    filledAt = Date.now()
    if (tokens < 0) {
      closed = true
      connection.fail(new ProtocolError('too-many-connections'))
      return
    }
    try {
      if (isBinary) throw new ProtocolError('bad-frame', 'It is binary.')
      const message = decodeClientMessage(data.toString())
      if (message.type === 'session-open') clearTimeout(openTimer)
      void connection.receive(message)
    } catch (error) {
      closed = error instanceof ProtocolError && ERRORS[error.code].closes !== null
      connection.fail(error)
    }
  })
}
