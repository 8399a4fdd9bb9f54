import { heardTime } from './media-clock.ts'
import { type Moment, type Pace, SpeechFailure, type SpeechPart, type SpeechPlayer } from './speech-player.ts'
import { decodeTimes, fitTrack, type VisemeTrack } from './viseme-track.ts'

export interface WebAudioPlayerOptions {
  /** The page's context, which is there once a tap has unlocked it. */
  readonly context: () => AudioContext | null
  /** Where the chat server is, with a slash at the end. */
  readonly server: string
  readonly token: () => string | null
}

interface Sound {
  readonly buffer: AudioBuffer
  readonly track: VisemeTrack
  readonly levels: Float32Array
}

interface Scheduled {
  readonly part: SpeechPart
  readonly sound: Sound
  readonly source: AudioBufferSourceNode
  readonly startsAt: number
  readonly endsAt: number
}

/** A sound starts this long after the call, so that its first sample is not cut. */
const LEAD_S = 0.02
/** How fast a voice falls silent without a click. */
export const RAMP_S = 0.008
const LEVEL_MS = 10
/** A clause has at most 40 characters: more than this is not one. */
const LONGEST_S = 60
/** Captions wait for the sound no longer than this. */
const TIMEOUT_MS = 8_000

/** The server's voice over Web Audio: clauses follow each other to the sample, with the pause that is meant. */
export function createWebAudioPlayer(options: WebAudioPlayerOptions): SpeechPlayer {
  const sounds = new Map<SpeechPart, Sound>()
  let gain: GainNode | null = null
  let scheduled: Scheduled[] = []
  let freeFrom = 0
  let run = 0

  return {
    rung: 'server',
    async load(part, pace, signal) {
      const context = options.context()
      if (context === null) throw new SpeechFailure('no-context', true)
      const mine = run
      const { bytes, times } = await fetchSound(options, part, pace, signal)
      let buffer: AudioBuffer
      try {
        buffer = await decode(context, bytes)
      } catch (error) {
        throw new SpeechFailure('unreadable', false, { cause: error })
      }
      if (mine !== run || signal.aborted) return
      if (buffer.duration > LONGEST_S) throw new SpeechFailure('unreadable', false)
      const levels = levelsOf(buffer)
      if (levels === null) throw new SpeechFailure('silent', false)
      const onsets = decodeTimes(times, part.track)
      sounds.set(part, { buffer, levels, track: fitTrack(part.track, buffer.duration * 1000, onsets) })
    },
    play(part, pace, over) {
      const context = options.context()
      const sound = sounds.get(part)
      sounds.delete(part)
      if (context === null || sound === undefined) {
        over('no-audio')
        return
      }
      const mine = run
      if (gain === null || gain.context !== context) {
        gain = context.createGain()
        gain.connect(context.destination)
      }
      const startsAt = Math.max(context.currentTime + LEAD_S, freeFrom)
      const source = context.createBufferSource()
      source.buffer = sound.buffer
      source.connect(gain)
      source.start(startsAt)
      const entry = { part, sound, source, startsAt, endsAt: startsAt + sound.buffer.duration }
      freeFrom = entry.endsAt + (part.pause / 1000 / pace.speed) * pace.pauses
      scheduled.push(entry)
      source.onended = () => {
        source.disconnect()
        if (mine !== run) return
        scheduled = scheduled.filter((other) => other !== entry)
        over(null)
      }
    },
    moment() {
      const context = options.context()
      if (context === null || context.state !== 'running') return null
      return momentOf(scheduled, heardTime(context, performance.now()))
    },
    stop() {
      run += 1
      const old = gain
      const sources = scheduled
      gain = null
      scheduled = []
      freeFrom = 0
      sounds.clear()
      if (old === null) return
      const now = old.context.currentTime
      old.gain.cancelScheduledValues(now)
      old.gain.setValueAtTime(1, now)
      old.gain.linearRampToValueAtTime(0, now + RAMP_S)
      for (const { source, startsAt } of sources) source.stop(startsAt > now ? now : now + RAMP_S)
      setTimeout(() => old.disconnect(), 100)
    },
  }
}

/** A clause whose end the browser has not told yet counts as heard to its end: a busy page is told late. */
function momentOf(scheduled: readonly Scheduled[], heard: number): Moment | null {
  let ended: Moment | null = null
  for (const { part, sound, startsAt, endsAt } of scheduled) {
    if (heard < startsAt - 0.15) continue
    const ms = (Math.min(heard, endsAt) - startsAt) * 1000
    const level = ms < 0 ? null : (sound.levels[Math.floor(ms / LEVEL_MS)] ?? 0)
    const moment = { part, track: sound.track, textFrom: 0, ms, level, voiced: true }
    if (heard < endsAt) return moment
    ended = { ...moment, level: 0 }
  }
  return ended
}

async function fetchSound(
  { server, token }: WebAudioPlayerOptions,
  { answerId, epoch, seq, clause }: SpeechPart,
  { speed }: Pace,
  signal: AbortSignal,
): Promise<{ bytes: ArrayBuffer; times: string | null }> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), TIMEOUT_MS)
  const leave = (): void => late.abort()
  signal.addEventListener('abort', leave)
  try {
    const path = [answerId, epoch, seq, clause].map((step) => encodeURIComponent(step)).join('/')
    const response = await fetch(`${server}v1/speech/${path}?speed=${speed}`, {
      headers: { authorization: `Bearer ${token() ?? ''}` },
      signal: late.signal,
    })
    // There is no voice (any more) for this persona.
    if (response.status === 204) throw new SpeechFailure('no-audio', true)
    if (!response.ok) throw new SpeechFailure('network', response.status === 401)
    return { bytes: await response.arrayBuffer(), times: response.headers.get('speech-times') }
  } catch (error) {
    if (error instanceof SpeechFailure) throw error
    throw new SpeechFailure('network', false, { cause: error })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}

/** By the callbacks, which every engine has. */
function decode(context: AudioContext, bytes: ArrayBuffer): Promise<AudioBuffer> {
  return new Promise((resolve, reject) => {
    const promised: unknown = context.decodeAudioData(bytes, resolve, reject)
    if (promised instanceof Promise) promised.catch(() => {})
  })
}

/** Loudness (RMS) in steps of 10 ms as shares of the loudest; null where the sound is silence. */
export function levelsOf(buffer: Pick<AudioBuffer, 'getChannelData' | 'sampleRate'>): Float32Array | null {
  const samples = buffer.getChannelData(0)
  const width = Math.max(1, Math.round((buffer.sampleRate * LEVEL_MS) / 1000))
  const levels = new Float32Array(Math.ceil(samples.length / width))
  let most = 0
  for (let index = 0; index < levels.length; index++) {
    const from = index * width
    const end = Math.min(samples.length, from + width)
    let sum = 0
    for (let at = from; at < end; at++) sum += (samples[at] ?? 0) ** 2
    const level = Math.sqrt(sum / (end - from))
    levels[index] = level
    most = Math.max(most, level)
  }
  if (most < 1e-4) return null
  return levels.map((level) => level / most)
}
