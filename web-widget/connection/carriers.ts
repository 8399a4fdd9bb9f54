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
 * The same frames over server-sent events and posts, for proxies that block WebSocket. The stream is read with
 * `fetch`, since the token travels in a header, which `EventSource` cannot set.
 */
export function openEventCarrier(address: string, events: CarrierEvents): FrameCarrier {
  const abort = new AbortController()
  let gone = false
  let session: { sessionId: string; token: string } | null = null
  let posting: Promise<void> = Promise.resolve()

  const leave = (code: number): void => {
    if (gone) return
    gone = true
    abort.abort()
    events.onClose(code)
  }
  const take = (data: string): void => {
    if (gone) return
    const credentials = credentialsIn(data)
    if (credentials !== null) session = credentials
    events.onFrame(data)
  }
  const request = async (path: string, init: RequestInit, token: string | undefined): Promise<Response | null> => {
    const headers = new Headers(init.headers)
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(`${address}v1/chat/${path}`, {
      ...init,
      headers,
      signal: abort.signal,
      cache: 'no-store',
    })
    if (response.ok) return response
    const problem: unknown = await response.json().catch(() => null)
    leave(closeCodeOfError(codeIn(problem)))
    return null
  }
  const listen = async (open: SessionOpen): Promise<void> => {
    const query = new URLSearchParams({ personaId: open.personaId })
    const cursor = open.have?.[0]
    if (open.sessionId !== undefined) query.set('sessionId', open.sessionId)
    if (open.locale !== undefined) query.set('locale', open.locale)
    if (cursor !== undefined) query.set('lastEventId', `${cursor.answerId}:${cursor.epoch}:${cursor.seq}`)
    const response = await request(`events?${query.toString()}`, {}, open.token)
    const reader = response?.body?.getReader()
    if (reader === undefined) return leave(1006)
    const lines = createEventReader(take)
    const decoder = new TextDecoder()
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      lines(decoder.decode(part.value, { stream: true }))
    }
    leave(1006)
  }
  const post = async (frame: ClientMessage): Promise<void> => {
    if (gone) return
    const response = await request(
      'frames',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...(session === null ? {} : { sessionId: session.sessionId }), frames: [frame] }),
      },
      session?.token,
    )
    const body: unknown = await response?.json()
    if (typeof body !== 'object' || body === null || !('frames' in body) || !Array.isArray(body.frames)) return
    for (const reply of body.frames) take(JSON.stringify(reply))
  }

  Promise.resolve().then(
    () => {
      if (!gone) events.onOpen()
    },
    () => leave(1006),
  )
  return {
    send(frame) {
      if (frame.type === 'pong') return
      if (frame.type === 'session-open') {
        listen(frame).catch(() => leave(1006))
        return
      }
      // One after the other: frames must arrive in the order in which they were given.
      posting = posting.then(() => post(frame)).catch(() => leave(1006))
    },
    close() {
      gone = true
      abort.abort()
    },
  }
}

/** Takes the pieces of an event stream as they come and gives the `data` of each event. */
export function createEventReader(onData: (data: string) => void): (piece: string) => void {
  let rest = ''
  let data: string[] = []
  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
      else if (line === '' && data.length > 0) {
        onData(data.join('\n'))
        data = []
      }
    }
  }
}

function credentialsIn(data: string): { sessionId: string; token: string } | null {
  if (!data.includes('"session-ready"')) return null
  try {
    const frame: unknown = JSON.parse(data)
    if (typeof frame !== 'object' || frame === null || !('sessionId' in frame) || !('token' in frame)) return null
    const { sessionId, token } = frame
    return typeof sessionId === 'string' && typeof token === 'string' ? { sessionId, token } : null
  } catch {
    return null
  }
}

function codeIn(problem: unknown): string {
  if (typeof problem !== 'object' || problem === null) return ''
  if ('code' in problem && typeof problem.code === 'string') return problem.code
  return 'error' in problem ? codeIn(problem.error) : ''
}
