import type { Citation } from '../../server/protocol/citation.ts'
import type { ClientMessage } from '../../server/protocol/client-message.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type {
  AiLabel,
  ErrorMessage,
  Notice,
  ServerMessage,
  SessionReady,
} from '../../server/protocol/server-message.ts'
import {
  type AnswerState,
  type AnswerStep,
  applyDelta,
  applyEnd,
  applySnapshot,
  applyVerdict,
  cursorOf,
  emptyAnswer,
} from './answer-state.ts'
import { type PersonalWords, type Progress, personalWordsOf, progressOf } from './notice-data.ts'
import { acceptedAnswer, afterDisconnect, againAfterConnect, fromRecord, newTurn } from './turn-steps.ts'

/** `queued`: waits for its turn or for the network. `sent`: not acknowledged yet. `accepted`: the server has it. */
export type Delivery = 'queued' | 'sent' | 'accepted' | 'failed'

export type Rating = 'up' | 'down'

export interface Problem {
  readonly code: string
  readonly message: string
  readonly retryable: boolean
}

export interface Turn {
  readonly turnId: string
  readonly question: string
  readonly askedAt: number
  readonly delivery: Delivery
  readonly acceptedAt: number | null
  /** Not to be sent before this time (epoch ms). */
  readonly notBefore: number
  readonly problem: Problem | null
  readonly answer: AnswerState | null
  readonly feedback: Rating | null
  readonly stopping: boolean
  /** What was found while the answer is being written. */
  readonly progress: Progress | null
  /** The answer as it was put right later on. */
  readonly correction: PersonalWords | null
  /** It came with the record: it was not asked since this page was loaded. */
  readonly restored?: boolean
}

export interface ShownNotice {
  readonly kind: Notice['kind']
  readonly text: string
  readonly at: number
  /** The turn below which it stands; null is before the first. */
  readonly after: string | null
  /** What it leads to: a lecturer's reply, or a corrected answer. */
  readonly words: PersonalWords | null
}

/** All that the page knows of one conversation. */
export interface Conversation {
  readonly session: { readonly sessionId: string; readonly token: string } | null
  readonly persona: PersonaCard | null
  readonly label: AiLabel | null
  readonly questionLength: number
  readonly suggestions: readonly string[]
  readonly turns: readonly Turn[]
  readonly notices: readonly ShownNotice[]
  /** An error that belongs to no turn. */
  readonly problem: Problem | null
  readonly withdrawn: boolean
  /** How many days the server keeps the words; null where it does not say. */
  readonly keptDays: number | null
  /** Whether the server turns speech into text. */
  readonly voiceInput: boolean
}

export type ConversationEvent =
  | { readonly type: 'received'; readonly message: ServerMessage; readonly at: number }
  | { readonly type: 'asked'; readonly turnId: string; readonly text: string; readonly at: number }
  | { readonly type: 'sent'; readonly turnId: string }
  | { readonly type: 'overdue'; readonly turnId: string }
  | { readonly type: 'resent'; readonly turnId: string }
  | { readonly type: 'dropped'; readonly turnId: string }
  | { readonly type: 'disconnected' }
  | { readonly type: 'verified'; readonly answerId: string; readonly matches: boolean }
  | { readonly type: 'rated'; readonly turnId: string; readonly rating: Rating }
  | { readonly type: 'stopped'; readonly turnId: string }
  | { readonly type: 'cleared' }

export type ConversationEffect =
  | { readonly type: 'send'; readonly frame: ClientMessage }
  | { readonly type: 'shown'; readonly turnId: string }
  | { readonly type: 'verify'; readonly answerId: string; readonly text: string; readonly sha256: string }
  | { readonly type: 'session'; readonly session: { readonly sessionId: string; readonly token: string } }
  | { readonly type: 'ended'; readonly turnId: string }

export interface ConversationStep {
  readonly state: Conversation
  readonly effects: readonly ConversationEffect[]
}

export const MAX_QUEUED = 20

export function emptyConversation(): Conversation {
  return {
    session: null,
    persona: null,
    label: null,
    questionLength: 2_000,
    suggestions: [],
    turns: [],
    notices: [],
    problem: null,
    withdrawn: false,
    keptDays: null,
    voiceInput: false,
  }
}

/** The turn that the server is answering now, if any. */
export function runningTurn(state: Conversation): Turn | null {
  return state.turns.find((turn) => turn.delivery === 'accepted' && turn.answer?.ending === null) ?? null
}

/** The question to send next: the oldest that waits, and only while no other is under way. */
export function nextToSend(state: Conversation, now: number): Turn | null {
  if (runningTurn(state) !== null || state.turns.some((turn) => turn.delivery === 'sent')) return null
  return state.turns.find((turn) => turn.delivery === 'queued' && turn.notBefore <= now) ?? null
}

/** The answers under way, as `session-open` tells them. */
export function unfinishedCursors(state: Conversation): ReturnType<typeof cursorOf>[] {
  const cursors = state.turns.flatMap((turn) =>
    turn.answer !== null && turn.answer.ending === null && turn.answer.epoch !== '' ? [cursorOf(turn.answer)] : [],
  )
  return cursors.slice(-16)
}

/** Every citation that is known for a turn's answer, by its index. */
export function citationAt(answer: AnswerState, index: number): Citation | null {
  return answer.citations.find((citation) => citation.index === index) ?? null
}

/** One step of the conversation. Pure: times come with the events, what must be done goes out as effects. */
export function conversationStep(state: Conversation, event: ConversationEvent): ConversationStep {
  switch (event.type) {
    case 'received':
      return received(state, event.message, event.at)
    case 'asked':
      return still({ ...state, turns: [...state.turns, newTurn(event.turnId, event.text, event.at)] })
    case 'sent':
      return still(withTurn(state, event.turnId, (turn) => ({ ...turn, delivery: 'sent', problem: null })))
    case 'overdue':
      return still(
        withTurn(state, event.turnId, (turn) =>
          turn.delivery === 'accepted'
            ? turn
            : { ...turn, delivery: 'failed', problem: { code: 'no-reply', message: '', retryable: true } },
        ),
      )
    case 'resent':
      return still(
        withTurn(state, event.turnId, (turn) =>
          turn.delivery === 'failed' ? { ...turn, delivery: 'queued', problem: null, notBefore: 0 } : turn,
        ),
      )
    case 'dropped':
      return still({ ...state, turns: state.turns.filter((turn) => turn.turnId !== event.turnId) })
    case 'disconnected':
      return still({ ...state, turns: state.turns.map(afterDisconnect) })
    case 'verified':
      return verified(state, event.answerId, event.matches)
    case 'rated':
      return still(withTurn(state, event.turnId, (turn) => ({ ...turn, feedback: event.rating })))
    case 'stopped':
      return {
        state: withTurn(state, event.turnId, (turn) => ({ ...turn, stopping: true })),
        effects: [{ type: 'send', frame: { type: 'turn-stop', turnId: event.turnId } }],
      }
    case 'cleared':
      return still({ ...emptyConversation(), ...lastingPart(state) })
  }
}

function received(state: Conversation, message: ServerMessage, at: number): ConversationStep {
  switch (message.type) {
    case 'session-ready':
      return sessionReady(state, message)
    case 'turn-accepted':
      return still(
        withTurn(state, message.turnId, (turn) => ({
          ...turn,
          delivery: 'accepted',
          acceptedAt: turn.acceptedAt ?? at,
          problem: null,
          answer: acceptedAnswer(turn.answer, message.answerId, message.epoch),
        })),
      )
    case 'answer-delta':
      return onAnswer(state, message.turnId, message.answerId, message.epoch, (answer) => applyDelta(answer, message))
    case 'answer-end':
      return onAnswer(state, message.turnId, message.answerId, message.epoch, (answer) => applyEnd(answer, message))
    case 'answer-snapshot':
      return onAnswer(state, message.turnId, message.answerId, message.epoch, (answer) =>
        applySnapshot(answer, message),
      )
    case 'notice':
      return still(noticed(state, message, at))
    case 'error':
      return failed(state, message, at)
    default:
      return still(state)
  }
}

function noticed(state: Conversation, notice: Notice, at: number): Conversation {
  const { kind, text } = notice
  if (kind === 'session-forgotten') return state
  if (kind === 'answer-progress') {
    const progress = progressOf(notice)
    return progress === null ? state : withTurn(state, progress.turnId, (turn) => ({ ...turn, progress }))
  }
  const words = kind === 'lecturer-reply' || kind === 'answer-corrected' ? personalWordsOf(notice) : null
  const known = state.notices.some(
    (shown) => words !== null && shown.kind === kind && JSON.stringify(shown.words) === JSON.stringify(words),
  )
  if (known) return state
  const after = state.turns[state.turns.length - 1]?.turnId ?? null
  const next = {
    ...state,
    withdrawn: state.withdrawn || kind === 'persona-withdrawn',
    notices: [...state.notices, { kind, text, at, after, words }],
  }
  if (kind !== 'answer-corrected' || words === null || words.turnId === null) return next
  return withTurn(next, words.turnId, (turn) => ({ ...turn, correction: words }))
}

function sessionReady(state: Conversation, ready: SessionReady): ConversationStep {
  const known = new Map(state.turns.map((turn) => [turn.turnId, turn]))
  const recorded = ready.transcript.map((entry) => fromRecord(known.get(entry.turnId), entry))
  const recordedIds = new Set(recorded.map((turn) => turn.turnId))
  const others = state.turns.filter((turn) => !recordedIds.has(turn.turnId)).map(againAfterConnect)
  const session = { sessionId: ready.sessionId, token: ready.token }
  const turns = [...recorded, ...others].sort((a, b) => a.askedAt - b.askedAt)
  return {
    state: {
      ...state,
      session,
      persona: ready.persona,
      label: ready.label,
      questionLength: ready.limits.questionLength,
      suggestions: ready.suggestions,
      turns,
      problem: null,
      withdrawn: false,
      keptDays: daysKept(ready),
      voiceInput: ready.voice?.input === true,
    },
    effects: [
      { type: 'session', session },
      // A stop that was asked for while the line was down may not have arrived.
      ...turns.flatMap((turn): ConversationEffect[] =>
        turn.stopping && turn.answer?.ending === null
          ? [{ type: 'send', frame: { type: 'turn-stop', turnId: turn.turnId } }]
          : [],
      ),
    ],
  }
}

/** How many days the server keeps words, where its `session-ready` says so. */
function daysKept(ready: SessionReady): number | null {
  const days = 'retentionDays' in ready ? ready.retentionDays : null
  return typeof days === 'number' ? days : null
}

/** What belongs to the lecturer and the server, not to one conversation. */
function lastingPart(state: Conversation): Pick<Conversation, 'persona' | 'label' | 'keptDays' | 'voiceInput'> {
  const { persona, label, keptDays, voiceInput } = state
  return { persona, label, keptDays, voiceInput }
}

function onAnswer(
  state: Conversation,
  turnId: string,
  answerId: string,
  epoch: string,
  apply: (answer: AnswerState) => AnswerStep,
): ConversationStep {
  const turn = state.turns.find((candidate) => candidate.turnId === turnId)
  if (turn === undefined) return still(state)
  return afterAnswer(state, turn, apply(turn.answer ?? emptyAnswer(answerId, epoch)))
}

function verified(state: Conversation, answerId: string, matches: boolean): ConversationStep {
  const turn = state.turns.find((candidate) => candidate.answer?.answerId === answerId)
  if (turn?.answer === undefined || turn.answer === null) return still(state)
  return afterAnswer(state, turn, applyVerdict(turn.answer, matches))
}

function afterAnswer(state: Conversation, turn: Turn, step: AnswerStep): ConversationStep {
  const answer = step.state
  const next =
    answer === turn.answer
      ? state
      : withTurn(state, turn.turnId, (old) => ({ ...old, delivery: 'accepted', problem: null, answer }))
  const cursor = cursorOf(answer)
  switch (step.effect) {
    case 'resume':
      return { state: next, effects: [{ type: 'send', frame: { type: 'answer-resume', ...cursor } }] }
    case 'shown':
      return { state: next, effects: [{ type: 'shown', turnId: turn.turnId }] }
    case 'acknowledge':
      return { state: next, effects: [{ type: 'send', frame: { type: 'answer-ack', ...cursor } }] }
    case 'verify': {
      const ended: ConversationEffect = { type: 'ended', turnId: turn.turnId }
      const sha256 = answer.ending?.sha256 ?? null
      if (sha256 === null) return { state: next, effects: [ended] }
      return { state: next, effects: [ended, { type: 'verify', answerId: answer.answerId, text: answer.text, sha256 }] }
    }
    default:
      return still(next)
  }
}

function failed(state: Conversation, message: ErrorMessage, at: number): ConversationStep {
  const problem = { code: message.code, message: message.message, retryable: message.retryable }
  const { turnId } = message
  if (turnId === undefined || !state.turns.some((turn) => turn.turnId === turnId)) {
    return still({ ...state, problem })
  }
  // Another turn of this session runs, perhaps in another tab: this one waits.
  const waits = message.code === 'turn-in-progress' || message.code === 'draining'
  return still(
    withTurn(state, turnId, (turn) => {
      if (turn.delivery === 'accepted') return turn
      if (waits) return { ...turn, delivery: 'queued', notBefore: at + (message.retryAfterMs ?? 2_000) }
      return { ...turn, delivery: 'failed', problem }
    }),
  )
}

function withTurn(state: Conversation, turnId: string, change: (turn: Turn) => Turn): Conversation {
  const index = state.turns.findIndex((turn) => turn.turnId === turnId)
  const turn = state.turns[index]
  if (turn === undefined) return state
  const changed = change(turn)
  if (changed === turn) return state
  const turns = state.turns.slice()
  turns[index] = changed
  return { ...state, turns }
}

function still(state: Conversation): ConversationStep {
  return { state, effects: [] }
}
