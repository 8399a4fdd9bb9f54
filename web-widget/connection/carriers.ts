import type { ClientMessage, SessionOpen } from '../../server/protocol/client-message.ts'

/** What carries frames: it says when it is open, hands over what comes, and says once that it is gone. */
export interface FrameCarrier {
  send(frame: ClientMessage): void
  close(): void
}

export interface CarrierEvents {
  onOpen(): void
  onFrame(data: string): void
  /** `code` is the WebSocket close code, or the one that stands for the HTTP answer. */
  onClose(code: number): void
}

/** The part of WebSocket that is used; a test gives its own. */
export type SocketConstructor = new (address: string, protocol: string) => WebSocket

/** Opens a WebSocket to `address` (an http or https address that ends in a slash). */
export function openSocketCarrier(address: string, events: CarrierEvents, Socket: SocketConstructor): FrameCarrier {
  const socket = new Socket(`${address.replace(/^http/, 'ws')}v1/chat`, 'lecturer-chat.v1')
  let gone = false
  const leave = (code: number): void => {
    if (gone) return
    gone = true
    events.onClose(code)
  }
  socket.addEventListener('open', () => {
    if (!gone) events.onOpen()
  })
  socket.addEventListener('message', (event) => {
    if (!gone && typeof event.data === 'string') events.onFrame(event.data)
  })
  socket.addEventListener('close', (event) => leave(event.code))
  // An error says nothing that the close after it does not say.
  socket.addEventListener('error', () => {})
  return {
    send(frame) {
      if (socket.readyState === 1) socket.send(JSON.stringify(frame))
    },
    close() {
      gone = true
      socket.close(1000)
    },
  }
}

const CLOSE_CODE_OF_ERROR: Readonly<Record<string, number>> = {
  'session-invalid': 4401,
  'origin-not-allowed': 4403,
  'persona-unknown': 4404,
  'too-many-connections': 4429,
  'rate-limited': 4429,
}

/** The close code that an error of the protocol stands for where the carrier has none; 1006 for any other. */
export function closeCodeOfError(code: string): number {
  return CLOSE_CODE_OF_ERROR[code] ?? 1006
}

/**
 * The same frames over server-sent events and posts, for proxies that block WebSocket. `session-open` is posted
 * first, so that no token stands in an address; then the stream is opened under the same connection id.
 */
export function openEventCarrier(address: string, connectionId: string, events: CarrierEvents): FrameCarrier {
  let gone = false
  let stream: EventSource | null = null
  let posting: Promise<boolean> = Promise.resolve(true)
  const leave = (code: number): void => {
    if (gone) return
    gone = true
    stream?.close()
    events.onClose(code)
  }
  const post = async (frame: ClientMessage): Promise<boolean> => {
    if (gone) return false
    try {
      const response = await fetch(`${address}v1/chat/frames`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ connectionId, frames: [frame] }),
      })
      if (response.ok) return true
      const problem: unknown = await response.json().catch(() => null)
      leave(closeCodeOfError(codeIn(problem)))
    } catch {
      leave(1006)
    }
    return false
  }
  const listen = (open: SessionOpen): void => {
    const query = new URLSearchParams({ personaId: open.personaId, connectionId })
    if (open.sessionId !== undefined) query.set('sessionId', open.sessionId)
    stream = new EventSource(`${address}v1/chat/events?${query.toString()}`)
    stream.addEventListener('message', (event) => {
      if (!gone && typeof event.data === 'string') events.onFrame(event.data)
    })
    // The browser would come back by itself under the old connection id; the state machine decides instead.
    stream.addEventListener('error', () => leave(1006))
  }
  Promise.resolve().then(events.onOpen, () => leave(1006))
  return {
    send(frame) {
      // One after the other: frames must arrive in the order in which they were given.
      posting = posting.then(async (alive) => {
        const sent = alive && (await post(frame))
        if (sent && frame.type === 'session-open' && !gone) listen(frame)
        return sent
      })
    },
    close() {
      gone = true
      stream?.close()
    },
  }
}

function codeIn(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null) return ''
  if ('code' in problem && typeof problem.code === 'string') return problem.code
  return 'error' in problem ? codeIn(problem.error) : ''
}
