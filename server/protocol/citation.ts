import { type Static, Type } from 'typebox'

/**
 * An answer's pointer to the words that back it. `quote` is the exact stored text of the document between `start`
 * and `end` (UTF-16 code units); `quoteSha256` is the hex SHA-256 of `quote` in UTF-8. `index` is the citation's
 * position in its answer's list, from 0.
 */
export const Citation = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  documentId: Type.String(),
  title: Type.String(),
  kind: Type.Union([Type.Literal('story'), Type.Literal('policy'), Type.Literal('correction')]),
  quote: Type.String(),
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
  quoteSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  issuedBy: Type.Optional(Type.String()),
  documentNumber: Type.Optional(Type.String()),
  effectiveFrom: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
})
export type Citation = Static<typeof Citation>
