import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { ClientMessage } from '../../server/protocol/client-message.ts'
import type { Outcome } from '../../server/protocol/outcome.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { AnswerDelta, AnswerEnd, ServerMessage } from '../../server/protocol/server-message.ts'
import { ending, LABEL, record, resumeFrames, type ScriptedAnswer, type ScriptedTurn } from './scripted-turn.ts'

export interface ProtocolServerOptions {
  personas: PersonaCard[]
  answer: (question: string) => ScriptedAnswer
  /** Serves whatever is not the protocol: the built widget, a host page. */
  files?: (path: string) => { type: string; body: string | Buffer; headers?: Record<string, string> } | null
  /** Answers upgrades with 502, as a proxy that knows no WebSocket does. */
  refuseUpgrades?: boolean
  heartbeatMs?: number
  /** May lose, repeat or alter a frame on its way out: what it returns is sent. */
  disturb?: (frame: ServerMessage) => ServerMessage[]
}

interface ScriptedSession {
  sessionId: string
  token: string
  persona: PersonaCard
  turns: ScriptedTurn[]
  lines: Set<Line>
}

interface Line {
  send(frame: ServerMessage): void
  end(code: number): void
  session: ScriptedSession | null
}

export interface ProtocolServer {
  readonly address: string
  readonly received: ClientMessage[]
  readonly sessions: Map<string, ScriptedSession>
  /** Connections of either carrier so far. */
  connections(): number
  /** Cuts every line without a word; answers go on. */
  dropAll(): void
  /** Closes every line with a code. */
  endAll(code: number): void
  /** From now on nothing is sent, though lines stay open (a half-open peer). */
  freeze(frozen: boolean): void
  send(frame: ServerMessage): void
  close(): Promise<void>
}

/** A small server that speaks the protocol from a script, for tests of the widget. */
export async function startProtocolServer(options: ProtocolServerOptions): Promise<ProtocolServer> {
  const sessions = new Map<string, ScriptedSession>()
  const received: ClientMessage[] = []
  const sockets = new Set<WebSocket>()
  const streams = new Set<ServerResponse>()
  const lines = new Set<Line>()
  const timers = new Set<NodeJS.Timeout>()
  let frozen = false
  let connections = 0

  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }

  const hear = (line: Line, message: ClientMessage): void => {
    received.push(message)
    const { session } = line
    switch (message.type) {
      case 'session-open': {
        const persona = options.personas.find((card) => card.id === message.personaId)
        if (persona === undefined) {
          line.send({ type: 'error', code: 'persona-unknown', message: '没有这位讲师。', retryable: false })
          line.end(4404)
          return
        }
        const known = message.sessionId === undefined ? undefined : sessions.get(message.sessionId)
        if (message.sessionId !== undefined && (known === undefined || known.token !== message.token)) {
          line.end(4401)
          return
        }
        const opened = known ?? newSession(persona)
        sessions.set(opened.sessionId, opened)
        opened.lines.add(line)
        line.session = opened
        line.send({
          type: 'session-ready',
          sessionId: opened.sessionId,
          token: opened.token,
          persona,
          label: LABEL,
          heartbeatMs: options.heartbeatMs ?? 15_000,
          limits: { questionLength: 2_000, frameBytes: 16_384 },
          suggestions: persona.suggestions,
          transcript: opened.turns.map(record),
        })
        for (const turn of opened.turns) {
          const cursor = message.have?.find((candidate) => candidate.answerId === turn.answerId)
          if (cursor !== undefined) for (const frame of resumeFrames(turn, cursor.epoch, cursor.seq)) line.send(frame)
          else if (!turn.ended) for (const frame of resumeFrames(turn, turn.epoch, 0)) line.send(frame)
        }
        return
      }
      case 'turn-ask': {
        if (session === null) return
        const known = session.turns.find((turn) => turn.turnId === message.turnId)
        if (known === undefined && session.turns.some((turn) => !turn.ended)) {
          line.send({
            type: 'error',
            code: 'turn-in-progress',
            message: '上一个问题还在回答。',
            retryable: true,
            turnId: message.turnId,
            retryAfterMs: 200,
          })
          return
        }
        const turn = known ?? newTurn(session, message.turnId, message.text)
        line.send({
          type: 'turn-accepted',
          turnId: turn.turnId,
          answerId: turn.answerId,
          epoch: turn.epoch,
          duplicate: known !== undefined,
        })
        if (known !== undefined) for (const frame of known.frames) line.send(frame)
        return
      }
      case 'answer-resume': {
        const turn = session?.turns.find((candidate) => candidate.answerId === message.answerId)
        if (turn !== undefined) for (const frame of resumeFrames(turn, message.epoch, message.seq)) line.send(frame)
        return
      }
      case 'turn-stop': {
        const turn = session?.turns.find((candidate) => candidate.turnId === message.turnId)
        if (session !== null && turn !== undefined && !turn.ended) end(session, turn, 'stopped')
        return
      }
      case 'feedback-give': {
        const turn = session?.turns.find((candidate) => candidate.turnId === message.turnId)
        if (turn !== undefined) turn.feedback = message.rating
        return
      }
      case 'session-forget':
        if (session === null) return
        sessions.delete(session.sessionId)
        line.send({ type: 'notice', kind: 'session-forgotten', text: '已清除' })
        return
      default:
    }
  }

  const newTurn = (session: ScriptedSession, turnId: string, question: string): ScriptedTurn => {
    const script = options.answer(question)
    const turn: ScriptedTurn = {
      turnId,
      answerId: randomUUID(),
      epoch: randomUUID().slice(0, 8),
      question,
      askedAt: Date.now(),
      frames: [],
      text: '',
      script,
      ended: false,
    }
    session.turns.push(turn)
    const step = (index: number): void => {
      if (turn.ended) return
      const sentence = script.sentences[index]
      if (sentence === undefined) {
        end(session, turn, script.outcome ?? 'grounded')
        return
      }
      const earlier = new Set(script.sentences.slice(0, index).flatMap((before) => before.citations))
      const sources = (script.citations ?? []).filter(
        (citation) => sentence.citations.includes(citation.index) && !earlier.has(citation.index),
      )
      publish(session, turn, {
        type: 'answer-delta',
        turnId,
        answerId: turn.answerId,
        epoch: turn.epoch,
        seq: turn.frames.length + 1,
        offset: turn.text.length,
        text: sentence.text,
        citations: sentence.citations,
        ...(sources.length > 0 ? { sources } : {}),
      })
      turn.text += sentence.text
      later(script.pauseMs ?? 20, () => step(index + 1))
    }
    later(script.pauseMs ?? 20, () => step(0))
    return turn
  }

  const end = (session: ScriptedSession, turn: ScriptedTurn, outcome: Outcome): void => {
    turn.ended = true
    turn.script = { ...turn.script, outcome }
    publish(session, turn, {
      type: 'answer-end',
      turnId: turn.turnId,
      answerId: turn.answerId,
      epoch: turn.epoch,
      seq: turn.frames.length + 1,
      ...ending(turn),
    })
  }

  const publish = (session: ScriptedSession, turn: ScriptedTurn, frame: AnswerDelta | AnswerEnd): void => {
    turn.frames.push(frame)
    for (const line of session.lines) line.send(frame)
  }

  const carry = (frame: ServerMessage, write: (text: string) => void): void => {
    if (frozen) return
    for (const sent of options.disturb?.(frame) ?? [frame]) write(JSON.stringify(sent))
  }

  const openStream = (request: IncomingMessage, response: ServerResponse, url: URL): void => {
    connections++
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const line: Line = {
      session: null,
      send: (frame) =>
        carry(frame, (text) => {
          const id = 'answerId' in frame && 'seq' in frame ? `id: ${frame.answerId}:${frame.epoch}:${frame.seq}\n` : ''
          response.write(`${id}data: ${text}\n\n`)
        }),
      end: () => response.end(),
    }
    streams.add(response)
    lines.add(line)
    response.on('close', () => {
      streams.delete(response)
      lines.delete(line)
      line.session?.lines.delete(line)
    })
    const [answerId, epoch, seq] = (url.searchParams.get('lastEventId') ?? '').split(':')
    const sessionId = url.searchParams.get('sessionId')
    const token = bearerOf(request)
    hear(line, {
      type: 'session-open',
      personaId: url.searchParams.get('personaId') ?? '',
      ...(sessionId === null ? {} : { sessionId }),
      ...(token === null ? {} : { token }),
      ...(answerId && epoch && seq ? { have: [{ answerId, epoch, seq: Number(seq) }] } : {}),
    })
  }

  const takePost = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { sessionId, frames } = JSON.parse(await readBody(request)) as { sessionId: string; frames: ClientMessage[] }
    const session = sessions.get(sessionId)
    if (session === undefined || session.token !== bearerOf(request)) {
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'session-invalid' } }))
      return
    }
    const replies: ServerMessage[] = []
    const line: Line = { session, send: (frame) => replies.push(frame), end: () => {} }
    for (const frame of frames) hear(line, frame)
    reply(response, 'application/json', JSON.stringify({ frames: replies }))
  }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/v1/personas') {
      reply(response, 'application/json', JSON.stringify({ personas: options.personas }))
    } else if (url.pathname === '/v1/chat/events') {
      openStream(request, response, url)
    } else if (url.pathname === '/v1/chat/frames' && request.method === 'POST') {
      takePost(request, response).catch(() => response.writeHead(400).end())
    } else if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }).end()
    } else {
      const file = options.files?.(url.pathname) ?? null
      if (file === null) response.writeHead(404).end()
      else reply(response, file.type, file.body, file.headers)
    }
  }

  const http: Server = createServer(onRequest)
  const upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => 'lecturer-chat.v1' })
  http.on('upgrade', (request, socket, head) => {
    connections++
    if (options.refuseUpgrades === true) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    upgrades.handleUpgrade(request, socket, head, (peer) => {
      sockets.add(peer)
      const line: Line = {
        session: null,
        send: (frame) => carry(frame, (text) => peer.send(text)),
        end: (code) => peer.close(code),
      }
      lines.add(line)
      peer.on('message', (data) => hear(line, JSON.parse(String(data)) as ClientMessage))
      peer.on('close', () => {
        sockets.delete(peer)
        lines.delete(line)
        line.session?.lines.delete(line)
      })
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const bound = http.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0

  return {
    address: `http://127.0.0.1:${port}/`,
    received,
    sessions,
    connections: () => connections,
    dropAll() {
      for (const peer of sockets) peer.terminate()
      for (const stream of streams) stream.destroy()
    },
    endAll(code) {
      for (const line of lines) line.end(code)
    },
    freeze(value) {
      frozen = value
    },
    send(frame) {
      for (const line of lines) line.send(frame)
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      for (const peer of sockets) peer.terminate()
      upgrades.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function newSession(persona: PersonaCard): ScriptedSession {
  return { sessionId: randomUUID(), token: randomUUID(), persona, turns: [], lines: new Set() }
}

function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const part of request) body += String(part)
  return body
}

function reply(
  response: ServerResponse,
  type: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*', ...headers }).end(body)
}
