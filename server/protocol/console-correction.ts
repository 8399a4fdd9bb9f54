import { type Static, Type } from 'typebox'
import { Outcome } from './outcome.ts'

/**
 * `draft`: being written. `reviewed`: complete, waits for the lecturer. `live`: answers now. `superseded`: a newer
 * version of it is live. `withdrawn`: answers no more.
 */
export const CORRECTION_STATES = ['draft', 'reviewed', 'live', 'superseded', 'withdrawn'] as const
export const CorrectionState = Type.Enum([...CORRECTION_STATES])
export type CorrectionState = (typeof CORRECTION_STATES)[number]

/** Where the words come from: a span of a document (UTF-16 code units), or the lecturer, on a day. */
export const CorrectionSource = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('document'),
      documentId: Type.String({ minLength: 1, maxLength: 300 }),
      documentHash: Type.String({ maxLength: 64, description: 'Of the document as it was when the span was chosen' }),
      start: Type.Integer({ minimum: 0 }),
      end: Type.Integer({ minimum: 1 }),
      quote: Type.String({ maxLength: 4000 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal('own-words'),
      saidOn: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      note: Type.Optional(Type.String({ maxLength: 300 })),
    },
    { additionalProperties: false },
  ),
])
export type CorrectionSource = Static<typeof CorrectionSource>

const content = {
  question: Type.String({ minLength: 1, maxLength: 500 }),
  phrasings: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), { maxItems: 30 }),
  notThese: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
    maxItems: 60,
    description: 'Questions that this correction must not answer',
  }),
  answer: Type.String({ minLength: 1, maxLength: 4000 }),
  source: CorrectionSource,
  validUntil: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The last day' })),
}

export const CorrectionDraft = Type.Object(
  {
    personaId: Type.String({ minLength: 1, maxLength: 64 }),
    ...content,
    fromAnswerId: Type.Optional(Type.String({ maxLength: 64, description: 'The turn that it corrects' })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    replyTo: Type.Optional(
      Type.Array(Type.String({ maxLength: 64 }), {
        maxItems: 500,
        description: 'Turns whose visitors see it as a reply when it goes live',
      }),
    ),
  },
  { additionalProperties: false },
)
export type CorrectionDraft = Static<typeof CorrectionDraft>

export const CorrectionChange = Type.Object(
  {
    ...content,
    revision: Type.Integer({ minimum: 0 }),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type CorrectionChange = Static<typeof CorrectionChange>

export const CorrectionVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  state: CorrectionState,
  ...content,
  by: Type.String(),
  at: Type.Integer(),
  reason: Type.Union([Type.String(), Type.Null()]),
})
export type CorrectionVersion = Static<typeof CorrectionVersion>

export const Correction = Type.Object({
  id: Type.String(),
  personaId: Type.String(),
  personaName: Type.String(),
  state: CorrectionState,
  ...content,
  revision: Type.Integer({ minimum: 0 }),
  version: Type.Integer({ minimum: 1 }),
  fromAnswerId: Type.Union([Type.String(), Type.Null()]),
  authorName: Type.String(),
  approvedByName: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.Integer(),
  changedAt: Type.Integer(),
  liveAt: Type.Union([Type.Integer(), Type.Null()]),
  sourceChanged: Type.Boolean({ description: 'Its document has changed since: look again' }),
  hits: Type.Integer({ minimum: 0, description: 'How many turns it has answered' }),
  awaits: Type.Union([Type.Literal('lecturer'), Type.Null()], { description: 'Who has to approve it' }),
  liveVersion: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'The version that answers now; older than `version` while a newer one is written',
    }),
  ),
})
export type Correction = Static<typeof Correction>

export const CorrectionAction = Type.Object(
  {
    action: Type.Union([
      Type.Literal('submit'),
      Type.Literal('approve'),
      Type.Literal('return'),
      Type.Literal('withdraw'),
      Type.Literal('roll-back'),
    ]),
    revision: Type.Integer({ minimum: 0 }),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'For `roll-back`: the version to return to' })),
    previewId: Type.Optional(Type.String({ description: 'The preview that was seen; `approve` wants one' })),
    acknowledged: Type.Optional(Type.Boolean({ description: 'Warnings of the preview were seen and accepted' })),
  },
  { additionalProperties: false },
)
export type CorrectionAction = Static<typeof CorrectionAction>

/** One line of a preview, as newline-separated JSON: progress, a row, and last the summary. */
export const PreviewLine = Type.Union([
  Type.Object({ type: Type.Literal('progress'), done: Type.Integer(), total: Type.Integer() }),
  Type.Object({
    type: Type.Literal('row'),
    set: Type.Union([Type.Literal('same'), Type.Literal('past'), Type.Literal('near'), Type.Literal('golden')], {
      description: 'The own question and phrasings; past questions that would change; near ones that would not; golden',
    }),
    question: Type.String(),
    count: Type.Integer({ minimum: 1 }),
    hit: Type.Boolean(),
    similarity: Type.Number(),
    before: Type.String(),
    after: Type.String(),
    warning: Type.Boolean({ description: 'A golden question that would change, or an own phrasing that misses' }),
    answerId: Type.Union([Type.String(), Type.Null()]),
  }),
  Type.Object({
    type: Type.Literal('summary'),
    previewId: Type.String({ description: 'Empty where the correction is not stored' }),
    replayed: Type.Integer(),
    changed: Type.Integer(),
    warnings: Type.Integer(),
    days: Type.Integer({ description: 'How far back the questions reach' }),
  }),
])
export type PreviewLine = Static<typeof PreviewLine>

/** A question whose right answer was approved; it must stay right. */
export const GoldenQuestion = Type.Object({
  id: Type.String(),
  personaId: Type.String(),
  question: Type.String(),
  answer: Type.String(),
  keptBy: Type.String(),
  keptAt: Type.Integer(),
})
export type GoldenQuestion = Static<typeof GoldenQuestion>

/** One line of a check of all golden questions, as newline-separated JSON: progress, a question, and last the summary. */
export const GoldenCheckLine = Type.Union([
  Type.Object({ type: Type.Literal('progress'), done: Type.Integer(), total: Type.Integer() }),
  Type.Object({
    type: Type.Literal('row'),
    id: Type.String(),
    question: Type.String(),
    before: Type.String({ description: 'The answer as it was kept' }),
    after: Type.String({ description: 'The answer as it is now' }),
    outcome: Outcome,
    right: Type.Boolean({ description: 'It still rests on one of the documents that it rested on, or says the same' }),
  }),
  Type.Object({ type: Type.Literal('summary'), checked: Type.Integer(), wrong: Type.Integer() }),
])
export type GoldenCheckLine = Static<typeof GoldenCheckLine>

/** Declined questions that mean the same. */
export const UnansweredCluster = Type.Object({
  personaId: Type.String(),
  question: Type.String({ description: 'The one that stands for them' }),
  count: Type.Integer({ minimum: 1 }),
  asking: Type.Integer({ minimum: 0, description: 'How many visitors asked for a reply' }),
  lastAskedAt: Type.Integer(),
  answerIds: Type.Array(Type.String()),
  others: Type.Array(Type.String(), { description: 'Other wordings, at most ten' }),
  near: Type.Array(Type.Object({ documentId: Type.String(), title: Type.String() })),
})
export type UnansweredCluster = Static<typeof UnansweredCluster>

export const PAUSE_KINDS = ['persona', 'document', 'answer'] as const
export const Pause = Type.Object({
  id: Type.String(),
  personaId: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Enum([...PAUSE_KINDS]),
  targetId: Type.String(),
  title: Type.String(),
  by: Type.String(),
  at: Type.Integer(),
  reason: Type.Union([Type.String(), Type.Null()]),
})
export type Pause = Static<typeof Pause>

/** `answer`: an equal question is declined until the pause ends; `document`: nothing is said from it. */
export const NewPause = Type.Object(
  {
    kind: Type.Enum([...PAUSE_KINDS]),
    targetId: Type.String({ minLength: 1, maxLength: 300 }),
    personaId: Type.Optional(Type.String({ maxLength: 64 })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type NewPause = Static<typeof NewPause>
