import { type Static, Type } from 'typebox'
import { Citation } from './citation.ts'
import { OUTCOMES, Outcome } from './outcome.ts'

/** Why a turn wants a human; `sample` is the random share of answers with nothing against them. */
export const QUEUE_REASONS = [
  'declined',
  'thumbs-down',
  'reported',
  'ask-lecturer',
  'withheld',
  'low-support',
  'source-changed',
  'sample',
] as const
export const QueueReason = Type.Enum([...QUEUE_REASONS])
export type QueueReason = (typeof QUEUE_REASONS)[number]

export const VERDICTS = ['right', 'wrong', 'not-my-words', 'skipped'] as const
export const Verdict = Type.Enum([...VERDICTS])
export type Verdict = (typeof VERDICTS)[number]

export const VERDICT_REASONS = ['wrong-fact', 'wrong-tone', 'incomplete', 'outdated', 'unsafe', 'other'] as const
export const VerdictReason = Type.Enum([...VERDICT_REASONS])
export type VerdictReason = (typeof VERDICT_REASONS)[number]

/** `waiting`: nobody has decided (the queue holds those with a reason to). `corrected`: a correction was begun from it. */
export const REVIEW_STATES = ['waiting', 'decided', 'corrected', 'skipped'] as const
export const ReviewState = Type.Enum([...REVIEW_STATES])
export type ReviewState = (typeof REVIEW_STATES)[number]

/** What narrows the queue; all of it is in the console's address, so that a view can be kept and sent. */
export const QueueFilter = Type.Object(
  {
    personaId: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(
      Type.Union([ReviewState, Type.Literal('any')], { description: '`waiting` where it is missing' }),
    ),
    reason: Type.Optional(QueueReason),
    outcome: Type.Optional(Type.Enum([...OUTCOMES])),
    rating: Type.Optional(Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('none')])),
    channel: Type.Optional(
      Type.Union([Type.Literal('websocket'), Type.Literal('events'), Type.Literal('completions')]),
    ),
    site: Type.Optional(Type.String({ maxLength: 200 })),
    from: Type.Optional(Type.Integer({ minimum: 0, description: 'Epoch milliseconds, included' })),
    to: Type.Optional(Type.Integer({ minimum: 0, description: 'Epoch milliseconds, not included' })),
    days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 732,
        description:
          'The last so many days of China, today among them; not beside `from` and `to`. A kept view moves on',
      }),
    ),
    words: Type.Optional(Type.String({ maxLength: 200, description: 'In the question or the answer' })),
    order: Type.Optional(Type.Union([Type.Literal('value'), Type.Literal('newest'), Type.Literal('oldest')])),
    cursor: Type.Optional(Type.String({ maxLength: 400 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  },
  { additionalProperties: false },
)
export type QueueFilter = Static<typeof QueueFilter>

/** Equal questions gathered into one row; `answerId` is the turn that stands for them. */
export const QueueRow = Type.Object({
  answerId: Type.String(),
  personaId: Type.String(),
  personaName: Type.String(),
  question: Type.String({ description: 'Empty where the visitor has deleted their words' }),
  answer: Type.String({ description: 'The first 120 characters' }),
  outcome: Type.Union([Outcome, Type.Null()]),
  reasons: Type.Array(QueueReason),
  count: Type.Integer({ minimum: 1, description: 'How often this was asked, within the filter' }),
  countWeek: Type.Integer({ minimum: 0 }),
  lastAskedAt: Type.Integer(),
  state: ReviewState,
  decidedBy: Type.Union([Type.String(), Type.Null()]),
  leasedBy: Type.Union([Type.String(), Type.Null()], { description: 'The name of who is working on it now' }),
})
export type QueueRow = Static<typeof QueueRow>

export const QueuePage = Type.Object({
  rows: Type.Array(QueueRow),
  next: Type.Union([Type.String(), Type.Null()], { description: 'The cursor of the next page' }),
  waiting: Type.Integer({ minimum: 0, description: 'Rows still to decide, within the persona' }),
  counts: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), { description: 'Waiting rows by reason' }),
})
export type QueuePage = Static<typeof QueuePage>

export const ReviewDecision = Type.Object({
  id: Type.String(),
  verdict: Verdict,
  reason: Type.Union([VerdictReason, Type.Null()]),
  note: Type.Union([Type.String(), Type.Null()]),
  by: Type.String({ description: 'The name of the account' }),
  byRole: Type.String(),
  at: Type.Integer(),
  undone: Type.Boolean(),
})
export type ReviewDecision = Static<typeof ReviewDecision>

/** One turn with all that is known of how its answer was made. */
export const TurnDetail = Type.Object({
  answerId: Type.String(),
  personaId: Type.String(),
  personaName: Type.String(),
  question: Type.String(),
  askedAt: Type.Integer(),
  channel: Type.String(),
  site: Type.Union([Type.String(), Type.Null()]),
  forgotten: Type.Boolean({ description: 'The visitor has deleted their words' }),
  outcome: Type.Union([Outcome, Type.Null()]),
  sentences: Type.Array(
    Type.Object({
      text: Type.String(),
      support: Type.Union([Type.Number(), Type.Null()]),
      citations: Type.Array(Type.Integer({ minimum: 0 })),
    }),
  ),
  citations: Type.Array(Citation),
  withheld: Type.Array(Type.Object({ text: Type.String(), reason: Type.String(), detail: Type.String() })),
  retrieved: Type.Array(
    Type.Object({
      passageId: Type.String(),
      documentId: Type.String(),
      title: Type.String(),
      score: Type.Number(),
      text: Type.String({ description: 'As it is stored now; empty where the document is gone' }),
      changed: Type.Boolean({ description: 'The document is another one than when the answer was made' }),
      cited: Type.Boolean(),
    }),
  ),
  making: Type.Union([
    Type.Object({
      searchText: Type.String(),
      model: Type.String(),
      promptId: Type.Union([Type.String(), Type.Null()]),
      promptHash: Type.Union([Type.String(), Type.Null()]),
      fallbackReason: Type.Union([Type.String(), Type.Null()]),
      answerability: Type.Union([Type.Number(), Type.Null()]),
      timings: Type.Record(Type.String(), Type.Number()),
    }),
    Type.Null(),
  ]),
  feedback: Type.Union([
    Type.Object({
      rating: Type.String(),
      reason: Type.Union([Type.String(), Type.Null()]),
      comment: Type.Union([Type.String(), Type.Null()]),
      givenAt: Type.Integer(),
    }),
    Type.Null(),
  ]),
  earlier: Type.Array(Type.Object({ question: Type.String(), answer: Type.String(), askedAt: Type.Integer() }), {
    description: 'The turns of the conversation before this one, oldest first',
  }),
  reasons: Type.Array(QueueReason),
  state: ReviewState,
  revision: Type.Integer({
    minimum: 0,
    description: 'Sent back with a decision, so that nobody is overwritten unseen',
  }),
  decisions: Type.Array(ReviewDecision),
  equal: Type.Integer({
    minimum: 0,
    description: 'Other turns with an equal question and the same answer that nobody has decided',
  }),
  corrections: Type.Array(Type.Object({ id: Type.String(), state: Type.String(), question: Type.String() })),
  lease: Type.Union([Type.Object({ by: Type.String(), mine: Type.Boolean(), until: Type.Integer() }), Type.Null()]),
  previous: Type.Union([Type.String(), Type.Null()]),
  next: Type.Union([Type.String(), Type.Null()]),
})
export type TurnDetail = Static<typeof TurnDetail>

export const NewDecision = Type.Object(
  {
    verdict: Verdict,
    reason: Type.Optional(VerdictReason),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
    revision: Type.Integer({ minimum: 0 }),
    equalToo: Type.Optional(Type.Boolean({ description: 'Also for equal questions with the same answer' })),
  },
  { additionalProperties: false },
)
export type NewDecision = Static<typeof NewDecision>

export const SavedView = Type.Object({ id: Type.String(), name: Type.String(), filter: QueueFilter })
export type SavedView = Static<typeof SavedView>
