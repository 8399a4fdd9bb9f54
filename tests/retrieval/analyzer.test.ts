import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Analyzer, createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { chineseValue, findNumerals } from '../../server/retrieval/numerals-for-search.ts'

let folder: string
let analyzer: Analyzer
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'analyzer-'))
  writeFileSync(join(folder, 'words.txt'), '# 专名\n登攀计划 100 n\n師德師風 100 n\n')
  writeFileSync(join(folder, 'synonyms.txt'), '产改|产业工人队伍建设改革 # 简称\n老公 > 丈夫|配偶\n')
  analyzer = createAnalyzer({ userWords: join(folder, 'words.txt'), synonyms: join(folder, 'synonyms.txt') })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('normalise', () => {
  test('keeps the length of any text, and is done after once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const folded = analyzer.normalise(text)
        expect(folded.length).toBe(text.length)
        expect(analyzer.normalise(folded)).toBe(folded)
      }),
    )
  })

  test('folds script, width, case and the radicals of PDF files', () => {
    expect(analyzer.normalise('勞動模範與裏面的ＡＢＣ１２３')).toBe('劳动模范与里面的abc123')
    expect(analyzer.normalise('⼯⻓')).toBe('工长')
  })
})

describe('words and terms', () => {
  test('user words stay whole, Traditional ones too', () => {
    expect(analyzer.words('羊城的登攀計劃，好！')).toContain('登攀计划')
    expect(analyzer.words('师德师风建设')).toContain('师德师风')
  })

  test('terms are characters, pairs, longer words, letters and canonical numbers', () => {
    const terms = analyzer.terms('登攀计划5G，一九九五年')
    expect(terms).toEqual(expect.arrayContaining(['登', '登攀', '登攀计划', '5g', '#1995', '#5']))
    expect(terms).not.toContain('划5')
    expect(analyzer.terms('1995年')).toContain('#1995')
  })

  test('every pair and character of a term stands in the folded text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('劳', '动', '模', '範', 'A', '1', '。', ' '), maxLength: 30 }),
        (text) => {
          for (const term of analyzer.terms(text)) {
            if (!term.startsWith('#')) expect(analyzer.normalise(text)).toContain(term)
          }
        },
      ),
    )
  })
})

describe('synonyms', () => {
  test('a group goes both ways, an arrow one way; the longest word is found', () => {
    expect(analyzer.synonyms.of('产改')).toEqual(['产业工人队伍建设改革'])
    expect(analyzer.synonyms.of('产业工人队伍建设改革')).toEqual(['产改'])
    expect(analyzer.synonyms.of('丈夫')).toEqual([])
    expect(analyzer.synonyms.find('我老公说产改')).toEqual([
      { start: 1, end: 3, alternatives: ['丈夫', '配偶'] },
      { start: 4, end: 6, alternatives: ['产业工人队伍建设改革'] },
    ])
  })

  test('a line with one word names file and line', () => {
    const path = join(folder, 'bad.txt')
    writeFileSync(path, '劳模|劳动模范\n孤单\n')
    expect(() => createAnalyzer({ synonyms: path })).toThrow(/bad\.txt:2/)
  })
})

describe('numerals', () => {
  test.each([
    ['二十', 20],
    ['一百零五', 105],
    ['三千二', 3200],
    ['一九九五', 1995],
    ['两万三千', 23000],
    ['十五', 15],
    ['一亿二千万', 120000000],
    ['三万五', 35000],
  ])('%s is %d', (text, value) => expect(chineseValue(text)).toBe(value))

  test('all ways to write a number share a term', () => {
    const terms = (text: string) => findNumerals(text).map(({ term }) => term)
    expect(terms('3万元')).toEqual(terms('三万元'))
    expect(terms('30,000元')).toEqual(['#30000'])
    expect(terms('第八条')).toEqual(['#8'])
    expect(terms('一起去')).toEqual([])
  })

  test('any number under a hundred million is read back from its Chinese form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 99_999_999 }), (value) => {
        expect(chineseValue(spell(value))).toBe(value)
      }),
    )
  })
})

function spell(value: number): string {
  if (value >= 10_000) {
    const rest = value % 10_000
    const low = rest === 0 ? '' : rest < 1000 ? `零${spell(rest)}` : spell(rest)
    return `${spell(Math.floor(value / 10_000))}万${low}`
  }
  let text = ''
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10
    if (digit !== 0) text += `${'零一二三四五六七八九'[digit]}${name}`
    else if (text !== '' && !text.endsWith('零') && value % unit !== 0) text += '零'
  }
  return text
}
