import { expect, test } from 'vitest'
import type { AnswerDelta, ServerMessage, SessionReady } from '../../../server/protocol/server-message.ts'
import {
  type Conversation,
  conversationStep,
  emptyConversation,
} from '../../../web-widget/connection/conversation-state.ts'
import { isThinking, NOTHING_SPOKEN, nextToSpeak, partsAgain } from '../../../web-widget/talking-avatar/spoken-turn.ts'

const ready: SessionReady = {
  type: 'session-ready',
  sessionId: 's',
  token: 't',
  persona: { id: 'p', name: '林悦', speaker: 'fictional', greeting: '', suggestions: [], languages: ['zh-CN'] },
  label: { short: 'AI', text: 'AI' },
  heartbeatMs: 25_000,
  limits: { questionLength: 2_000, frameBytes: 16_384 },
  suggestions: [],
  transcript: [],
}

function delta(seq: number, offset: number, text: string, epoch = 'one', turnId = 'a'): AnswerDelta {
  const clause = { start: 0, end: text.length, units: 'AAr/', length: 200, pause: 100, audio: true }
  return {
    type: 'answer-delta',
    turnId,
    answerId: `answer-${turnId}`,
    epoch,
    seq,
    offset,
    text,
    citations: [],
    speech: { clauses: [clause] },
  }
}

const hear = (talk: Conversation, ...messages: ServerMessage[]): Conversation =>
  messages.reduce((state, message) => conversationStep(state, { type: 'received', message, at: 5 }).state, talk)

const asked = (talk: Conversation, turnId = 'a'): Conversation =>
  hear(conversationStep(talk, { type: 'asked', turnId, text: '问', at: 3 }).state, {
    type: 'turn-accepted',
    turnId,
    answerId: `answer-${turnId}`,
    epoch: 'one',
    duplicate: false,
  })

const opened = hear(emptyConversation(), ready)

test('speaks each sentence once, as it comes', () => {
  let talk = hear(asked(opened), delta(1, 0, '一二。'))
  const first = nextToSpeak(NOTHING_SPOKEN, talk)
  expect(first.parts.map(({ text, from, seq }) => [text, from, seq])).toEqual([['一二。', 0, 1]])
  expect(nextToSpeak(first.state, talk).parts).toEqual([])
  talk = hear(talk, delta(2, 3, '三。'))
  expect(nextToSpeak(first.state, talk).parts.map(({ from }) => from)).toEqual([3])
})

test('a reconnect replays nothing: neither a new epoch nor a snapshot is said again', () => {
  const talk = hear(asked(opened), delta(1, 0, '一二。'))
  const { state } = nextToSpeak(NOTHING_SPOKEN, talk)
  const anew = hear(talk, delta(1, 0, '一二。', 'two'), delta(2, 3, '三。', 'two'))
  expect(nextToSpeak(state, anew).parts.map(({ from, epoch }) => [from, epoch])).toEqual([[3, 'two']])
  const snapshot: ServerMessage = {
    type: 'answer-snapshot',
    turnId: 'a',
    answerId: 'answer-a',
    epoch: 'three',
    seq: 2,
    text: '一二。三。',
    sentences: [
      { text: '一二。', citations: [] },
      { text: '三。', citations: [] },
    ],
    status: 'running',
    citations: [],
  }
  const whole = hear(talk, snapshot, delta(3, 5, '四。', 'three'))
  expect(nextToSpeak(state, whole).parts.map(({ from }) => from)).toEqual([5])
})

test('what came with the record after a reload stays silent, while it still runs too', () => {
  const record = {
    turnId: 'a',
    answerId: 'answer-a',
    question: '问',
    askedAt: 1,
    status: 'running' as const,
    text: '',
    sentences: [],
    citations: [],
  }
  const talk = hear(emptyConversation(), { ...ready, transcript: [record] }, delta(1, 0, '一二。'))
  expect(talk.turns[0]?.answer?.text).toBe('一二。')
  const step = nextToSpeak(NOTHING_SPOKEN, talk)
  expect(step.parts).toEqual([])
})

test('a new question, a stop and a withdrawal silence what is being said', () => {
  const talk = hear(asked(opened), delta(1, 0, '一二。'))
  const { state } = nextToSpeak(NOTHING_SPOKEN, talk)
  expect(nextToSpeak(state, asked(talk, 'b')).bargeIn).toBe(true)
  const stopped = conversationStep(talk, { type: 'stopped', turnId: 'a' }).state
  const step = nextToSpeak(state, hear(stopped, delta(2, 3, '三。')))
  expect([step.bargeIn, step.parts.length, step.state.muted]).toEqual([true, 0, true])
  expect(nextToSpeak(step.state, stopped).bargeIn).toBe(false)
  const withdrawn = hear(talk, { type: 'notice', kind: 'persona-withdrawn', text: '' })
  expect(nextToSpeak(state, withdrawn).bargeIn).toBe(true)
})

test('a muted answer can be heard again from its beginning', () => {
  const talk = hear(asked(opened), delta(1, 0, '一二。'), delta(2, 3, '三。'))
  expect(nextToSpeak({ turnId: 'a', spokenTo: 3, muted: true }, talk).parts).toEqual([])
  expect(partsAgain(talk).map(({ from }) => from)).toEqual([0, 3])
})

test('thinks while an answer is awaited', () => {
  expect(isThinking(opened)).toBe(false)
  expect(isThinking(asked(opened))).toBe(true)
  expect(isThinking(hear(asked(opened), delta(1, 0, '一。')))).toBe(false)
})
