import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SpeechFailure } from '../../../web-widget/talking-avatar/speech-player.ts'
import { interleaving, playInterleaving, settled, speakerUnderTest } from './interleavings.ts'
import { partOf } from './parts.ts'

test('1,000 random interleavings with barge-ins: not one frame of what was cut off', async () => {
  let frames = 0
  let cuts = 0
  await fc.assert(
    fc.asyncProperty(interleaving, async (script) => {
      const played = await playInterleaving(script)
      frames += played.frames
      cuts += played.cuts
      expect(played).toMatchObject({ stale: 0, ordered: true })
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
