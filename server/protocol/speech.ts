import { type Static, Type } from 'typebox'

/**
 * A piece of a sentence that is spoken in one breath. `units` is base64 of three bytes for each movement of the mouth:
 *
 * 1. time since the onset of the unit before it, in ticks of 10 ms at normal speed (the first: since the clause began)
 * 2. low four bits: the viseme, an index into {@link VISEMES}; high four bits: by how many UTF-16 code units the text
 *    that has been begun grows with this unit (counted from `start`; what is missing at the last unit is reached at the end)
 * 3. how far the mouth goes into the viseme, 0 to 255
 */
export const SpeechClause = Type.Object({
  start: Type.Integer({ minimum: 0, description: "UTF-16 offset in the delta's text" }),
  end: Type.Integer({ minimum: 0, description: 'UTF-16 offset; the clauses follow each other without a gap' }),
  units: Type.String({ description: 'Base64 of the mouth movements, three bytes each' }),
  length: Type.Integer({ minimum: 0, description: 'Milliseconds from the first onset to the end, at normal speed' }),
  pause: Type.Integer({ minimum: 0, description: 'Milliseconds of silence after it, at normal speed' }),
  audio: Type.Boolean({ description: 'Whether the server has a voice for it' }),
})
export type SpeechClause = Static<typeof SpeechClause>

/** How a delta is spoken: no clause where there is nothing to say, as in a row of emoji. */
export const Speech = Type.Object({ clauses: Type.Array(SpeechClause) })
export type Speech = Static<typeof Speech>

/** The 15 visemes of Oculus and OpenXR (`XR_META_face_tracking_visemes`); a unit names them by their place here. */
export const VISEMES = ['sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'I', 'O', 'U'] as const
export type Viseme = (typeof VISEMES)[number]
