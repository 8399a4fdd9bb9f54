import { type Static, Type } from 'typebox'
import { SpeechClause, VISEMES } from './speech.ts'

/** Longest text of the avatar lab, in UTF-16 code units: some two minutes of speech. */
export const MOST_LAB_TEXT = 600

const text = Type.String({ minLength: 1, maxLength: MOST_LAB_TEXT })
const speed = Type.Number({ minimum: 0.5, maximum: 2 })
const PersonaId = Type.String({ minLength: 1, maxLength: 64 })

export const SpeechPlanRequest = Type.Object(
  { text, personaId: Type.Optional(PersonaId), speed: Type.Optional(speed) },
  { additionalProperties: false },
)
export type SpeechPlanRequest = Static<typeof SpeechPlanRequest>

export const LabAudioRequest = Type.Object(
  {
    text,
    personaId: PersonaId,
    voice: Type.Optional(
      Type.String({ pattern: '^[\\w.:/-]{1,80}$', description: "A voice to be tried instead of the persona's" }),
    ),
    speed: Type.Optional(speed),
    clause: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 999, description: 'One clause; missing: the whole text after the AI label' }),
    ),
  },
  { additionalProperties: false },
)
export type LabAudioRequest = Static<typeof LabAudioRequest>

/** A stretch of the source and what is said for it; one of the two may be empty. */
export const ReadPiece = Type.Object({ source: Type.String(), spoken: Type.String(), changed: Type.Boolean() })
export type ReadPiece = Static<typeof ReadPiece>

/** Of the spoken text: a syllable, letters, or a pause. */
export const PlannedSound = Type.Object({
  text: Type.String(),
  pinyin: Type.Union([Type.String(), Type.Null()], { description: 'With its tone mark; null for letters and pauses' }),
  at: Type.Union([Type.Number(), Type.Null()], {
    description: 'Ms since the clause began; null for a pause at its end',
  }),
})
export type PlannedSound = Static<typeof PlannedSound>

export const PlannedViseme = Type.Object({
  at: Type.Number({ description: 'Ms since the clause began' }),
  viseme: Type.Enum([...VISEMES]),
  weight: Type.Number({ description: '0 to 1' }),
  sound: Type.Integer({ description: 'The place of its sound in `sounds`' }),
})
export type PlannedViseme = Static<typeof PlannedViseme>

/** How a text is spoken, at the speed that was asked for; `speech` is what a client of the chat gets (normal speed). */
export const SpeechPlan = Type.Object({
  spoken: Type.String(),
  pieces: Type.Array(ReadPiece),
  clauses: Type.Array(
    Type.Object({
      spoken: Type.String(),
      at: Type.Number({ description: 'Ms since the text began' }),
      length: Type.Number(),
      pause: Type.Number(),
      sounds: Type.Array(PlannedSound),
      visemes: Type.Array(PlannedViseme),
      speech: SpeechClause,
    }),
  ),
  length: Type.Number({ description: 'Ms of the whole text, its pauses too' }),
  voice: Type.Union([Type.String(), Type.Null()], {
    description: "The endpoint's voice of the persona; null where there is none or no consent to it",
  }),
})
export type SpeechPlan = Static<typeof SpeechPlan>
