import { type Static, Type } from 'typebox'

/** The public part of a persona. */
export const PersonaCard = Type.Object({
  id: Type.String(),
  name: Type.String(),
  title: Type.Optional(Type.String({ description: 'One line below the name, such as a trade or an office' })),
  speaker: Type.Union([Type.Literal('real'), Type.Literal('fictional'), Type.Literal('institution')]),
  greeting: Type.String(),
  suggestions: Type.Array(Type.String()),
  languages: Type.Array(Type.String()),
  avatar: Type.Optional(Type.String({ description: 'Name of a drawn avatar, or the address of a picture' })),
  voice: Type.Optional(Type.String()),
})
export type PersonaCard = Static<typeof PersonaCard>
