import fc from 'fast-check'
import { expect, test } from 'vitest'
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

function speakerUnderTest() {
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

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const acts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant('say' as const) },
    { weight: 2, arbitrary: fc.constant('barge' as const) },
    { weight: 4, arbitrary: fc.constant('loaded' as const) },
    { weight: 1, arbitrary: fc.constant('failed' as const) },
    { weight: 3, arbitrary: fc.constant('over' as const) },
    { weight: 1, arbitrary: fc.constant('broken' as const) },
    { weight: 2, arbitrary: fc.constant('late' as const) },
  ),
  { minLength: 5, maxLength: 40 },
)

test('1,000 random interleavings with barge-ins: not one frame of what was cut off', async () => {
  let frames = 0
  let cuts = 0
  await fc.assert(
    fc.asyncProperty(acts, fc.infiniteStream(fc.nat({ max: 1_000 })), async (script, picks) => {
      const { server, browser, captions, speaker } = speakerUnderTest()
      const all = [server, browser, captions]
      let current = new Set<SpeechPart>()
      const done = new Set<Load>()
      let ids = 0
      const pick = <T>(list: readonly T[]): T | undefined => list[(picks.next().value ?? 0) % Math.max(1, list.length)]
      const check = (): void => {
        const now = speaker.moment()
        frames++
        // Every frame belongs to what was said since the last barge-in.
        if (now !== null) expect(current.has(now.part)).toBe(true)
      }
      for (const act of script) {
        const before = all.map(({ played }) => played.length)
        if (act === 'say') {
          const part = partOf(ids++)
          current.add(part)
          speaker.say(part)
        } else if (act === 'barge') {
          const open = all.flatMap(({ loads }) => loads.filter((load) => current.has(load.part) && !done.has(load)))
          speaker.bargeIn()
          cuts++
          current = new Set()
          expect(speaker.moment()).toBeNull()
          expect(speaker.speaking()).toBe(false)
          for (const { signal } of open) expect(signal.aborted).toBe(true)
        } else if (act === 'loaded' || act === 'failed') {
          const load = pick(all.flatMap(({ loads }) => loads))
          if (load !== undefined) done.add(load)
          load?.settle(act === 'loaded' ? null : new SpeechFailure('network', false))
        } else if (act === 'over') pick(all)?.finish(null)
        else if (act === 'broken') pick([server, browser])?.finish('browser-error')
        // The end of a sound that was cut off long ago.
        else pick(all.flatMap(({ past }) => past))?.over(null)
        await settled()
        check()
        for (const [index, { played }] of all.entries()) {
          for (const part of played.slice(before[index])) expect(current.has(part)).toBe(true)
        }
      }
      const order = server.played.map(({ clause }) => clause)
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }),
    { numRuns: 1_000 },
  )
  expect(frames).toBeGreaterThan(5_000)
  expect(cuts).toBeGreaterThan(500)
}, 60_000)

test('fetches the next two clauses while one is heard, and hands them on in order', async () => {
  const { server, speaker } = speakerUnderTest()
  for (let clause = 0; clause < 5; clause++) speaker.say(partOf(clause))
  await settled()
  expect(server.loads.map(({ part }) => part.clause)).toEqual([0, 1, 2])
  server.loads[1]?.settle(null)
  await settled()
  expect(server.played).toEqual([])
  server.loads[0]?.settle(null)
  await settled()
  expect(server.played.map(({ clause }) => clause)).toEqual([0, 1])
  server.finish(null)
  await settled()
  expect(server.loads.map(({ part }) => part.clause)).toEqual([0, 1, 2, 3])
})

test('goes down the ladder clause by clause: server, browser, captions', async () => {
  const { server, browser, captions, speaker, faults } = speakerUnderTest()
  speaker.say(partOf(0))
  await settled()
  server.loads[0]?.settle(new SpeechFailure('unreadable', false))
  await settled()
  browser.loads[0]?.settle(new SpeechFailure('no-voice', true))
  await settled()
  captions.loads[0]?.settle(null)
  await settled()
  expect(captions.played).toHaveLength(1)
  expect(faults).toEqual(['server:unreadable', 'browser:no-voice'])
  speaker.say(partOf(1))
  await settled()
  // A fault of one sound does not condemn the server; the browser has no voice at all.
  expect(server.loads).toHaveLength(2)
  speaker.bargeIn()
  speaker.say(partOf(2, '你好', false))
  await settled()
  expect(captions.loads.at(-1)?.part.clause).toBe(2)
  speaker.unlocked()
  speaker.say(partOf(3, '你好', false))
  await settled()
  expect(browser.loads.at(-1)?.part.clause).toBe(3)
})

test('does not ask a server again and again that fails', async () => {
  const { server, browser, speaker } = speakerUnderTest()
  for (let clause = 0; clause < 4; clause++) speaker.say(partOf(clause))
  await settled()
  for (const load of server.loads) load.settle(new SpeechFailure('network', false))
  await settled()
  await settled()
  expect(server.loads).toHaveLength(3)
  expect(browser.loads.length).toBeGreaterThan(0)
})

test('tells how much was heard: all at the end, the begun part when cut', async () => {
  const { server, speaker, heard } = speakerUnderTest()
  speaker.say({ ...partOf(0, '你好吗'), from: 0 })
  speaker.say({ ...partOf(1, '我很好'), from: 3 })
  await settled()
  for (const load of server.loads) load.settle(null)
  await settled()
  server.finish(null)
  await settled()
  speaker.bargeIn()
  // 90 ms into the second clause its second character has begun.
  expect(heard).toEqual([{ turnId: 'turn', answerId: 'answer', chars: 5 }])
  speaker.say(partOf(2))
  await settled()
  server.loads.at(-1)?.settle(null)
  await settled()
  server.finish(null)
  expect(heard[1]?.chars).toBe(2)
})
