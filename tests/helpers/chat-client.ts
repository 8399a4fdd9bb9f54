import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { ClientMessage } from '../../server/protocol/client-message.ts'
import type { AnswerEnd, ServerMessage, SessionReady } from '../../server/protocol/server-message.ts'

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>

/** A whole answer as a client saw it. */
export interface SeenAnswer {
  readonly text: string
  readonly end: AnswerEnd
  readonly frames: readonly ServerMessage[]
  readonly firstDeltaMs: number
}

/** A socket that queues what it hears, so that a test misses nothing. */
export interface ChatClient {
  readonly socket: WebSocket
  send(message: ClientMessage | object): void
  sendRaw(data: string | Buffer): void
  /** The next message of this type; others stay queued. Rejects after 5 s, or when the socket has closed. */
  next<Type extends ServerMessage['type']>(type: Type, withinMs?: number): Promise<MessageOf<Type>>
  open(personaId: string, more?: object): Promise<SessionReady>
  ask(text: string, turnId?: string): Promise<SeenAnswer>
  /** Everything heard, in order. */
  readonly heard: readonly ServerMessage[]
  closed(withinMs?: number): Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

/** Connects to `ws://…/v1/chat` of a server under test. */
export async function connectChat(
  address: string,
  options: { origin?: string; headers?: Record<string, string> } = {},
): Promise<ChatClient> {
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/v1/chat`, 'lecturer-chat.v1', options)
  const heard: ServerMessage[] = []
  const queue: ServerMessage[] = []
  const waiting = new Set<() => void>()
  let closing: { code: number; reason: string } | undefined
  const wake = () => {
    for (const look of [...waiting]) look()
  }
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as ServerMessage
    heard.push(message)
    queue.push(message)
    if (message.type === 'ping') socket.send('{"type":"pong"}')
    wake()
  })
  socket.on('close', (code, reason) => {
    closing = { code, reason: reason.toString() }
    wake()
  })
  socket.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })

  const until = <T>(what: string, look: () => T | undefined, withinMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        waiting.delete(attempt)
        clearTimeout(timer)
        act()
      }
      const attempt = () => {
        const found = look()
        if (found !== undefined) finish(() => resolve(found))
        else if (closing && what !== 'close')
          finish(() =>
            reject(new Error(`The socket closed (${closing?.code} ${closing?.reason}) while waiting for ${what}`)),
          )
      }
      const timer = setTimeout(
        () =>
          finish(() => reject(new Error(`No ${what} in ${withinMs} ms; heard ${heard.map((m) => m.type).join(', ')}`))),
        withinMs,
      )
      waiting.add(attempt)
      attempt()
    })

  const client: ChatClient = {
    socket,
    heard,
    send: (message) => socket.send(JSON.stringify(message)),
    sendRaw: (data) => socket.send(data),
    next: (type, withinMs = 5_000) =>
      until(
        type,
        () => {
          const at = queue.findIndex((message) => message.type === type)
          return at === -1 ? undefined : (queue.splice(at, 1)[0] as MessageOf<typeof type>)
        },
        withinMs,
      ),
    open(personaId, more = {}) {
      client.send({ type: 'session-open', personaId, ...more })
      return client.next('session-ready')
    },
    async ask(text, turnId = randomUUID()) {
      const from = heard.length
      const asked = performance.now()
      client.send({ type: 'turn-ask', turnId, text })
      let firstDeltaMs = Number.NaN
      const end = await until(
        `the end of ${turnId}`,
        () => {
          const frames = heard.slice(from)
          if (
            Number.isNaN(firstDeltaMs) &&
            frames.some((frame) => frame.type === 'answer-delta' && frame.turnId === turnId)
          )
            firstDeltaMs = performance.now() - asked
          const failed = frames.find((frame) => frame.type === 'error' && frame.turnId === turnId)
          if (failed?.type === 'error') throw new Error(`${failed.code}: ${failed.message}`)
          return frames.find((frame): frame is AnswerEnd => frame.type === 'answer-end' && frame.turnId === turnId)
        },
        20_000,
      )
      const frames = heard.slice(from).filter((frame) => 'turnId' in frame && frame.turnId === turnId)
      for (const frame of frames) queue.splice(queue.indexOf(frame), 1)
      const text_ = frames.map((frame) => (frame.type === 'answer-delta' ? frame.text : '')).join('')
      return { text: text_, end, frames, firstDeltaMs }
    },
    closed: (withinMs = 5_000) => until('close', () => closing, withinMs),
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return
      socket.close()
      await client.closed().catch(() => socket.terminate())
    },
  }
  return client
}
