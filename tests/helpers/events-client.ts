import type { ServerMessage, SessionReady } from '../../server/protocol/server-message.ts'

/** One server-sent event, with its id where it has one. */
export interface HeardEvent {
  readonly id: string | undefined
  readonly message: ServerMessage
}

type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>

/** A reader of `GET /v1/chat/events` that keeps everything it heard. */
export interface EventsClient {
  readonly status: number
  readonly headers: Headers
  readonly heard: readonly HeardEvent[]
  /** The first message of this type from place `from` of `heard` on. Rejects after 5 s, or when the stream has ended. */
  next<Type extends ServerMessage['type']>(type: Type, from?: number): Promise<MessageOf<Type>>
  ready(): Promise<SessionReady>
  /** Resolves when the server has ended the stream. */
  readonly over: Promise<void>
  close(): void
}

export interface EventsOptions {
  readonly personaId: string
  readonly sessionId?: string
  readonly token?: string
  readonly lastEventId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Opens the event stream of a server under test. */
export async function openEvents(address: string, options: EventsOptions): Promise<EventsClient> {
  const { personaId, sessionId, token, lastEventId, headers } = options
  const query = new URLSearchParams({ personaId, ...(sessionId === undefined ? {} : { sessionId }) })
  const leaving = new AbortController()
  const response = await fetch(`${address}/v1/chat/events?${query}`, {
    signal: leaving.signal,
    headers: {
      accept: 'text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      ...headers,
    },
  })
  const heard: HeardEvent[] = []
  const waiting = new Set<() => void>()
  let ended = false

  async function read(): Promise<void> {
    let rest = ''
    if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body) {
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        rest += piece
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const id = /^id: (.*)$/m.exec(block)?.[1]
          const data = /^data: (.*)$/m.exec(block)?.[1]
          if (data !== undefined) heard.push({ id, message: JSON.parse(data) as ServerMessage })
        }
        for (const look of [...waiting]) look()
      }
    }
  }
  const over = read()
    .catch(() => undefined)
    .finally(() => {
      ended = true
      for (const look of [...waiting]) look()
    })

  const client: EventsClient = {
    status: response.status,
    headers: response.headers,
    heard,
    over,
    next: (type, from = 0) =>
      new Promise((resolve, reject) => {
        const finish = (act: () => void) => {
          waiting.delete(look)
          clearTimeout(timer)
          act()
        }
        const look = () => {
          const found = heard.slice(from).find(({ message }) => message.type === type)
          if (found) finish(() => resolve(found.message as MessageOf<typeof type>))
          else if (ended) finish(() => reject(new Error(`The stream ended while waiting for ${type}`)))
        }
        const timer = setTimeout(
          () =>
            finish(() => reject(new Error(`No ${type}; heard ${heard.map((event) => event.message.type).join(', ')}`))),
          5_000,
        )
        waiting.add(look)
        look()
      }),
    ready: () => client.next('session-ready'),
    close: () => leaving.abort(),
  }
  return client
}

/** Posts frames; the answer as it is. */
export function postFrames(
  address: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${address}/v1/chat/frames`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

/** Posts frames of an open session; the direct replies. */
export async function say(
  address: string,
  session: { sessionId: string; token: string },
  ...frames: object[]
): Promise<ServerMessage[]> {
  const response = await postFrames(
    address,
    { sessionId: session.sessionId, frames },
    { authorization: `Bearer ${session.token}` },
  )
  const body = (await response.json()) as { frames: ServerMessage[] }
  return body.frames
}
