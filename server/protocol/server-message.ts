import { type Static, Type } from 'typebox'
import { Citation } from './citation.ts'
import { Outcome } from './outcome.ts'
import { PersonaCard } from './persona-card.ts'
import { Speech } from './speech.ts'

const answerPosition = {
  answerId: Type.String(),
  epoch: Type.String(),
  seq: Type.Integer({ minimum: 0 }),
}

/** The AI label: shown with every answer, and on everything that leaves the page. Free, and not removable. */
export const AiLabel = Type.Object({
  short: Type.String({ description: 'Beside the name, such as「AI 分身」' }),
  text: Type.String({ description: 'The full sentence; says both AI and generated (GB 45438-2025)' }),
})
export type AiLabel = Static<typeof AiLabel>

/** Who has read an answer and found it right, and when. */
export const Reviewed = Type.Object({
  by: Type.Union([Type.Literal('lecturer'), Type.Literal('reviewer')]),
  at: Type.Integer({ description: 'Epoch milliseconds' }),
})
export type Reviewed = Static<typeof Reviewed>

/** What an ended answer bears beside its text. `length` is in UTF-16 code units, `sha256` is of the UTF-8 text. */
const answerEnding = {
  length: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  outcome: Outcome,
  citations: Type.Array(Citation),
  label: AiLabel,
  suggestions: Type.Array(Type.String()),
  reviewed: Type.Optional(Reviewed),
}

/** One earlier turn, as a client that comes back gets it. */
export const TranscriptTurn = Type.Object({
  turnId: Type.String(),
  answerId: Type.String(),
  question: Type.String(),
  askedAt: Type.Integer({ description: 'Epoch milliseconds' }),
  status: Type.Union([Type.Literal('running'), Type.Literal('ended')]),
  text: Type.String({ description: 'The answer so far; whole once ended' }),
  sentences: Type.Array(Type.Object({ text: Type.String(), citations: Type.Array(Type.Integer({ minimum: 0 })) }), {
    description: 'The answer cut into its sentences, each with its citations; joined they are `text`',
  }),
  outcome: Type.Optional(Outcome),
  citations: Type.Array(Citation),
  feedback: Type.Optional(Type.Union([Type.Literal('up'), Type.Literal('down')])),
  reviewed: Type.Optional(Reviewed),
})
export type TranscriptTurn = Static<typeof TranscriptTurn>

export const SessionReady = Type.Object({
  type: Type.Literal('session-ready'),
  sessionId: Type.String(),
  token: Type.String(),
  persona: PersonaCard,
  label: AiLabel,
  heartbeatMs: Type.Integer({ minimum: 1 }),
  limits: Type.Object({
    questionLength: Type.Integer({ minimum: 1 }),
    frameBytes: Type.Integer({ minimum: 1 }),
  }),
  retentionDays: Type.Optional(Type.Integer({ minimum: 1 })),
  voice: Type.Optional(
    Type.Object({
      input: Type.Boolean({ description: 'Whether speech can be turned into text' }),
      output: Type.Optional(Type.Boolean({ description: 'Whether the server has a voice for this persona' })),
    }),
  ),
  suggestions: Type.Array(Type.String()),
  transcript: Type.Array(TranscriptTurn),
})
export type SessionReady = Static<typeof SessionReady>

export const TurnAccepted = Type.Object({
  type: Type.Literal('turn-accepted'),
  turnId: Type.String(),
  answerId: Type.String(),
  epoch: Type.String(),
  duplicate: Type.Boolean(),
})
export type TurnAccepted = Static<typeof TurnAccepted>

/**
 * One checked sentence of an answer. `citations` are indices into the answer's list; `sources` bears the entries of
 * that list which appear with this delta for the first time, so that a client can open them before the end.
 */
export const AnswerDelta = Type.Object({
  type: Type.Literal('answer-delta'),
  turnId: Type.String(),
  ...answerPosition,
  offset: Type.Integer({ minimum: 0, description: 'UTF-16 length of the answer before this delta' }),
  text: Type.String(),
  citations: Type.Array(Type.Integer({ minimum: 0 })),
  sources: Type.Optional(Type.Array(Citation)),
  speech: Type.Optional(Speech),
})
export type AnswerDelta = Static<typeof AnswerDelta>

export const AnswerEnd = Type.Object({
  type: Type.Literal('answer-end'),
  turnId: Type.String(),
  ...answerPosition,
  ...answerEnding,
})
export type AnswerEnd = Static<typeof AnswerEnd>

/** The whole text so far in one step; with `status: ended` also all that `answer-end` bears. */
export const AnswerSnapshot = Type.Object({
  type: Type.Literal('answer-snapshot'),
  turnId: Type.String(),
  ...answerPosition,
  text: Type.String(),
  sentences: TranscriptTurn.properties.sentences,
  status: Type.Union([Type.Literal('running'), Type.Literal('ended')]),
  length: Type.Optional(answerEnding.length),
  sha256: Type.Optional(answerEnding.sha256),
  outcome: Type.Optional(answerEnding.outcome),
  citations: Type.Array(Citation),
  label: Type.Optional(answerEnding.label),
  suggestions: Type.Optional(answerEnding.suggestions),
  reviewed: answerEnding.reviewed,
})
export type AnswerSnapshot = Static<typeof AnswerSnapshot>

export const NOTICE_KINDS = [
  'ai-reminder',
  'persona-withdrawn',
  'lecturer-reply',
  'answer-corrected',
  'answer-progress',
  'session-forgotten',
] as const
export const Notice = Type.Object({
  type: Type.Literal('notice'),
  kind: Type.Enum([...NOTICE_KINDS]),
  text: Type.String(),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type Notice = Static<typeof Notice>

export const Drain = Type.Object({ type: Type.Literal('drain'), afterMs: Type.Integer({ minimum: 0 }) })
export type Drain = Static<typeof Drain>

export const Ping = Type.Object({ type: Type.Literal('ping') })
export type Ping = Static<typeof Ping>

export const ErrorMessage = Type.Object({
  type: Type.Literal('error'),
  code: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean(),
  turnId: Type.Optional(Type.String()),
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
})
export type ErrorMessage = Static<typeof ErrorMessage>

/** Frames that make up one answer's stream. */
export type AnswerFrame = AnswerDelta | AnswerEnd

/** Every frame that the server may send. */
export const ServerMessage = Type.Union([
  SessionReady,
  TurnAccepted,
  AnswerDelta,
  AnswerEnd,
  AnswerSnapshot,
  Notice,
  Drain,
  Ping,
  ErrorMessage,
])
export type ServerMessage = Static<typeof ServerMessage>
