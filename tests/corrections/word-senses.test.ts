import { expect, it } from 'vitest'
import { senseCloseness } from '../../server/corrections/word-senses.ts'

it('knows words of like meaning, the same both ways', () => {
  expect(senseCloseness('比赛', '竞赛')).toBeGreaterThan(0.5)
  expect(senseCloseness('竞赛', '比赛')).toBe(senseCloseness('比赛', '竞赛'))
  expect(senseCloseness('比赛', '白菜')).toBe(0)
  expect(senseCloseness('没有的词', '没有的词')).toBe(1)
})
