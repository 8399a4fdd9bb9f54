import { type Static, Type } from 'typebox'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A calendar day, YYYY-MM-DD' })

/** Front matter of a file in `knowledge/stories` or `knowledge/policies`. A story names its `persona`, a policy its `collection`. */
export const DocumentFrontMatter = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    kind: Type.Union([Type.Literal('story'), Type.Literal('policy')]),
    persona: Type.Optional(Type.String({ minLength: 1 })),
    collection: Type.Optional(Type.String({ minLength: 1 })),
    source: Type.Optional(Type.String()),
    issuedBy: Type.Optional(Type.String()),
    documentNumber: Type.Optional(Type.String()),
    issuedOn: Type.Optional(Day),
    effectiveFrom: Type.Optional(Day),
    effectiveUntil: Type.Optional(Day),
    supersedes: Type.Optional(Type.Array(Type.String())),
    region: Type.Optional(Type.String()),
    licence: Type.Optional(Type.String()),
    url: Type.Optional(Type.String({ pattern: '^https?://' })),
  },
  { additionalProperties: false },
)
export type DocumentFrontMatter = Static<typeof DocumentFrontMatter>

/** One source text as it is stored. Every span anywhere (passage, citation) counts UTF-16 code units of `text`. */
export interface Document {
  /** Stable name: the file's path below `knowledge/` without its ending, such as `stories/lin-yue/first-weld`. */
  readonly id: string
  /** Hex SHA-256 of front matter and text: a document that changes has a new hash under the same id. */
  readonly hash: string
  readonly collection: string
  readonly text: string
  readonly meta: DocumentFrontMatter
}

/** Whether a policy may be cited as the rule on `day` (YYYY-MM-DD). Stories are always in force. */
export function inForceOn(meta: DocumentFrontMatter, day: string): boolean {
  if (meta.kind === 'story') return true
  if (meta.effectiveFrom !== undefined && day < meta.effectiveFrom) return false
  return meta.effectiveUntil === undefined || day <= meta.effectiveUntil
}
