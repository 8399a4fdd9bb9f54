import { type Static, Type } from 'typebox'

/** The most characters (UTF-16 code units) a question may have. */
export const MAX_QUESTION_LENGTH = 2000

/** The most bytes that one frame from a client may have. */
export const MAX_FRAME_BYTES = 16 * 1024

const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' })
const Uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$' })

/** How far a client has read an answer: the last `seq` it shows of `(answerId, epoch)`; `seq` 0 is nothing yet. */
export const AnswerCursor = Type.Object({
  answerId: Id,
  epoch: Id,
  seq: Type.Integer({ minimum: 0 }),
})
export type AnswerCursor = Static<typeof AnswerCursor>

export const SessionOpen = Type.Object({
  type: Type.Literal('session-open'),
  personaId: Type.String({ minLength: 1, maxLength: 64 }),
  sessionId: Type.Optional(Id),
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  have: Type.Optional(Type.Array(AnswerCursor, { maxItems: 16 })),
  locale: Type.Optional(Type.String({ maxLength: 35 })),
})
export type SessionOpen = Static<typeof SessionOpen>

/** `text` may be any string here: a length out of range is an `error` message to one turn, not a bad frame. */
export const TurnAsk = Type.Object({
  type: Type.Literal('turn-ask'),
  turnId: Uuid,
  text: Type.String(),
})
export type TurnAsk = Static<typeof TurnAsk>

export const AnswerAck = Type.Object({ type: Type.Literal('answer-ack'), ...AnswerCursor.properties })
export type AnswerAck = Static<typeof AnswerAck>

export const AnswerResume = Type.Object({ type: Type.Literal('answer-resume'), ...AnswerCursor.properties })
export type AnswerResume = Static<typeof AnswerResume>

export const TurnStop = Type.Object({ type: Type.Literal('turn-stop'), turnId: Uuid })
export type TurnStop = Static<typeof TurnStop>

export const FeedbackGive = Type.Object({
  type: Type.Literal('feedback-give'),
  turnId: Uuid,
  rating: Type.Union([Type.Literal('up'), Type.Literal('down')]),
  reason: Type.Optional(Type.String({ maxLength: 64 })),
  comment: Type.Optional(Type.String({ maxLength: 1000 })),
})
export type FeedbackGive = Static<typeof FeedbackGive>

/** How much of an answer was heard aloud, in UTF-16 code units of its text: sent when the voice is done or was cut off. */
export const SpeechHeard = Type.Object({
  type: Type.Literal('speech-heard'),
  turnId: Uuid,
  answerId: Id,
  chars: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
})
export type SpeechHeard = Static<typeof SpeechHeard>

export const SessionForget = Type.Object({ type: Type.Literal('session-forget') })
export type SessionForget = Static<typeof SessionForget>

export const Pong = Type.Object({ type: Type.Literal('pong') })
export type Pong = Static<typeof Pong>

/** Every frame that a client may send. */
export const ClientMessage = Type.Union([
  SessionOpen,
  TurnAsk,
  AnswerAck,
  AnswerResume,
  TurnStop,
  FeedbackGive,
  SpeechHeard,
  SessionForget,
  Pong,
])
export type ClientMessage = Static<typeof ClientMessage>
