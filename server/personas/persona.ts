import { type Static, Type } from 'typebox'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** What a real person has allowed, and for how long. `revoked` is the day (or instant) of withdrawal. */
export const ConsentRecord = Type.Object(
  {
    scopes: Type.Array(Type.Union([Type.Literal('text'), Type.Literal('voice'), Type.Literal('likeness')]), {
      minItems: 1,
    }),
    from: Day,
    until: Type.Optional(Day),
    revoked: Type.Optional(Type.String()),
    record: Type.Optional(Type.String({ description: 'Where the signed paper is kept' })),
  },
  { additionalProperties: false },
)
export type ConsentRecord = Static<typeof ConsentRecord>

/** Front matter of `knowledge/personas/<id>.md`. The body says how the persona speaks; only a language model reads it. */
export const PersonaFrontMatter = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    name: Type.String({ minLength: 1, maxLength: 40 }),
    title: Type.Optional(Type.String({ maxLength: 80 })),
    speaker: Type.Union([Type.Literal('real'), Type.Literal('fictional'), Type.Literal('institution')]),
    collections: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    aliases: Type.Optional(
      Type.Array(Type.String(), { description: 'Other names that mean this person, such as 林师傅' }),
    ),
    voice: Type.Optional(Type.String()),
    avatar: Type.Optional(Type.String()),
    greeting: Type.String({ minLength: 1 }),
    suggestions: Type.Array(Type.String({ minLength: 1 }), { maxItems: 8 }),
    languages: Type.Array(Type.String({ minLength: 2 }), { minItems: 1 }),
    answerThreshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    consent: Type.Optional(ConsentRecord),
  },
  { additionalProperties: false },
)
export type PersonaFrontMatter = Static<typeof PersonaFrontMatter>

/** A configured character that answers from its collections. */
export interface Persona extends PersonaFrontMatter {
  /** The Markdown body: manner of speaking. Never a source of facts. */
  readonly manner: string
  /** Hex SHA-256 of the file. */
  readonly hash: string
}
