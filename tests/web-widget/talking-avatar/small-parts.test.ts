import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { voiceRank } from '../../../web-widget/talking-avatar/browser-voice.ts'
import { kindOf } from '../../../web-widget/talking-avatar/choose-driver.ts'
import { createGovernor } from '../../../web-widget/talking-avatar/governor.ts'
import { heardTime } from '../../../web-widget/talking-avatar/media-clock.ts'
import { mouthOf } from '../../../web-widget/talking-avatar/mouth.ts'
import { lidAt } from '../../../web-widget/talking-avatar/pose.ts'
import { readable } from '../../../web-widget/talking-avatar/readable.ts'
import { paceOf, readSettings } from '../../../web-widget/talking-avatar/speech-settings.ts'
import { MOST_HANZI, utteranceCuts } from '../../../web-widget/talking-avatar/utterance-cuts.ts'
import { VISEME_NAMES } from '../../../web-widget/talking-avatar/viseme-names.ts'
import { vrmMouth } from '../../../web-widget/talking-avatar/vrm/vrm-mouth.ts'

describe('heardTime', () => {
  const stamp = (contextTime: number, performanceTime: number) => () => ({ contextTime, performanceTime })

  test('takes the output time stamp first, run on to now', () => {
    const source = { currentTime: 10.1, outputLatency: 0.3, getOutputTimestamp: stamp(9.9, 5_000) }
    expect(heardTime(source, 5_050)).toBeCloseTo(9.95)
  })

  test('takes the latency of the output where there is no time stamp, then that of the graph', () => {
    expect(heardTime({ currentTime: 10, outputLatency: 0.2, baseLatency: 0.01 }, 0)).toBeCloseTo(9.8)
    expect(heardTime({ currentTime: 10, baseLatency: 0.01 }, 0)).toBeCloseTo(9.99)
    expect(heardTime({ currentTime: 10 }, 0)).toBe(10)
  })

  test('does not believe a time stamp that is stuck, unsettled or ahead', () => {
    for (const [context, at] of [
      [0, 0],
      [3, 5_000],
      [12, 5_000],
    ] as const) {
      const source = { currentTime: 10, outputLatency: 0.1, getOutputTimestamp: stamp(context, at) }
      expect(heardTime(source, 5_000)).toBeCloseTo(9.9)
    }
  })
})

describe('utteranceCuts', () => {
  test('leaves nothing out, repeats nothing, and keeps to twenty characters', () => {
    const text = fc.string({ unit: fc.constantFrom(...'焊缝不会说谎，。、返工丢人AB 12！'), maxLength: 200 })
    fc.assert(
      fc.property(text, (words) => {
        const cuts = utteranceCuts(words)
        expect(cuts.map(([from, to]) => words.slice(from, to)).join('')).toBe(words)
        for (const [from, to] of cuts) {
          const hanzi = words.slice(from, to).match(/[\u3400-\u9fff]/g)?.length ?? 0
          expect(hanzi).toBeLessThanOrEqual(MOST_HANZI)
        }
      }),
    )
  })

  test('cuts at a mark where there is one', () => {
    const words = '他教我的第一件事不是引弧，是蹲着看他焊接管道，整整看了一个星期才让我动手。'
    expect(utteranceCuts(words).map(([from, to]) => words.slice(from, to))).toEqual([
      '他教我的第一件事不是引弧，',
      '是蹲着看他焊接管道，',
      '整整看了一个星期才让我动手。',
    ])
  })

  test('a voice is not given marks, addresses or emoji', () => {
    expect(readable('- **手稳**不如心稳 😀 https://a.cn/b')).toBe('手稳不如心稳')
  })
})

describe('the governor', () => {
  const drawn = (gap: number, seconds: number, governor = createGovernor(), from = 0): number => {
    let count = 0
    for (let now = from; now < from + seconds * 1000; now += gap) if (governor.frame(now)) count++
    return count
  }

  test('draws every frame at 60 a second', () => {
    expect(drawn(1000 / 60, 5)).toBeGreaterThan(295)
  })

  test('goes to a steady 30 where frames are slow, and back when they are not', () => {
    const governor = createGovernor()
    for (let now = 0; now < 3_000; now += now % 100 < 50 ? 16.7 : 33.4) governor.frame(now)
    expect(governor.halved).toBe(true)
    expect(drawn(1000 / 60, 5, governor, 3_017)).toBeLessThan(155)
    drawn(1000 / 60, 30, governor, 8_100)
    expect(governor.halved).toBe(false)
  })
})

test('a blink takes 160 ms and comes every 1.8 to 5.4 s', () => {
  const blinks: number[] = []
  for (let at = 0; at < 600_000; at += 5) {
    if (lidAt(at, 1.3) < 0.05 && at - (blinks.at(-1) ?? -1_000) > 200) blinks.push(at)
  }
  const gaps = blinks.slice(1).map((at, index) => at - (blinks[index] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThan(1_700)
  expect(Math.max(...gaps)).toBeLessThan(5_500)
})

test('finds Mandarin voices by any of their names, and no Cantonese', () => {
  const ranks = ['zh-CN', 'zh_CN', 'cmn-Hans-CN', 'cmn-latn-pinyin', 'zh-TW', 'cmn'].map(voiceRank)
  expect(ranks).toEqual([4, 4, 4, 3, 2, 1])
  expect(['en-US', 'yue', 'zh-HK', 'ja'].map(voiceRank)).toEqual([0, 0, 0, 0])
})

test('an avatar is a drawing, a picture or a figure', () => {
  expect(['welder', '/a/b.jpg', 'https://a.cn/x.VRM?v=1', 'model.vrm'].map(kindOf)).toEqual([
    'drawing',
    'picture',
    'model',
    'drawing',
  ])
})

test('a figure gets at most two mouth shapes, none over 0.7', () => {
  for (const [index, name] of VISEME_NAMES.entries()) {
    const values = Object.values(vrmMouth(mouthOf(index, 1)))
    expect(values.filter((value) => value > 0).length, name).toBeLessThanOrEqual(2)
    expect(Math.max(...values), name).toBeLessThanOrEqual(0.7)
  }
  const main = (name: string) => {
    const shape = vrmMouth(mouthOf(VISEME_NAMES.indexOf(name as 'aa'), 1))
    return Object.entries(shape).sort((a, b) => b[1] - a[1])[0]
  }
  expect(['aa', 'E', 'I', 'O', 'U'].map((name) => main(name)?.[0])).toEqual(['aa', 'ee', 'ih', 'oh', 'ou'])
  expect(Object.values(vrmMouth(mouthOf(1, 1)))).toEqual([0, 0, 0, 0, 0])
})

test('stored settings are checked one by one', () => {
  const store = { getItem: () => '{"on":true,"speed":9,"slow":"yes","offsetMs":120,"paces":{"a":1.2,"b":99}}' }
  expect(readSettings(store as unknown as Storage, true)).toEqual({
    on: true,
    speed: 1,
    slow: true,
    captions: true,
    large: false,
    offsetMs: 120,
    paces: { a: 1.2 },
  })
  expect(paceOf({ ...readSettings(null, false), slow: true }).speed).toBeLessThan(1)
})
