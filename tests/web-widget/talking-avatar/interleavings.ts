import fc from 'fast-check'
import { createSpeaker, type Heard } from '../../../web-widget/talking-avatar/speaker.ts'
import {
  type Moment,
  type Rung,
  SpeechFailure,
  type SpeechFault,
  type SpeechPart,
  type SpeechPlayer,
} from '../../../web-widget/talking-avatar/speech-player.ts'
import { partOf } from './parts.ts'

interface Load {
  readonly part: SpeechPart
  readonly signal: AbortSignal
  readonly settle: (error: Error | null) => void
}

/** A player whose every step is taken by the test. */
function scriptedPlayer(rung: Rung) {
  const loads: Load[] = []
  let playing: { part: SpeechPart; over: (fault: SpeechFault | null) => void }[] = []
  const past: { over: (fault: SpeechFault | null) => void }[] = []
  const played: SpeechPart[] = []
  const player: SpeechPlayer = {
    rung,
    load: (part, _pace, signal) =>
      new Promise((resolve, reject) =>
        loads.push({ part, signal, settle: (error) => (error === null ? resolve() : reject(error)) }),
      ),
    play(part, _pace, over) {
      played.push(part)
      playing.push({ part, over })
    },
    moment(): Moment | null {
      const first = playing[0]
      return first === undefined
        ? null
        : { part: first.part, track: first.part.track, textFrom: 0, ms: 90, level: 1, voiced: rung !== 'captions' }
    },
    stop() {
      past.push(...playing)
      playing = []
    },
  }
  return {
    player,
    loads,
    played,
    past,
    finish(fault: SpeechFault | null) {
      const first = playing.shift()
      if (first === undefined) return
      past.push(first)
      first.over(fault)
    },
  }
}

/** A speaker whose three voices are scripted. */
export function speakerUnderTest() {
  const server = scriptedPlayer('server')
  const browser = scriptedPlayer('browser')
  const captions = scriptedPlayer('captions')
  const heard: Heard[] = []
  const faults: string[] = []
  const speaker = createSpeaker({
    players: { server: server.player, browser: browser.player, captions: captions.player },
    pace: () => ({ speed: 1, pauses: 1 }),
    audible: () => Promise.resolve(true),
    onLocked: () => {},
    onFault: (fault, rung) => faults.push(`${rung}:${fault}`),
    onChange: () => {},
    onHeard: (part) => heard.push(part),
  })
  return { server, browser, captions, speaker, heard, faults }
}

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Act = 'say' | 'barge' | 'loaded' | 'failed' | 'over' | 'broken' | 'late'

/** What happened in one interleaving. */
export interface Interleaved {
  readonly frames: number
  readonly cuts: number
  /** Frames, sounds and requests of what a barge-in had cut off. Always 0. */
  readonly stale: number
  /** Whether clauses were handed on in their order. */
  readonly ordered: boolean
}

const WEIGHTS: readonly (readonly [Act, number])[] = [
  ['say', 4],
  ['barge', 2],
  ['loaded', 4],
  ['failed', 1],
  ['over', 3],
  ['broken', 1],
  ['late', 2],
]

/** What happens, in which order, and to whom. */
export const interleaving = fc.tuple(
  fc.array(fc.oneof(...WEIGHTS.map(([act, weight]) => ({ weight, arbitrary: fc.constant(act) }))), {
    minLength: 5,
    maxLength: 40,
  }),
  fc.array(fc.nat({ max: 1_000 }), { minLength: 40, maxLength: 40 }),
)

/** Plays one: clauses, barge-ins, and sounds that come, fail and end early, late and after they were cut off. */
export async function playInterleaving([script, picks]: readonly [
  readonly Act[],
  readonly number[],
]): Promise<Interleaved> {
  const { server, browser, captions, speaker } = speakerUnderTest()
  const all = [server, browser, captions]
  let current = new Set<SpeechPart>()
  const done = new Set<Load>()
  let frames = 0
  let cuts = 0
  let stale = 0
  for (const [step, act] of script.entries()) {
    const pick = <T>(list: readonly T[]): T | undefined => list[(picks[step] ?? 0) % Math.max(1, list.length)]
    const before = all.map(({ played }) => played.length)
    if (act === 'say') {
      const part = partOf(step)
      current.add(part)
      speaker.say(part)
    } else if (act === 'barge') {
      const open = all.flatMap(({ loads }) => loads.filter((load) => current.has(load.part) && !done.has(load)))
      speaker.bargeIn()
      cuts++
      current = new Set()
      if (speaker.moment() !== null || speaker.speaking()) stale++
      for (const { signal } of open) if (!signal.aborted) stale++
    } else if (act === 'loaded' || act === 'failed') {
      const load = pick(all.flatMap(({ loads }) => loads))
      if (load !== undefined) done.add(load)
      load?.settle(act === 'loaded' ? null : new SpeechFailure('network', false))
    } else if (act === 'over') pick(all)?.finish(null)
    else if (act === 'broken') pick([server, browser])?.finish('browser-error')
    // The end of a sound that was cut off long ago.
    else pick(all.flatMap(({ past }) => past))?.over(null)
    await settled()
    frames++
    const now = speaker.moment()
    if (now !== null && !current.has(now.part)) stale++
    for (const [index, { played }] of all.entries()) {
      for (const part of played.slice(before[index])) if (!current.has(part)) stale++
    }
  }
  const order = server.played.map(({ clause }) => clause)
  return { frames, cuts, stale, ordered: order.every((clause, at) => clause >= (order[at - 1] ?? 0)) }
}
