import { heardTime } from '../talking-avatar/media-clock.ts'
import { soundContext } from '../talking-avatar/sound.ts'
import { type Moment, SpeechFailure, type SpeechPart, type SpeechPlayer } from '../talking-avatar/speech-player.ts'
import { decodeTimes, fitTrack, type VisemeTrack } from '../talking-avatar/viseme-track.ts'
import { levelsOf, RAMP_S } from '../talking-avatar/web-audio-player.ts'

export interface ClausePlayerOptions {
  readonly audio: (clause: number, signal: AbortSignal) => Promise<{ bytes: ArrayBuffer; times: string | null }>
  /** Told of the real times of a clause once its sound is there. */
  readonly onTimes: (clause: number, track: VisemeTrack) => void
}

interface Sound {
  readonly buffer: AudioBuffer
  readonly track: VisemeTrack
  readonly levels: Float32Array
}

interface Playing extends Sound {
  readonly part: SpeechPart
  readonly source: AudioBufferSourceNode
  readonly startsAt: number
}

const LEAD_S = 0.03
const LEVEL_MS = 10

/** Plays the lab's own sounds, which belong to no answer, with the pauses that the chat would make. */
export function createClausePlayer({ audio, onTimes }: ClausePlayerOptions): SpeechPlayer {
  const sounds = new Map<SpeechPart, Sound>()
  let playing: Playing[] = []
  let gain: GainNode | null = null
  let freeFrom = 0
  let run = 0

  return {
    rung: 'server',
    async load(part, _pace, signal) {
      const context = soundContext()
      if (context === null) throw new SpeechFailure('no-context', true)
      const { bytes, times } = await audio(part.clause, signal)
      const buffer = await context.decodeAudioData(bytes).catch((error: unknown) => {
        throw new SpeechFailure('unreadable', true, { cause: error })
      })
      signal.throwIfAborted()
      const levels = levelsOf(buffer)
      if (levels === null) throw new SpeechFailure('silent', true)
      const track = fitTrack(part.track, buffer.duration * 1000, decodeTimes(times, part.track))
      sounds.set(part, { buffer, levels, track })
      onTimes(part.clause, track)
    },
    play(part, pace, over) {
      const context = soundContext()
      const sound = sounds.get(part)
      sounds.delete(part)
      if (context === null || sound === undefined) return over('no-audio')
      if (context.state !== 'running') return over('locked')
      const mine = run
      if (gain === null) {
        gain = context.createGain()
        gain.connect(context.destination)
      }
      const source = context.createBufferSource()
      source.buffer = sound.buffer
      source.connect(gain)
      const startsAt = Math.max(context.currentTime + LEAD_S, freeFrom)
      source.start(startsAt)
      freeFrom = startsAt + sound.buffer.duration + (part.pause / 1000 / pace.speed) * pace.pauses
      const entry = { ...sound, part, source, startsAt }
      playing.push(entry)
      source.onended = () => {
        source.disconnect()
        if (mine !== run) return
        playing = playing.filter((other) => other !== entry)
        over(null)
      }
    },
    moment(): Moment | null {
      const context = soundContext()
      if (context === null || context.state !== 'running') return null
      const heard = heardTime(context, performance.now())
      for (const { part, track, levels, startsAt, buffer } of playing) {
        if (heard >= startsAt + buffer.duration || heard < startsAt - 0.15) continue
        const ms = (heard - startsAt) * 1000
        const level = ms < 0 ? null : (levels[Math.floor(ms / LEVEL_MS)] ?? 0)
        return { part, track, textFrom: 0, ms, level, voiced: true }
      }
      return null
    },
    stop() {
      run += 1
      const old = gain
      const sources = playing
      gain = null
      playing = []
      freeFrom = 0
      sounds.clear()
      if (old === null) return
      const now = old.context.currentTime
      old.gain.setValueAtTime(1, now)
      old.gain.linearRampToValueAtTime(0, now + RAMP_S)
      for (const { source, startsAt } of sources) source.stop(startsAt > now ? now : now + RAMP_S)
      setTimeout(() => old.disconnect(), 100)
    },
  }
}
