import type { ClientMessage } from '../../server/protocol/client-message.ts'
import type { ServerMessage } from '../../server/protocol/server-message.ts'
import { createAnswerAcks } from './answer-acks.ts'
import {
  type CarrierEvents,
  closeCodeOfError,
  type FrameCarrier,
  openEventCarrier,
  openSocketCarrier,
  type SocketConstructor,
} from './carriers.ts'
import {
  type ConnectionEvent,
  type ConnectionState,
  connectionStep,
  DOUBT_AFTER_MS,
  idleConnection,
  nextDeadline,
  TERMINAL_CODES,
} from './connection-state.ts'
import {
  type Conversation,
  type ConversationEffect,
  type ConversationEvent,
  conversationStep,
  emptyConversation,
  MAX_QUEUED,
  nextToSend,
  type Rating,
  type Turn,
  unfinishedCursors,
} from './conversation-state.ts'
import { sha256Hex } from './digest.ts'
import { createOverdueQuestions } from './overdue-questions.ts'
import { createOwedDeletion } from './owed-deletion.ts'
import { createPendingKeeper, restorePending } from './pending-questions.ts'
import { randomUuid } from './random-uuid.ts'
import { createUnsentRemarks } from './unsent-remarks.ts'
import type { VisitorStore } from './visitor-store.ts'

export interface ChatConnectionOptions {
  /** Where the server is: an http or https address that ends in a slash. */
  readonly address: string
  readonly personaId: string
  readonly locale: string
  readonly store: VisitorStore
  /** Called after every change; the view draws at most once a frame. */
  readonly onChange: () => void
  /** An answer is complete. */
  readonly onEnded?: (turnId: string) => void
  readonly Socket?: SocketConstructor
  readonly newId?: () => string
}

export interface ChatConnection {
  conversation(): Conversation
  connection(): ConnectionState
  start(): void
  /** Takes a question; false when too many wait already. */
  ask(text: string): boolean
  resend(turnId: string): void
  drop(turnId: string): void
  stop(turnId: string): void
  rate(turnId: string, rating: Rating, reason?: string, comment?: string): void
  /** Tells the server how much of an answer (UTF-16 code units) was heard; nothing is kept for later. */
  heard(turnId: string, answerId: string, chars: number): void
  /** Leaves the conversation and begins another. */
  startOver(): void
  /**
   * Leaves the conversation at once, has the server delete it as soon as it can be reached, and begins another after
   * that. For a public screen: the next visitor does not wait to have it cleared.
   */
  leaveNoTrace(): void
  /** Has the server delete this conversation, then begins another; false while there is no connection. */
  forget(): boolean
  /** Connects now instead of at the end of the wait. */
  retryNow(): void
  visibility(visible: boolean): void
  network(online: boolean): void
  dispose(): void
}

const RESUME_TIMEOUT_MS = 5_000
/** How often it is checked whether the page has slept. */
const BEAT_MS = 2_000

/** Drives the two pure state machines with a carrier, timers and storage. Knows nothing of the page's elements. */
export function createChatConnection(options: ChatConnectionOptions): ChatConnection {
  const { address, personaId, store } = options
  const newId = options.newId ?? randomUuid
  let link = idleConnection(Date.now())
  let talk = restorePending(emptyConversation(), store)
  let carrier: FrameCarrier | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  const turnOf = (turnId: string): Turn | undefined => talk.turns.find((turn) => turn.turnId === turnId)
  const acks = createAnswerAcks(turnOf, (frame) => send(frame))
  /** Shows a question as not sent when nobody acknowledges it in time; it stays the same question. */
  const overdue = createOverdueQuestions(
    (turnId) => link.phase === 'ready' && turnOf(turnId)?.delivery === 'queued',
    (turnId) => talkEvent({ type: 'overdue', turnId }),
  )
  const unsent = createUnsentRemarks()
  const keepPending = createPendingKeeper(store)
  const owed = createOwedDeletion(store)
  let forgetting = false
  let disposed = false

  let beatAt = Date.now()
  const beat = setInterval(() => {
    const slept = Date.now() - beatAt - BEAT_MS > DOUBT_AFTER_MS
    beatAt = Date.now()
    if (slept) linkEvent({ type: 'woke' })
  }, BEAT_MS)

  const changed = (): void => {
    if (!disposed) options.onChange()
  }

  const linkEvent = (event: ConnectionEvent): void => {
    if (disposed) return
    const wasReady = link.phase === 'ready'
    const step = connectionStep(link, event, Date.now(), Math.random())
    link = step.state
    if (step.effect === 'connect') openCarrier()
    else if (step.effect === 'disconnect') closeCarrier()
    else if (step.effect === 'open-session') openSession()
    if (wasReady && link.phase !== 'ready') talkEvent({ type: 'disconnected' })
    arm()
    if (event.type !== 'heard') changed()
  }

  const arm = (): void => {
    if (timer !== null) clearTimeout(timer)
    const deadline = nextDeadline(link)
    timer = deadline === null ? null : setTimeout(() => linkEvent({ type: 'tick' }), Math.max(0, deadline - Date.now()))
  }

  const openCarrier = (): void => {
    closeCarrier()
    let mine: FrameCarrier | null = null
    const current = (run: () => void): void => {
      if (mine !== null && mine === carrier) run()
    }
    const events: CarrierEvents = {
      onOpen: () => current(() => linkEvent({ type: 'opened' })),
      onFrame: (data) => current(() => onFrame(data)),
      // A session that is gone already is what was wanted of one that is to be deleted.
      onClose: (code) =>
        current(() => (code === 4401 && owed.session() !== null ? settleOwed() : linkEvent({ type: 'closed', code }))),
    }
    try {
      mine =
        link.carrier === 'socket'
          ? openSocketCarrier(address, events, options.Socket ?? WebSocket)
          : openEventCarrier(address, events)
      carrier = mine
    } catch {
      // A page's policy may forbid the address at once.
      setTimeout(() => linkEvent({ type: 'closed', code: 1006 }), 0)
    }
  }

  const closeCarrier = (): void => {
    const old = carrier
    carrier = null
    old?.close()
  }

  const openSession = (): void => {
    const session = owed.session() ?? talk.session ?? store.session()
    const have = unfinishedCursors(talk)
    send({
      type: 'session-open',
      personaId,
      locale: options.locale,
      ...(session === null ? {} : { sessionId: session.sessionId, token: session.token }),
      ...(have.length === 0 ? {} : { have }),
    })
  }

  const send = (frame: ClientMessage): void => carrier?.send(frame)

  const onFrame = (data: string): void => {
    let message: ServerMessage
    try {
      message = JSON.parse(data) as ServerMessage
    } catch {
      return
    }
    linkEvent({ type: 'heard' })
    switch (message.type) {
      case 'ping':
        send({ type: 'pong' })
        return
      case 'drain':
        linkEvent({ type: 'drain', afterMs: message.afterMs })
        return
      case 'session-ready':
        linkEvent({ type: 'ready', heartbeatMs: message.heartbeatMs })
        if (owed.session() !== null) {
          payOwed()
          return
        }
        for (const remark of unsent.take()) send(remark)
        break
      case 'error': {
        const code = message.turnId === undefined ? closeCodeOfError(message.code) : 0
        if (code === 4401 && owed.session() !== null) {
          settleOwed()
          return
        }
        if (TERMINAL_CODES.includes(code)) {
          talkEvent({ type: 'received', message, at: Date.now() })
          linkEvent({ type: 'closed', code })
          return
        }
        break
      }
      case 'notice':
        if (message.kind === 'session-forgotten') {
          if (owed.session() === null) beginAnew()
          else settleOwed()
        }
        break
    }
    if (owed.session() !== null) return
    talkEvent({ type: 'received', message, at: Date.now() })
    sendNext()
  }

  const talkEvent = (event: ConversationEvent): void => {
    const step = conversationStep(talk, event)
    talk = step.state
    for (const effect of step.effects) run(effect)
    keepPending(talk)
    changed()
  }

  const run = (effect: ConversationEffect): void => {
    switch (effect.type) {
      case 'send':
        send(effect.frame)
        if (effect.frame.type === 'answer-resume') watchResume(effect.frame.answerId, effect.frame.seq)
        break
      case 'session':
        store.keepSession(effect.session)
        break
      case 'shown':
        acks.shown(effect.turnId)
        break
      case 'ended':
        options.onEnded?.(effect.turnId)
        break
      case 'verify':
        sha256Hex(effect.text).then(
          (digest) =>
            talkEvent({ type: 'verified', answerId: effect.answerId, matches: digest === effect.sha256.toLowerCase() }),
          () => talkEvent({ type: 'verified', answerId: effect.answerId, matches: true }),
        )
        break
    }
  }

  /** A resume that nothing answers means that the connection is worth nothing: the next one resumes by itself. */
  const watchResume = (answerId: string, seq: number): void => {
    const mine = carrier
    setTimeout(() => {
      const answer = talk.turns.find((turn) => turn.answer?.answerId === answerId)?.answer
      if (mine !== null && mine === carrier && answer?.awaiting === true && answer.seq === seq) {
        linkEvent({ type: 'closed', code: 1006 })
      }
    }, RESUME_TIMEOUT_MS)
  }

  const sendNext = (): void => {
    if (link.phase !== 'ready' || owed.session() !== null) return
    const turn = nextToSend(talk, Date.now())
    if (turn !== null) {
      send({ type: 'turn-ask', turnId: turn.turnId, text: turn.question })
      overdue.watch(turn.turnId)
      talkEvent({ type: 'sent', turnId: turn.turnId })
      return
    }
    const later = talk.turns.find((waiting) => waiting.delivery === 'queued' && waiting.notBefore > Date.now())
    if (later !== undefined) setTimeout(sendNext, later.notBefore - Date.now() + 10)
  }

  const beginAnew = (): void => {
    forgetting = false
    store.keepSession(null)
    talkEvent({ type: 'cleared' })
    linkEvent({ type: 'stop' })
    linkEvent({ type: 'start' })
  }

  /** Asks for the deletion that is owed. A server that does not confirm it is asked once more on a new connection. */
  const payOwed = (): void => {
    const mine = carrier
    send({ type: 'session-forget' })
    setTimeout(() => {
      if (owed.session() === null || mine !== carrier) return
      if (owed.unconfirmed()) settleOwed()
      else linkEvent({ type: 'closed', code: 1006 })
    }, RESUME_TIMEOUT_MS)
  }

  const settleOwed = (): void => {
    owed.settle()
    linkEvent({ type: 'stop' })
    linkEvent({ type: 'start' })
  }

  return {
    conversation: () => talk,
    connection: () => link,
    start() {
      for (const turn of talk.turns) if (turn.delivery === 'queued') overdue.watch(turn.turnId)
      linkEvent({ type: 'start' })
    },
    ask(text) {
      const waiting = talk.turns.filter((turn) => turn.delivery === 'queued' || turn.delivery === 'sent').length
      if (waiting >= MAX_QUEUED) return false
      const turnId = newId()
      if (link.terminalCode === 4401) {
        store.keepSession(null)
        talkEvent({ type: 'cleared' })
      }
      talkEvent({ type: 'asked', turnId, text, at: Date.now() })
      overdue.watch(turnId)
      if (link.phase === 'ended' || link.phase === 'idle') linkEvent({ type: 'start' })
      sendNext()
      return true
    },
    resend(turnId) {
      talkEvent({ type: 'resent', turnId })
      overdue.watch(turnId)
      if (link.phase === 'waiting') linkEvent({ type: 'start' })
      sendNext()
    },
    drop: (turnId) => talkEvent({ type: 'dropped', turnId }),
    stop: (turnId) => talkEvent({ type: 'stopped', turnId }),
    rate(turnId, rating, reason, comment) {
      const frame: ClientMessage = {
        type: 'feedback-give',
        turnId,
        rating,
        ...(reason === undefined ? {} : { reason }),
        ...(comment === undefined ? {} : { comment }),
      }
      if (link.phase === 'ready') send(frame)
      else unsent.keep(turnId, frame)
      talkEvent({ type: 'rated', turnId, rating })
    },
    heard(turnId, answerId, chars) {
      if (owed.session() !== null) return
      const frame: ClientMessage = { type: 'speech-heard', turnId, answerId, chars }
      if (link.phase === 'ready') send(frame)
      else unsent.keep(`heard ${answerId}`, frame)
    },
    startOver: beginAnew,
    leaveNoTrace() {
      const left = talk.turns.length === 0 ? null : (talk.session ?? store.session())
      if (left === null) {
        beginAnew()
        return
      }
      owed.owe(left)
      store.keepSession(null)
      talkEvent({ type: 'cleared' })
      if (link.phase === 'ready') payOwed()
    },
    forget() {
      if (link.phase !== 'ready') return false
      forgetting = true
      send({ type: 'session-forget' })
      // The server confirms with a notice; where none comes the page forgets all the same.
      setTimeout(() => {
        if (forgetting) beginAnew()
      }, 2_000)
      return true
    },
    retryNow: () => linkEvent({ type: 'start' }),
    visibility: (visible) => linkEvent({ type: 'visibility', visible }),
    network: (online) => linkEvent({ type: 'network', online }),
    dispose() {
      linkEvent({ type: 'stop' })
      disposed = true
      clearInterval(beat)
      if (timer !== null) clearTimeout(timer)
      acks.dispose()
      overdue.dispose()
    },
  }
}
