import { type ReadAnswerParts, readAnswer, snapshotOfRecord } from '../answers/read-answer.ts'
import { createReplyHandOver } from '../corrections/replies/hand-over-replies.ts'
import type { Replies } from '../corrections/replies/replies.ts'
import type { RateLimit, RateLimits } from '../limits/rate-limits.ts'
import type { Log } from '../log.ts'
import type { Notices, SiteNotice } from '../notices/notices.ts'
import { aiLabel } from '../personas/ai-label.ts'
import type { Persona } from '../personas/persona.ts'
import { type Personas, personaCard } from '../personas/personas.ts'
import {
  type AnswerCursor,
  type ClientMessage,
  MAX_FRAME_BYTES,
  MAX_QUESTION_LENGTH,
  type SessionOpen,
} from '../protocol/client-message.ts'
import { ERRORS, errorSentence, ProtocolError } from '../protocol/errors.ts'
import type { ServerMessage, TranscriptTurn } from '../protocol/server-message.ts'
import type { Channel, SessionRecord, TurnRecord } from '../transcripts/transcripts.ts'
import type { TurnRunner } from '../turn/turn-runner.ts'
import type { Sessions } from './sessions.ts'

export interface ChatConnectionParts extends ReadAnswerParts {
  readonly personas: Personas
  readonly sessions: Sessions
  readonly runner: TurnRunner
  readonly limits: RateLimits
  readonly notices: Notices
  /** What people have written back to visitors. */
  readonly replies?: Replies
  readonly log: Log
  readonly now: () => number
  readonly draining: () => boolean
  /** Days after which the words of an unused conversation are removed; visitors are told. */
  readonly retentionDays: number
  /** Whether speech can be turned into text here. */
  readonly voiceInput?: boolean
  /** Whether the server has a voice for the persona. */
  readonly voiceOutput?: (persona: Persona) => boolean
}

/** One client as its carrier (WebSocket or SSE) knows it. */
export interface Carrier {
  readonly channel: Channel
  readonly site: string | null
  readonly address: string
  /** Whether a client may open a new session, or only continue one by its token. */
  readonly mayOpen: boolean
  /** `own`: answers to what was asked here; `session`: also to what the session asks over posts; `none`: only direct replies. */
  readonly answers: 'own' | 'session' | 'none'
  send(message: ServerMessage): void
  /** Ends the connection with a protocol close code. */
  close(code: number, reason: string): void
}

/** The conversation over one connection, whatever carries it. */
export interface ChatConnection {
  /** Handles one checked message; messages of a connection are handled one after the other. */
  receive(message: ClientMessage): Promise<void>
  /** Tells the client of an error, and closes where the error's table entry says so. */
  fail(error: unknown, turnId?: string): void
  session(): SessionRecord | undefined
  /** Continues a session without greeting it: for one message of a conversation that is open elsewhere. */
  attach(credentials: { sessionId: string; token: string }): Promise<void>
  /** Follows an answer that was started elsewhere, such as over another carrier. */
  follow(turn: Pick<TurnRecord, 'answerId' | 'turnId'>, cursor: AnswerCursor | null): void
  /** The carrier is gone. Answers go on. */
  end(): void
}

/** A visitor may ask this fast; a hall of students shares one address, so that its bucket is far larger. */
export const QUESTIONS_PER_SESSION: RateLimit = { capacity: 120, refillPerSecond: 2 }
export const QUESTIONS_PER_ADDRESS: RateLimit = { capacity: 6_000, refillPerSecond: 100 }
export const SESSIONS_PER_ADDRESS: RateLimit = { capacity: 6_000, refillPerSecond: 100 }

/** Earlier turns that a client which comes back is given. */
const TRANSCRIPT_TURNS = 50
export const HEARTBEAT_MS = 25_000
/** Continuous use after which a visitor is reminded that this is an AI (Order 21 of 2026, art. 18: every 2 hours). */
const REMINDER_MS = 2 * 3_600_000

export function openChatConnection(parts: ChatConnectionParts, carrier: Carrier): ChatConnection {
  let session: SessionRecord | undefined
  let persona: Persona | undefined
  let locale: string | undefined
  /** Several nodes may say the same. */
  let toldOfWithdrawal = false
  let handling: Promise<void> = Promise.resolve()
  let reminder: NodeJS.Timeout | undefined
  const following = new Map<string, AbortController>()
  let ended = false
  const handOver =
    parts.replies &&
    createReplyHandOver({
      replies: parts.replies,
      send: carrier.send,
      answersPings: carrier.channel === 'websocket',
      isOpen: () => !ended,
      english: () => locale?.startsWith('en') === true,
      now: parts.now,
    })

  const stopListening = parts.notices.subscribe((notice) => {
    if (notice.kind === 'persona-withdrawn' && notice.personaId === persona?.id && !toldOfWithdrawal) {
      toldOfWithdrawal = true
      const [zh, en] = notice.paused
        ? [
            '这位讲师暂时不回答问题，请过些时候再来。',
            'This lecturer takes no questions for now. Please come again later.',
          ]
        : ['这位讲师已停止服务。', 'This lecturer is no longer available.']
      const text = locale?.startsWith('en') ? en : zh
      carrier.send({ type: 'notice', kind: 'persona-withdrawn', text, data: { personaId: notice.personaId } })
    }
    if (notice.kind === 'turn-started' && carrier.answers === 'session' && notice.sessionId === session?.id) {
      follow(notice, { answerId: notice.answerId, epoch: notice.epoch, seq: 0 })
    }
    if (
      notice.kind === 'answer-progress' &&
      notice.sessionId === session?.id &&
      carrier.answers !== 'none' &&
      following.has(notice.answerId)
    ) {
      const { turnId, answerId, documents, sources } = notice
      const text = locale?.startsWith('en')
        ? `Found ${documents} ${documents === 1 ? 'source' : 'sources'}; putting the answer together.`
        : `找到 ${documents} 份资料，正在组织回答。`
      const data = { turnId, answerId, step: 'found', documents, sources }
      carrier.send({ type: 'notice', kind: 'answer-progress', text, data })
    }
    if (notice.kind === 'lecturer-reply' && notice.sessionId === session?.id) offerReplies()
    if (notice.kind === 'session-forgotten' && notice.sessionId === session?.id) {
      for (const answerId of notice.answerIds) unfollow(answerId)
      const text = locale?.startsWith('en') ? 'This conversation has been deleted.' : '这段对话已经删除。'
      carrier.send({ type: 'notice', kind: 'session-forgotten', text })
      session = undefined
    }
  })

  async function open(message: SessionOpen): Promise<void> {
    const found = parts.personas.get(message.personaId)
    if (!found) throw new ProtocolError('persona-unknown')
    if (session) throw new ProtocolError('bad-frame', 'The session is open already.')
    locale = message.locale
    const { sessionId, token } = message
    const continues = sessionId !== undefined || token !== undefined
    if (!continues && !carrier.mayOpen) throw new ProtocolError('origin-not-allowed')
    if (!continues) await take(`sessions:${carrier.address}`, SESSIONS_PER_ADDRESS)
    const opened = continues
      ? {
          session: await parts.sessions.resume({ sessionId: sessionId ?? '', token: token ?? '', personaId: found.id }),
          token: token ?? '',
        }
      : await parts.sessions.create({ personaId: found.id, site: carrier.site, locale: message.locale ?? null })
    const turns = continues ? await parts.transcripts.listTurns(opened.session.id, TRANSCRIPT_TURNS) : []
    session = opened.session
    persona = found
    carrier.send({
      type: 'session-ready',
      sessionId: session.id,
      token: opened.token,
      persona: personaCard(found, parts.now()),
      label: aiLabel(found, locale),
      heartbeatMs: HEARTBEAT_MS,
      limits: { questionLength: MAX_QUESTION_LENGTH, frameBytes: MAX_FRAME_BYTES },
      retentionDays: parts.retentionDays,
      ...(parts.voiceInput === undefined
        ? {}
        : { voice: { input: parts.voiceInput, ...(parts.voiceOutput?.(found) ? { output: true } : {}) } }),
      suggestions: [...found.suggestions],
      transcript: turns.map(transcriptTurn),
    })
    const have = new Map((message.have ?? []).map((cursor) => [cursor.answerId, cursor]))
    for (const turn of turns) {
      const cursor = have.get(turn.answerId)
      if (cursor || turn.ending === null) follow(turn, cursor ?? null)
    }
    if (continues) offerReplies()
    reminder ??= setInterval(remind, REMINDER_MS)
    reminder.unref()
  }

  function offerReplies(): void {
    if (session === undefined || carrier.answers === 'none') return
    handOver?.offer(session.id).catch((error) => parts.log.warn({ err: error }, 'replies could not be read'))
  }

  function remind(): void {
    const text = locale?.startsWith('en')
      ? 'A reminder: you are talking with an AI. You have been here for two hours; time for a break?'
      : '提醒一下：和你对话的是 AI，不是真人。已经聊了两个小时，歇一歇吧。'
    carrier.send({ type: 'notice', kind: 'ai-reminder', text })
  }

  async function ask(message: Extract<ClientMessage, { type: 'turn-ask' }>): Promise<void> {
    const { turnId, text } = message
    if (text.trim() === '') throw new ProtocolError('text-empty')
    if (text.length > MAX_QUESTION_LENGTH) throw new ProtocolError('text-too-long')
    const { session, persona } = current()
    try {
      if (parts.draining()) throw new ProtocolError('draining')
      await take(`questions:${session.id}`, QUESTIONS_PER_SESSION)
      await take(`questions:${carrier.address}`, QUESTIONS_PER_ADDRESS)
    } catch (error) {
      // A question that was accepted before gets its answer again, whatever stands in the way of a new one.
      if ((await parts.transcripts.findTurn(session.id, turnId)) === null) throw error
    }
    const { turn, duplicate } = await parts.runner.ask({ session, persona, turnId, text, channel: carrier.channel })
    const { answerId, epoch } = turn
    carrier.send({ type: 'turn-accepted', turnId, answerId, epoch, duplicate })
    if (carrier.answers === 'none') tell({ kind: 'turn-started', sessionId: session.id, turnId, answerId, epoch })
    else follow(turn, { answerId, epoch, seq: 0 })
  }

  function follow(turn: Pick<TurnRecord, 'answerId' | 'turnId'>, cursor: AnswerCursor | null): void {
    if (!persona || carrier.answers === 'none') return
    unfollow(turn.answerId)
    const abort = new AbortController()
    following.set(turn.answerId, abort)
    const label = aiLabel(persona, locale)
    const read = async () => {
      for await (const frame of readAnswer(parts, turn, cursor, label, abort.signal)) {
        if (abort.signal.aborted) return
        carrier.send(frame)
      }
      if (following.get(turn.answerId) === abort) following.delete(turn.answerId)
    }
    read().catch((error) => {
      if (!abort.signal.aborted) fail(error, turn.turnId)
    })
  }

  /** What was done stays done where the other nodes cannot be told of it. */
  function tell(notice: SiteNotice): void {
    parts.notices.publish(notice).catch((error) => parts.log.warn({ err: error }, 'other nodes were not told'))
  }

  function unfollow(answerId: string): void {
    following.get(answerId)?.abort()
    following.delete(answerId)
  }

  /** A turn of this session; another's answers are as unknown as those that never were. */
  async function ownAnswer(answerId: string): Promise<TurnRecord> {
    const turn = await parts.transcripts.findAnswer(answerId)
    if (turn === null || turn.sessionId !== current().session.id) throw new ProtocolError('answer-unknown')
    return turn
  }

  async function ownTurn(turnId: string): Promise<TurnRecord> {
    const turn = await parts.transcripts.findTurn(current().session.id, turnId)
    if (turn === null) throw new ProtocolError('turn-unknown')
    return turn
  }

  function current(): { session: SessionRecord; persona: Persona } {
    if (!session || !persona) throw new ProtocolError('session-required')
    const speaking = parts.personas.get(persona.id)
    if (!speaking) throw new ProtocolError('persona-unknown')
    toldOfWithdrawal = false
    return { session, persona: speaking }
  }

  async function take(key: string, limit: RateLimit): Promise<void> {
    const decision = await parts.limits.take(key, limit)
    if (!decision.allowed) throw new RateLimitedError(decision.retryAfterMs)
  }

  async function handle(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'session-open':
        return open(message)
      case 'turn-ask':
        return ask(message)
      case 'answer-resume': {
        const { answerId, epoch, seq } = message
        const turn = await ownAnswer(answerId)
        if (carrier.answers === 'none') carrier.send(snapshotOfRecord(turn, aiLabel(current().persona, locale)))
        else follow(turn, { answerId, epoch, seq })
        return
      }
      case 'answer-ack': {
        const turn = await ownAnswer(message.answerId)
        const lastSeq = (turn.sentences.at(-1)?.seq ?? 0) + 1
        if (turn.ending !== null && message.epoch === turn.epoch && message.seq >= lastSeq)
          await parts.transcripts.markDelivered(turn.answerId, parts.now())
        return
      }
      case 'turn-stop':
        return parts.runner.stop(await ownTurn(message.turnId))
      case 'feedback-give': {
        const { turnId, rating, reason, comment } = message
        await ownTurn(turnId)
        return parts.transcripts.giveFeedback(current().session.id, turnId, {
          rating,
          reason: reason ?? null,
          comment: comment ?? null,
          givenAt: parts.now(),
        })
      }
      case 'speech-heard': {
        const turn = await ownAnswer(message.answerId)
        if (turn.turnId !== message.turnId) throw new ProtocolError('answer-unknown')
        return parts.transcripts.markHeard(turn.answerId, message.chars)
      }
      case 'session-forget': {
        const { id } = current().session
        const answerIds = await parts.transcripts.forgetSession(id, parts.now())
        await Promise.allSettled(answerIds.map((answerId) => parts.streams.forget(answerId)))
        return tell({ kind: 'session-forgotten', sessionId: id, answerIds })
      }
      case 'pong':
        return handOver?.heard()
    }
  }

  function fail(error: unknown, turnId?: string): void {
    const known = error instanceof ProtocolError
    if (!known || error.code === 'store-unavailable') parts.log.error({ err: error }, 'a message could not be handled')
    const code = known ? error.code : 'internal'
    const entry = ERRORS[code]
    carrier.send({
      type: 'error',
      code,
      message: errorSentence(code, locale),
      retryable: entry.retryable,
      ...(turnId === undefined ? {} : { turnId }),
      ...(error instanceof RateLimitedError ? { retryAfterMs: error.retryAfterMs } : {}),
    })
    if (entry.closes !== null) carrier.close(entry.closes, ERRORS[code].en)
  }

  return {
    receive(message) {
      handling = handling
        .then(() => handle(message))
        .catch((error) => fail(error, 'turnId' in message ? message.turnId : undefined))
      return handling
    },
    fail,
    session: () => session,
    async attach(credentials) {
      session = await parts.sessions.resume(credentials)
      locale = session.locale ?? undefined
      persona = parts.personas.get(session.personaId)
      if (!persona) throw new ProtocolError('persona-unknown')
    },
    follow,
    end() {
      ended = true
      stopListening()
      clearInterval(reminder)
      for (const answerId of following.keys()) unfollow(answerId)
    },
  }
}

class RateLimitedError extends ProtocolError {
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('rate-limited')
    this.retryAfterMs = retryAfterMs
  }
}

function transcriptTurn(turn: TurnRecord): TranscriptTurn {
  const { ending, feedback } = turn
  return {
    turnId: turn.turnId,
    answerId: turn.answerId,
    question: turn.question,
    askedAt: turn.askedAt,
    status: ending === null ? 'running' : 'ended',
    text: ending?.text ?? turn.sentences.map((sentence) => sentence.text).join(''),
    sentences: turn.sentences.map((sentence) => ({ text: sentence.text, citations: [...sentence.citations] })),
    citations: [...(ending?.citations ?? turn.sentences.flatMap((sentence) => sentence.sources))],
    ...(ending === null ? {} : { outcome: ending.outcome }),
    ...(feedback === null ? {} : { feedback: feedback.rating }),
    ...(turn.reviewed === undefined ? {} : { reviewed: turn.reviewed }),
  }
}
