import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MatchableCorrection } from '../../server/corrections/correction-match.ts'
import { createCorrectionMatcher } from '../../server/corrections/correction-matcher.ts'
import { analyzer } from '../helpers/story-passages.ts'

function correction(id: string, phrasings: readonly string[], notThese: readonly string[] = []): MatchableCorrection {
  return { id, phrasings, notThese }
}

const MASTER = correction('master', ['你的师傅是谁？'])
const BIRTH = correction('birth', ['你是哪一年出生的？'])
const PRIZE = correction('prize', ['你是哪一年得的全国五一劳动奖章？'])

function matcherWith(...corrections: MatchableCorrection[]) {
  const matcher = createCorrectionMatcher({ analyzer })
  matcher.update(corrections)
  return matcher
}

describe('the matcher of corrections', () => {
  it('finds nothing while there are no corrections, and nothing for blanks', () => {
    expect(matcherWith().match('你的师傅是谁？')).toBeUndefined()
    expect(matcherWith(MASTER).match(' ？ ')).toBeUndefined()
  })

  it.each([
    ['请问您的师傅是谁呀？', 'master'],
    ['你的师父是谁', 'master'],
    ['您是哪年出生的', 'birth'],
    ['想问一下你是哪一年得的全国五一劳动奖章？', 'prize'],
  ])('takes %s for the correction %s', (question, id) => {
    expect(matcherWith(MASTER, BIRTH, PRIZE).match(question)?.correctionId).toBe(id)
  })

  it.each([
    '你的徒弟是谁？',
    '你师傅是哪里人？',
    '你是在哪里出生的？',
    '你是哪一年得的全国技术能手？',
    '今天天气怎么样？',
    '比特币多少钱？',
  ])('does not answer %s with one of them', (question) => {
    expect(matcherWith(MASTER, BIRTH, PRIZE).match(question)).toBeUndefined()
  })

  it('is not misled by another year or number', () => {
    const matcher = matcherWith(correction('cup', ['2008年天府杯在哪里举行？']))
    expect(matcher.match('2010年天府杯在哪里举行？')).toBeUndefined()
    expect(matcher.match('08年天府杯在哪儿举行？')?.correctionId).toBe('cup')
  })

  it('is certain of its own phrasings, whatever frames and marks stand around them', () => {
    const matcher = matcherWith(MASTER, BIRTH, PRIZE)
    const frames = fc.constantFrom('', '请问', '您好，', '我想知道', '请问一下，')
    const endings = fc.constantFrom('', '？', '?', '呢？', '呀', '！', ' 。')
    fc.assert(
      fc.property(frames, fc.constantFrom(MASTER, BIRTH, PRIZE), endings, (frame, { id, phrasings }, ending) => {
        const question = `${frame}${phrasings[0]?.replace('？', '')}${ending}`
        expect(matcher.match(question)).toEqual({ correctionId: id, phrasing: phrasings[0], probability: 1 })
      }),
    )
  })

  it('says which of several phrasings was met', () => {
    const matcher = matcherWith(correction('master', ['你的师傅是谁？', '谁教你焊接的？']))
    expect(matcher.match('请问谁教你焊接的')?.phrasing).toBe('谁教你焊接的？')
  })

  it('never answers a negative example, nor what is nearer to it than to a phrasing', () => {
    const question = '请问您的师傅是谁呀？'
    expect(matcherWith({ ...MASTER, notThese: [question] }).match(question)).toBeUndefined()
    expect(matcherWith({ ...BIRTH, notThese: ['你是哪一年生的？'] }).match('您是哪一年生的呢')).toBeUndefined()
  })

  it('takes a further phrasing for no less than the canonical one alone', () => {
    const questions = ['带你的师父叫什么名字', '谁是你师傅', '你跟哪个师傅学的手艺', '你师傅的徒弟是谁']
    const others = ['谁教你焊接的？', '你跟谁学的？', '带你入行的人是谁？', '今天吃什么？']
    const sureness = (phrasings: string[], question: string) =>
      matcherWith(correction('master', phrasings)).nearest(question)?.probability ?? 0
    fc.assert(
      fc.property(fc.constantFrom(...questions), fc.subarray(others), (question, more) => {
        const alone = sureness(['你的师傅是谁？'], question)
        expect(sureness(['你的师傅是谁？', ...more], question)).toBeGreaterThanOrEqual(alone)
      }),
    )
  })

  it('offers the likeliest corrections to a judge, the surest first, none that a negative example excludes', () => {
    const question = '当初领你入行、手把手教你焊接的师傅是哪一位'
    const matcher = matcherWith(MASTER, BIRTH, PRIZE)
    expect(matcher.match(question)).toBeUndefined()
    const offered = matcher.candidates(question, 2)
    expect(offered.map(({ correctionId }) => correctionId)[0]).toBe('master')
    expect(offered.length).toBeLessThanOrEqual(2)
    expect(offered.map(({ probability }) => probability)).toEqual(
      offered.map(({ probability }) => probability).sort((left, right) => right - left),
    )
    const excluded = matcherWith({ ...MASTER, notThese: [question] }, BIRTH).candidates(question, 8)
    expect(excluded.map(({ correctionId }) => correctionId)).not.toContain('master')
  })

  it('forgets withdrawn corrections and takes changed ones', () => {
    const matcher = matcherWith(MASTER, BIRTH)
    matcher.update([BIRTH])
    expect(matcher.match('你的师傅是谁？')).toBeUndefined()
    matcher.update([BIRTH, correction('master', ['谁教你焊接的？'])])
    expect(matcher.match('你的师傅是谁？')).toBeUndefined()
    expect(matcher.match('谁教你焊接的')?.correctionId).toBe('master')
    matcher.update([MASTER, BIRTH])
    expect(matcher.match('你的师傅是谁？')?.correctionId).toBe('master')
  })

  it('gives the same after any updates as a new matcher', () => {
    const all = [MASTER, BIRTH, PRIZE, correction('home', ['你老家在哪里？'])]
    const some = fc.subarray(all)
    fc.assert(
      fc.property(fc.array(some, { maxLength: 5 }), some, (before, last) => {
        const matcher = createCorrectionMatcher({ analyzer })
        for (const corrections of before) matcher.update(corrections)
        matcher.update(last)
        for (const { phrasings } of all) {
          const question = `请问${phrasings[0]}`
          expect(matcher.match(question)).toEqual(matcherWith(...last).match(question))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('takes any text without failing', () => {
    const matcher = matcherWith(MASTER)
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void matcher.match(text)))
  })

  it('answers within milliseconds among 20,000 phrasings', { timeout: 60_000 }, () => {
    const places = ['车间', '工厂', '学校', '工会', '食堂', '宿舍', '仓库', '码头', '矿井', '车站']
    const things = ['焊条', '车床', '图纸', '工资', '奖章', '徒弟', '试板', '手册', '工具', '合同']
    const corrections = Array.from({ length: 5000 }, (_, number) => {
      const place = places[number % 10] ?? ''
      const thing = things[Math.floor(number / 10) % 10] ?? ''
      return correction(String(number), [
        `${1900 + (number % 120)}年第${number}个${place}有多少${thing}？`,
        `第${number}个${place}的${thing}一共有多少？`,
        `谁管第${number}个${place}的${thing}？`,
        `第${number}个${place}为什么需要${thing}？`,
      ])
    })
    const matcher = matcherWith(...corrections)
    const questions = corrections.filter((_, number) => number % 50 === 0).map(({ phrasings }) => `请问${phrasings[1]}`)
    for (const question of questions) matcher.match(question)
    const began = process.cpuUsage()
    for (const question of questions) matcher.match(question)
    const { user, system } = process.cpuUsage(began)
    // Time of the processor, since the machine that runs this may be busy; with room for a slow one.
    expect((user + system) / 1000 / questions.length).toBeLessThan(10)
  })
})
