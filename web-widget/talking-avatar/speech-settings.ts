import type { Pace } from './speech-player.ts'

/** What a visitor chose for the voice on this site. */
export interface SpeechSettings {
  /** Whether the face is open. */
  readonly on: boolean
  /** 0.8, 1 or 1.2. */
  readonly speed: number
  /** Slower still, with longer pauses. */
  readonly slow: boolean
  readonly captions: boolean
  readonly large: boolean
  /** How far the mouth is moved against the sound, in ms. */
  readonly offsetMs: number
  /** What each voice of the browser was measured to need, by its address. */
  readonly paces: Readonly<Record<string, number>>
}

export const SPEECH_KEY = 'lecturer-chat:v1:speech'
export const SPEEDS = [0.8, 1, 1.2] as const
const SLOW = { speed: 0.85, pauses: 1.6 } as const
/** Voices that are remembered. */
const MOST_PACES = 12

export function defaultSettings(elder: boolean): SpeechSettings {
  return { on: false, speed: 1, slow: elder, captions: true, large: false, offsetMs: 0, paces: {} }
}

/** What is stored, each part checked for itself; the defaults where there is nothing. */
export function readSettings(store: Storage | null, elder: boolean): SpeechSettings {
  const defaults = defaultSettings(elder)
  try {
    const value: unknown = JSON.parse(store?.getItem(SPEECH_KEY) ?? 'null')
    if (typeof value !== 'object' || value === null) return defaults
    const known = value as Record<string, unknown>
    const flag = (name: 'on' | 'slow' | 'captions' | 'large'): boolean =>
      typeof known[name] === 'boolean' ? known[name] : defaults[name]
    const speed = SPEEDS.find((each) => each === known['speed']) ?? 1
    const offset = known['offsetMs']
    const paces = Object.entries((known['paces'] ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0.3 && entry[1] < 4,
    )
    return {
      on: flag('on'),
      speed,
      slow: flag('slow'),
      captions: flag('captions'),
      large: flag('large'),
      offsetMs: typeof offset === 'number' && Math.abs(offset) <= 500 ? offset : 0,
      paces: Object.fromEntries(paces.slice(-MOST_PACES)),
    }
  } catch {
    return defaults
  }
}

export function keepSettings(store: Storage | null, settings: SpeechSettings): void {
  try {
    store?.setItem(SPEECH_KEY, JSON.stringify(settings))
  } catch {
    // A choice that cannot be kept still holds for this page.
  }
}

export function paceOf({ speed, slow }: SpeechSettings): Pace {
  return slow ? { speed: Math.round(speed * SLOW.speed * 20) / 20, pauses: SLOW.pauses } : { speed, pauses: 1 }
}
