import type { Viseme } from '../protocol/speech.ts'
import { latinSounds } from './latin-sounds.ts'
import { FINALS, type FinalPart, INITIALS, splitSyllable, startsRounded } from './mandarin-finals.ts'
import type { Sound, Syllable } from './pinyin-of.ts'

/** One movement of the mouth, in milliseconds at normal speed from the beginning of the clause. */
export interface VisemeUnit {
  readonly at: number
  readonly viseme: Viseme
  /** 0 to 1. */
  readonly weight: number
  /** Which sound of the clause it belongs to. */
  readonly sound: number
}

export interface VisemeTrack {
  readonly units: readonly VisemeUnit[]
  /** Milliseconds from the first onset to the end of the last sound. */
  readonly length: number
  /** Milliseconds of pause after it. */
  readonly pause: number
}

/** A unit of the duration model at normal speed: about four syllables a second. */
export const MS_PER_UNIT = 80
const FINAL_UNITS = 2.2
const BARE_FINAL_UNITS = 2.7
const NASAL_UNITS = 2.4
const ERHUA: FinalPart = ['RR', 0.3, 0.7]
/** Longer thirds, shorter fourths (Wu and Kenstowicz 2015); the figures are calibrated. */
const TONES = [0.65, 1, 1.05, 1.08, 0.94]
/** The last syllable of a phrase is longer. */
const FINAL_LENGTHENING = 1.25
const LENGTHENING_PAUSE = 1.2
const PAUSE_UNITS: Readonly<Record<string, number>> = { '、': 1.2, '，': 1.6, '—': 1.6, '：': 2, '；': 2.2 }
const LONGEST_PAUSE = 3.2

export function pauseUnits(char: string): number {
  return PAUSE_UNITS[char] ?? LONGEST_PAUSE
}

/** Lays out how the mouth moves for a clause. Pauses at its end count as the pause after it. */
export function visemeUnits(sounds: readonly Sound[]): VisemeTrack {
  const units: VisemeUnit[] = []
  let clock = 0
  let pause = 0
  let pausedAt = 0
  const put = (viseme: Viseme, length: number, weight: number, sound: number) => {
    units.push({ at: clock * MS_PER_UNIT, viseme, weight, sound })
    clock += length
  }
  for (const [index, sound] of sounds.entries()) {
    if (sound.kind === 'pause') {
      pause = units.length > 0 ? pauseUnits(sound.text) : 0
      pausedAt = index
      continue
    }
    if (pause > 0) put('sil', pause, 0, pausedAt)
    pause = 0
    const parts = sound.kind === 'latin' ? latinSounds(sound.text) : partsOf(sound, lengthens(sounds[index + 1]))
    for (const [viseme, length, weight] of parts) put(viseme, length, weight, index)
  }
  return { units, length: clock * MS_PER_UNIT, pause: pause * MS_PER_UNIT }
}

function lengthens(next: Sound | undefined): boolean {
  return next === undefined || (next.kind === 'pause' && pauseUnits(next.text) >= LENGTHENING_PAUSE)
}

type Part = readonly [viseme: Viseme, length: number, weight: number]

/** The movements of a syllable; one that is none of Mandarin's leaves the mouth half open for as long. */
export function partsOf(
  { syllable, tone, erhua }: Pick<Syllable, 'syllable' | 'tone' | 'erhua'>,
  atPhraseEnd: boolean,
): Part[] {
  const { initial, final } = splitSyllable(syllable) ?? { initial: '', final: 'e' }
  const factor = (TONES[tone] ?? 1) * (atPhraseEnd ? FINAL_LENGTHENING : 1)
  const bare = final === 'm' || final === 'n' || final === 'ng' ? NASAL_UNITS : BARE_FINAL_UNITS
  const length = (initial === '' ? bare : FINAL_UNITS) * factor
  const parts: Part[] = []
  const consonant = INITIALS[initial]
  if (consonant !== undefined) {
    const [plain, rounded, units, weight] = consonant
    parts.push([startsRounded(final) ? rounded : plain, units, weight])
  }
  const shaped = FINALS[final] ?? []
  const rest = erhua ? 1 - ERHUA[1] : 1
  for (const [viseme, share, weight] of shaped) parts.push([viseme, length * share * rest, weight])
  if (erhua) parts.push([ERHUA[0], length * ERHUA[1], ERHUA[2]])
  return parts
}
