import type { PlannedSound, ReadPiece, SpeechPlan } from '../protocol/speech-lab.ts'
import type { Sound } from './pinyin-of.ts'
import { type SpokenClause, speechOf } from './speech-of.ts'
import { type SpokenText, spokenText } from './spoken-text.ts'
import { toneMarked } from './tone-marked.ts'

/**
 * Lays out how `text` is spoken, for people to look at. `clauses` are the text's; `speed` 1 is normal, times are ms.
 * `voice` is what the endpoint calls the voice, or null.
 */
export function speechPlan(
  text: string,
  clauses: readonly SpokenClause[],
  speed: number,
  voice: string | null,
): SpeechPlan {
  const whole = spokenText(text)
  const wire = speechOf(clauses, voice !== null).clauses
  let clock = 0
  const planned = clauses.flatMap((clause, index) => {
    const speech = wire[index]
    if (speech === undefined) return []
    const { units, length, pause } = clause.track
    const onset = new Map<number, number>()
    for (const unit of units) if (!onset.has(unit.sound)) onset.set(unit.sound, unit.at / speed)
    const at = clock
    clock += (length + pause) / speed
    return {
      spoken: clause.spoken,
      at,
      length: length / speed,
      pause: pause / speed,
      sounds: clause.sounds.map((sound, place) => plannedSound(sound, whole.text, onset.get(place) ?? null)),
      visemes: units.map((unit) => ({ ...unit, at: unit.at / speed })),
      speech,
    }
  })
  return { spoken: whole.text, pieces: readPieces(text, whole), clauses: planned, length: clock, voice }
}

/**
 * Pairs the source with what is said for it: together the pieces are the whole source and the whole spoken text, in
 * order, and neighbours are alternately changed and unchanged.
 */
export function readPieces(source: string, { text, from, to }: SpokenText): ReadPiece[] {
  const pieces: ReadPiece[] = []
  const put = (own: string, spoken: string) => {
    const changed = own !== spoken
    const last = pieces.at(-1)
    if (last?.changed === changed)
      pieces[pieces.length - 1] = { source: last.source + own, spoken: last.spoken + spoken, changed }
    else if (own !== '' || spoken !== '') pieces.push({ source: own, spoken, changed })
  }
  let told = 0
  for (let index = 0; index < text.length; ) {
    const start = from[index] ?? told
    if (start > told) put(source.slice(told, start), '')
    told = Math.max(told, start)
    let reach = to[index] ?? start
    let end = index + 1
    // Several characters may stand for one stretch: those that share a part of the source belong together.
    while (end < text.length && (from[end] ?? reach) < reach) {
      reach = Math.max(reach, to[end] ?? reach)
      end++
    }
    put(source.slice(told, Math.max(told, reach)), text.slice(index, end))
    told = Math.max(told, reach)
    index = end
  }
  put(source.slice(told), '')
  return pieces
}

function plannedSound(sound: Sound, spoken: string, at: number | null): PlannedSound {
  const pinyin = sound.kind === 'syllable' ? toneMarked(sound.syllable, sound.tone) + (sound.erhua ? 'r' : '') : null
  return { text: spoken.slice(sound.start, sound.end), pinyin, at }
}
