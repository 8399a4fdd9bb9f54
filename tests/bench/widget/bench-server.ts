import { createHash, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ClientMessage } from '../../../server/protocol/client-message.ts'
import type { ServerMessage, TranscriptTurn } from '../../../server/protocol/server-message.ts'
import { LABEL } from '../../helpers/scripted-turn.ts'
import { storyCitation, WELDER } from '../../helpers/widget-site.ts'
import { answerTokens, type PastMessage, pastMessages } from './bench-texts.ts'

const TOKENS_PER_SECOND = 100
/** How long an answer waits for its first token when the question says 先想想. */
const THINKS_MS = 250
const CITATIONS = [
  storyCitation(0, '第一道焊缝', '周师傅焊了三十六年的压力容器。他不让我碰焊钳，先蹲着看他焊，看了整整一个星期。'),
  storyCitation(1, '师傅的三句话', '手稳不如心稳。焊缝不会说谎。返工不丢人，糊弄才丢人。'),
]

export interface BenchServer {
  readonly address: string
  /** Paths asked for since the last call. */
  takeRequests(): string[]
  close(): Promise<void>
}

export interface BenchFile {
  readonly type: string
  readonly body: Buffer | string
}

/**
 * Serves the measured pages (gzip, never cached), the history as JSON, the streamed answer as bare tokens for the
 * other libraries (`/tokens`), and the same answer in this project's protocol (`/v1/chat`), one `answer-delta` a
 * token. A persona's id says how many messages of history its session has: `history-500`.
 */
export async function startBenchServer(
  tokenCount: number,
  file: (path: string) => BenchFile | null,
): Promise<BenchServer> {
  const tokens = answerTokens(tokenCount)
  const requests: string[] = []
  const packed = new Map<string, Buffer>()
  const http: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    requests.push(pathname)
    const history = /^\/history\/(\d+)$/.exec(pathname)
    const found =
      history === null
        ? file(pathname)
        : { type: 'application/json', body: JSON.stringify(pastMessages(Number(history[1]))) }
    if (found === null) {
      response.writeHead(404).end()
      return
    }
    const body = packed.get(pathname) ?? gzipSync(found.body, { level: 9 })
    packed.set(pathname, body)
    response
      .writeHead(200, { 'content-type': found.type, 'content-encoding': 'gzip', 'cache-control': 'no-store' })
      .end(body)
  })
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'lecturer-chat.v1' })
  http.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (peer) => {
      if (request.url === '/tokens') peer.on('message', () => pace(peer, tokens.length, (at) => tokens[at] ?? ''))
      else speakProtocol(peer, tokens)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const bound = http.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return {
    address: `http://127.0.0.1:${port}/`,
    takeRequests: () => requests.splice(0),
    async close() {
      for (const peer of sockets.clients) peer.terminate()
      sockets.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** Sends message by message at the rate of the tokens; a late timer catches up, so that the whole keeps its time. */
function pace(
  peer: WebSocket,
  count: number,
  message: (at: number) => string,
  done = (): void => {},
  isStopped = (): boolean => false,
): void {
  const began = performance.now()
  let sent = 0
  const step = (): void => {
    if (peer.readyState !== peer.OPEN || isStopped()) return
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1_000) * TOKENS_PER_SECOND) + 1)
    for (; sent < due; sent++) peer.send(message(sent))
    if (sent < count) setTimeout(step, 5)
    else done()
  }
  step()
}

function speakProtocol(peer: WebSocket, tokens: readonly string[]): void {
  const send = (frame: ServerMessage): void => peer.send(JSON.stringify(frame))
  let stop = (): void => {}
  peer.on('message', (data) => {
    const message = JSON.parse(String(data)) as ClientMessage
    if (message.type === 'session-open') {
      const count = Number(/(\d+)$/.exec(message.personaId)?.[1] ?? 0)
      send({
        type: 'session-ready',
        sessionId: randomUUID(),
        token: randomUUID(),
        persona: { ...WELDER, id: message.personaId },
        label: LABEL,
        heartbeatMs: 15_000,
        limits: { questionLength: 2_000, frameBytes: 16_384 },
        suggestions: WELDER.suggestions,
        transcript: transcriptOf(pastMessages(count)),
      })
    } else if (message.type === 'turn-ask') {
      stop = streamAnswer(peer, message.turnId, tokens, send, message.text.includes('先想想') ? THINKS_MS : 0)
    } else if (message.type === 'turn-stop') {
      stop()
    }
  })
}

/** Gives the function that stops the answer where it is. */
function streamAnswer(
  peer: WebSocket,
  turnId: string,
  tokens: readonly string[],
  send: (frame: ServerMessage) => void,
  thinksMs: number,
): () => void {
  const answer = { turnId, answerId: randomUUID(), epoch: randomUUID().slice(0, 8) }
  const cited = new Set<number>()
  let offset = 0
  let sent = 0
  let ended = false
  send({ type: 'turn-accepted', ...answer, duplicate: false })
  const delta = (at: number): string => {
    const piece = tokens[at] ?? ''
    // Every sentence has a source, as in the product: its chip comes with the token that ends it.
    const citations = piece.includes('。') ? [at % CITATIONS.length] : []
    const sources = CITATIONS.filter(({ index }) => citations.includes(index) && !cited.has(index))
    for (const { index } of sources) cited.add(index)
    const frame: ServerMessage = {
      type: 'answer-delta',
      ...answer,
      seq: at + 1,
      offset,
      text: piece,
      citations,
      ...(sources.length > 0 ? { sources } : {}),
    }
    offset += piece.length
    sent = at + 1
    return JSON.stringify(frame)
  }
  const end = (outcome: 'grounded' | 'stopped'): void => {
    if (ended) return
    ended = true
    const text = tokens.slice(0, sent).join('')
    send({
      type: 'answer-end',
      ...answer,
      seq: sent + 1,
      length: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
      outcome,
      citations: CITATIONS,
      label: LABEL,
      suggestions: WELDER.suggestions,
    })
  }
  const begin = (): void =>
    pace(
      peer,
      tokens.length,
      delta,
      () => end('grounded'),
      () => ended,
    )
  if (thinksMs > 0) setTimeout(begin, thinksMs)
  else begin()
  return () => end('stopped')
}

function transcriptOf(messages: readonly PastMessage[]): TranscriptTurn[] {
  const began = Date.now() - messages.length * 60_000
  return messages.flatMap((message, at) => {
    const answer = messages[at + 1]
    if (message.role !== 'user' || answer === undefined) return []
    return [
      {
        turnId: randomUUID(),
        answerId: randomUUID(),
        question: message.text,
        askedAt: began + at * 60_000,
        status: 'ended',
        text: answer.text,
        sentences: [{ text: answer.text, citations: [0] }],
        outcome: 'grounded',
        citations: CITATIONS,
      },
    ]
  })
}
