import { splitSyllable } from './mandarin-finals.ts'
import type { Sound } from './pinyin-of.ts'
import type { VisemeTrack } from './viseme-units.ts'
import type { Sound16 } from './wav.ts'

/** Where a clause's movements are in a sound, and which part of the sound is speech; milliseconds of that sound. */
export interface Alignment {
  readonly start: number
  readonly end: number
  /** One for each unit of the track, never falling. */
  readonly times: readonly number[]
}

/** A frame of the envelope, in milliseconds. */
const FRAME_MS = 10
/** A mouth that is late is seen sooner than one that is early (ITU-R BT.1359: 45 ms against 125). */
const EARLIER_MS = 10
/** What is quieter than this share of the loudest frame, at either end, is no speech. */
const TRIM = 0.02
/** A pause inside a clause is at least this long, and this quiet. */
const PAUSE_FRAMES = 8
const QUIET = 0.03
/** An onset is looked for this many frames around where the model has it. */
const WINDOW = 18
const DURATION_COST = 8
const RISE_GAIN = 0.6
/** The lips close before anything is heard: frames between an onset and its rise. */
const CLOSURE_LEAD = 3
const OPEN_LEAD = 1
/** A hiss rises where the energy alone does not show it. */
const HISS_GAIN = 2.5
const HISSES = new Set(['f', 'h', 'j', 'q', 'x', 'zh', 'ch', 'sh', 'z', 'c', 's', 'p', 't', 'k'])
const CLOSURES = new Set(['b', 'p', 'd', 't', 'g', 'k', 'j', 'q', 'z', 'c', 'zh', 'ch'])

/**
 * Finds the syllables of a clause in its sound (16 bits or better, any rate): 10 ms envelope, ends cut off, the
 * longest silences as anchors of the pauses, and between them dynamic programming over the onsets – durations near
 * the model's, each onset in a dip before a rise. Where the sound has other pauses than the text, one stretch is
 * aligned as a whole.
 */
export function alignSpeech(sound: Sound16, track: VisemeTrack, sounds: readonly Sound[]): Alignment {
  const loudness = envelope(sound)
  const hiss = envelope(sharpen(sound))
  const first = loudness.findIndex((level) => level > TRIM)
  const last = loudness.findLastIndex((level) => level > TRIM)
  const [start, end] = first === -1 ? [0, loudness.length] : [first, last + 1]
  const onsets = onsetsOf(track, sounds)
  const phrases = phrasesOf(track, onsets)
  const spans = anchor(loudness, start, end, phrases)
  const found =
    spans === undefined
      ? alignStretch({ loudness, hiss }, onsets, 0, track.length, start, end)
      : phrases.flatMap((phrase, index) => {
          const [from, to] = spans[index] ?? [start, end]
          const own = onsets.slice(phrase.first, phrase.end)
          const aligned = alignStretch({ loudness, hiss }, own, phrase.from, phrase.to, from, to)
          // The lips move in the silence before it is over.
          if (index > 0) aligned[0] = (aligned[0] ?? from) - (own[0]?.lead ?? 0)
          return aligned
        })
  const ends = spans?.map(([, to]) => to)
  return {
    start: start * FRAME_MS,
    end: end * FRAME_MS,
    times: spread(track, onsets, phrases, found, ends, end).map((frame) =>
      Math.max(0, Math.round(frame * FRAME_MS - EARLIER_MS)),
    ),
  }
}

interface Onset {
  /** Model milliseconds. */
  readonly at: number
  readonly unit: number
  /** Frames from the onset to its rise. */
  readonly lead: number
  readonly hisses: boolean
}

interface Phrase {
  readonly first: number
  /** Not part of it. */
  readonly end: number
  /** Model milliseconds. */
  readonly from: number
  readonly to: number
}

/** The first unit of each syllable. */
function onsetsOf({ units }: VisemeTrack, sounds: readonly Sound[]): Onset[] {
  const onsets: Onset[] = []
  for (const [index, unit] of units.entries()) {
    if (unit.viseme === 'sil' || unit.sound === units[index - 1]?.sound) continue
    const sound = sounds[unit.sound]
    const initial = sound?.kind === 'syllable' ? splitSyllable(sound.syllable)?.initial : undefined
    const lead = initial !== undefined && CLOSURES.has(initial) ? CLOSURE_LEAD : OPEN_LEAD
    onsets.push({ at: unit.at, unit: index, lead, hisses: initial !== undefined && HISSES.has(initial) })
  }
  return onsets
}

/** The stretches between pauses. */
function phrasesOf({ units, length }: VisemeTrack, onsets: readonly Onset[]): Phrase[] {
  const phrases: Phrase[] = []
  let first = 0
  for (let index = 1; index <= onsets.length; index++) {
    const onset = onsets[index]
    const before = onset === undefined ? undefined : units[onset.unit - 1]
    if (onset !== undefined && before?.viseme !== 'sil') continue
    phrases.push({ first, end: index, from: onsets[first]?.at ?? 0, to: before?.at ?? length })
    first = index
  }
  return phrases
}

/** Root mean square of each frame as a share of the loudest. */
function envelope({ rate, samples }: Sound16): Float32Array {
  const size = (rate * FRAME_MS) / 1000
  const frames = new Float32Array(Math.max(1, Math.ceil(samples.length / size)))
  let loudest = 0
  for (let frame = 0; frame < frames.length; frame++) {
    const from = Math.round(frame * size)
    const to = Math.min(samples.length, Math.round((frame + 1) * size))
    let sum = 0
    for (let index = from; index < to; index++) sum += (samples[index] ?? 0) ** 2
    const level = to > from ? Math.sqrt(sum / (to - from)) : 0
    frames[frame] = level
    loudest = Math.max(loudest, level)
  }
  if (loudest > 0) for (let frame = 0; frame < frames.length; frame++) frames[frame] = (frames[frame] ?? 0) / loudest
  return frames
}

/** Spans of the phrases between the longest silences, in frames; undefined where there are too few, or they fit badly. */
function anchor(
  loudness: Float32Array,
  start: number,
  end: number,
  phrases: readonly Phrase[],
): (readonly [number, number])[] | undefined {
  const wanted = phrases.length - 1
  if (wanted === 0) return [[start, end]]
  const silences: { from: number; to: number }[] = []
  let from = -1
  for (let frame = start; frame <= end; frame++) {
    const quiet = frame < end && (loudness[frame] ?? 0) < QUIET
    if (quiet && from === -1) from = frame
    if (quiet || from === -1) continue
    if (frame - from >= PAUSE_FRAMES) silences.push({ from, to: frame })
    from = -1
  }
  if (silences.length < wanted) return undefined
  const chosen = silences
    .sort((left, right) => right.to - right.from - (left.to - left.from))
    .slice(0, wanted)
    .sort((left, right) => left.from - right.from)
  const spans = phrases.map((_phrase, index) => {
    return [chosen[index - 1]?.to ?? start, chosen[index]?.from ?? end] as const
  })
  const scales = phrases.map(({ from, to }, index) => {
    const [first, last] = spans[index] ?? [0, 0]
    return (last - first) / (to - from)
  })
  return Math.max(...scales) / Math.min(...scales) < 2.5 ? spans : undefined
}

/** Onsets in frames of a stretch that sounds from `from` to `to`, and in the model from `modelFrom` to `modelTo`. */
function alignStretch(
  { loudness, hiss }: { readonly loudness: Float32Array; readonly hiss: Float32Array },
  onsets: readonly Onset[],
  modelFrom: number,
  modelTo: number,
  from: number,
  to: number,
): number[] {
  const scale = (to - from) / (modelTo - modelFrom)
  const expected = onsets.map(({ at }) => from + (at - modelFrom) * scale)
  const level = (frame: number) => scaleOf(loudness, frame)
  const rush = (frame: number) => scaleOf(hiss, frame)
  const width = WINDOW * 2 + 1
  const costs: Float64Array[] = []
  const backs: Int32Array[] = []
  const place = (index: number, offset: number) => Math.round(expected[index] ?? from) + offset - WINDOW
  for (let index = 0; index < expected.length; index++) {
    const cost = new Float64Array(width).fill(Number.POSITIVE_INFINITY)
    const back = new Int32Array(width)
    const usual = (expected[index] ?? 0) - (expected[index - 1] ?? 0)
    for (let offset = 0; offset < width; offset++) {
      const at = place(index, offset)
      if (index === 0) {
        if (at === Math.round(expected[0] ?? from)) cost[offset] = 0
        continue
      }
      if (at < from || at >= to) continue
      const rise = at + (onsets[index]?.lead ?? 0)
      const here =
        level(rise - 1) -
        RISE_GAIN * (level(rise + 3) - level(rise - 1)) -
        (onsets[index]?.hisses ? HISS_GAIN * (rush(rise + 2) - rush(rise - 2)) : 0)
      for (let earlier = 0; earlier < width; earlier++) {
        const before = costs[index - 1]?.[earlier] ?? Number.POSITIVE_INFINITY
        const duration = at - place(index - 1, earlier)
        if (duration < 3 || before === Number.POSITIVE_INFINITY) continue
        const total = before + here + DURATION_COST * Math.log(duration / usual) ** 2
        if (total < (cost[offset] ?? 0)) {
          cost[offset] = total
          back[offset] = earlier
        }
      }
    }
    costs.push(cost)
    backs.push(back)
  }
  return traceBack(costs, backs, place, expected, to)
}

/** A level on a logarithmic scale: 1 for the loudest frame, 0 for what is 60 dB below. */
function scaleOf(levels: Float32Array, frame: number): number {
  const value = levels[Math.min(levels.length - 1, Math.max(0, frame))] ?? 0
  return Math.max(0, 1 + Math.log10(value + 1e-6) / 3)
}

/** Second differences: what is left are the high frequencies of hisses and bursts. */
function sharpen({ rate, samples }: Sound16): Sound16 {
  const sharp = new Float32Array(samples.length)
  // About 45 microseconds, so that the rate does not matter.
  const step = Math.max(1, Math.round(rate / 22_050))
  for (let index = 2 * step; index < samples.length; index++)
    sharp[index] = (samples[index] ?? 0) - 2 * (samples[index - step] ?? 0) + (samples[index - 2 * step] ?? 0)
  return { rate, samples: sharp }
}

function traceBack(
  costs: readonly Float64Array[],
  backs: readonly Int32Array[],
  place: (index: number, offset: number) => number,
  expected: readonly number[],
  to: number,
): number[] {
  const last = expected.length - 1
  const usual = to - (expected[last] ?? 0)
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (const [offset, cost] of (costs[last] ?? new Float64Array()).entries()) {
    const duration = to - place(last, offset)
    const total = duration < 2 ? Number.POSITIVE_INFINITY : cost + DURATION_COST * Math.log(duration / usual) ** 2
    if (total < least) {
      least = total
      best = offset
    }
  }
  // Nothing fits: too many syllables for the time.
  if (best === -1) return [...expected]
  const found = new Array<number>(expected.length)
  for (let index = last; index >= 0; index--) {
    found[index] = place(index, best)
    best = backs[index]?.[best] ?? 0
  }
  return found
}

/** The onset of every unit, in frames: those of a syllable share the time between its onset and the next. */
function spread(
  track: VisemeTrack,
  onsets: readonly Onset[],
  phrases: readonly Phrase[],
  found: readonly number[],
  ends: readonly number[] | undefined,
  end: number,
): number[] {
  const times: number[] = []
  const phraseEnd = new Map(
    phrases.map((phrase, index) => [phrase.end - 1, { model: phrase.to, frame: ends?.[index] }]),
  )
  for (const [index, onset] of onsets.entries()) {
    const next = onsets[index + 1]
    const from = found[index] ?? 0
    const closing = phraseEnd.get(index)
    const modelEnd = closing?.model ?? next?.at ?? track.length
    const nextFrame = found[index + 1] ?? end
    const modelNext = next?.at ?? track.length
    const share = (modelEnd - onset.at) / Math.max(1, modelNext - onset.at)
    const to = closing?.frame ?? from + (nextFrame - from) * share
    const lastUnit = next?.unit ?? track.units.length
    for (let unit = onset.unit; unit < lastUnit; unit++) {
      const part = ((track.units[unit]?.at ?? 0) - onset.at) / Math.max(1, modelEnd - onset.at)
      times[unit] = Math.max(times[unit - 1] ?? 0, Math.min(from + (to - from) * part, nextFrame))
    }
  }
  return times
}
