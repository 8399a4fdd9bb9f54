import { type Static, Type } from 'typebox'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

export const DOCUMENT_STATES = ['draft', 'published', 'withdrawn'] as const
export const DocumentState = Type.Enum([...DOCUMENT_STATES])
export type DocumentState = (typeof DOCUMENT_STATES)[number]

/** What people may say of a document beside its text; the front matter of a file in `knowledge/`. */
export const DocumentMeta = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Union([Type.Literal('story'), Type.Literal('policy')]),
    personaId: Type.Optional(Type.String({ maxLength: 64, description: 'Whose story it is' })),
    collection: Type.Optional(Type.String({ maxLength: 100 })),
    source: Type.Optional(Type.String({ maxLength: 300 })),
    issuedBy: Type.Optional(Type.String({ maxLength: 200 })),
    documentNumber: Type.Optional(Type.String({ maxLength: 100 })),
    issuedOn: Type.Optional(Day),
    effectiveFrom: Type.Optional(Day),
    effectiveUntil: Type.Optional(Day),
    supersedes: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 20 })),
    region: Type.Optional(Type.String({ maxLength: 100 })),
    licence: Type.Optional(Type.String({ maxLength: 200 })),
    url: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type DocumentMeta = Static<typeof DocumentMeta>

export const DocumentRow = Type.Object({
  id: Type.String(),
  origin: Type.Union([Type.Literal('file'), Type.Literal('console')]),
  state: DocumentState,
  meta: DocumentMeta,
  characters: Type.Integer({ minimum: 0 }),
  passages: Type.Integer({ minimum: 0 }),
  version: Type.Integer({ minimum: 1 }),
  draftVersion: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description: 'A newer version that is not published yet',
  }),
  changedAt: Type.Union([Type.Integer(), Type.Null()]),
  changedBy: Type.Union([Type.String(), Type.Null()]),
  paused: Type.Boolean(),
  inForce: Type.Boolean(),
})
export type DocumentRow = Static<typeof DocumentRow>

export const NearDuplicate = Type.Object({
  documentId: Type.String(),
  title: Type.String(),
  similarity: Type.Number({ minimum: 0, maximum: 1, description: '1 is the same text' }),
})
export type NearDuplicate = Static<typeof NearDuplicate>

export const DocumentDetail = Type.Object({
  row: DocumentRow,
  text: Type.String(),
  hash: Type.String(),
  passages: Type.Array(
    Type.Object({
      start: Type.Integer(),
      end: Type.Integer(),
      headings: Type.Array(Type.String()),
      text: Type.String(),
    }),
    { description: 'As the text is split for search' },
  ),
  versions: Type.Array(
    Type.Object({
      version: Type.Integer({ minimum: 1 }),
      state: DocumentState,
      by: Type.String(),
      mine: Type.Boolean({ description: 'Who asks wrote it, so where a second person publishes it is not them' }),
      at: Type.Integer(),
      note: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  duplicates: Type.Array(NearDuplicate),
  revision: Type.Integer({ minimum: 0 }),
})
export type DocumentDetail = Static<typeof DocumentDetail>

/** One line of an upload's answer, as newline-separated JSON, a file at a time. */
export const UploadLine = Type.Union([
  Type.Object({ type: Type.Literal('progress'), file: Type.String(), step: Type.String() }),
  Type.Object({
    type: Type.Literal('taken'),
    file: Type.String(),
    documentId: Type.String(),
    title: Type.String(),
    characters: Type.Integer(),
    passages: Type.Integer(),
    duplicates: Type.Array(NearDuplicate),
  }),
  Type.Object({ type: Type.Literal('refused'), file: Type.String(), code: Type.String(), message: Type.String() }),
])
export type UploadLine = Static<typeof UploadLine>

export const DocumentChange = Type.Object(
  {
    meta: DocumentMeta,
    text: Type.String({ minLength: 1, maxLength: 2_000_000 }),
    revision: Type.Integer({ minimum: 0 }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type DocumentChange = Static<typeof DocumentChange>

export const DocumentAction = Type.Object(
  {
    action: Type.Union([Type.Literal('publish'), Type.Literal('withdraw'), Type.Literal('restore')]),
    revision: Type.Integer({ minimum: 0 }),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'For `restore`: the version to return to' })),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type DocumentAction = Static<typeof DocumentAction>

/** The pieces of two versions in order; `same` is in both. */
export const DocumentDiff = Type.Array(
  Type.Object({
    kind: Type.Union([Type.Literal('same'), Type.Literal('added'), Type.Literal('removed')]),
    text: Type.String(),
  }),
)
export type DocumentDiff = Static<typeof DocumentDiff>
