import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extractValues } from '../../server/grounding/canonical-values.ts'
import { states } from '../../server/grounding/compare-values.ts'
import { spoken } from './independent-faults.ts'
import { toChinese } from './to-chinese.ts'

/** Shape and numbers of the values of a text, such as `age 19`. */
function valuesOf(text: string): string[] {
  return extractValues(text).map(({ shape, numbers }) => `${shape} ${numbers.join('-')}`)
}

describe('extractValues', () => {
  it.each<[string, string[]]>([
    ['1998年7月', ['ym 1998-7']],
    ['一九九八年七月三日', ['ymd 1998-7-3']],
    ['二〇〇八年', ['y 2008']],
    ['1998-05-03', ['ymd 1998-5-3']],
    ['5月3日', ['md 5-3']],
    ['公元前221年', ['y--221'.replace('y--', 'y -')]],
    ['19岁', ['age 19']],
    ['十九岁', ['age 19']],
    ['３，０００万元', ['cny 30000000']],
    ['3.5亿美元', ['usd 350000000']],
    ['三千二百人', ['person 3200']],
    ['三五个', ['个 3', '个 5']],
    ['十七八岁', ['age 17', 'age 18']],
    ['3到5年', ['year 3', 'year 5']],
    ['3—5万元', ['cny 30000', 'cny 50000']],
    ['1992至1995年', ['y 1992', 'y 1995']],
    ['百分之三十五', ['% 35']],
    ['98.5%', ['% 98.5']],
    ['三分之二', ['fraction 2-3']],
    ['第三届', ['第届 3']],
    ['首届', ['第届 1']],
    ['第12名', ['第person 12']],
    ['20世纪80年代', ['世纪 20', '年代 80']],
    ['〔2022〕18号', ['document 2022-18']],
    ['第十二条第二款', ['article 12-0-2-0']],
    ['第三十条之一', ['article 30-1-0-0']],
    ['9时30分', ['time 9-30']],
    ['九点半', ['time 9-30']],
    ['三点五公里', ['m 3500']],
    ['12公里', ['m 12000']],
    ['5kg', ['g 5000']],
    ['10公斤', ['g 10000']],
    ['零下5度', ['degree -5']],
    ['-5℃', ['℃ -5']],
    ['三年半', ['year 3.5']],
    ['1,234,567人', ['person 1234567']],
    ['30多万人', ['person 300000']],
    ['两个徒弟', ['个 2']],
    ['十分重要', []],
    ['万一', []],
    ['四川', []],
    ['统一', []],
    ['一度', []],
  ])('%s', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected)
  })

  it.each<[string, string]>([
    ['至少三年', 'floor'],
    ['至少公示7个工作日', 'floor'],
    ['不少于7个工作日', 'floor'],
    ['60岁以上', 'floor'],
    ['不得超过5万元', 'ceiling'],
    ['最高可以领5万元', 'ceiling'],
    ['5万元以下', 'ceiling'],
    ['超过5万元', 'more'],
    ['三十余名', 'more'],
    ['五千出头', 'more'],
    ['近50人', 'less'],
    ['不到50人', 'less'],
    ['约50人', 'about'],
    ['50人左右', 'about'],
    ['50人', 'none'],
  ])('%s is bounded: %s', (text, bound) => {
    expect(extractValues(text)[0]?.bound).toBe(bound)
  })

  const unit = fc.constantFrom('个', '人', '岁', '公里', '元', '年级', '届', '条')

  it('reads a number in digits and in Chinese numerals as the same value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 99_999_999 }), unit, (value, counted) => {
        expect(valuesOf(`${toChinese(value)}${counted}`)).toEqual(valuesOf(`${value}${counted}`))
      }),
      { numRuns: 500 },
    )
  })

  it('reads full-width digits, separators and 万 as the plain number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), unit, (value, counted) => {
        const plain = valuesOf(`${value * 10_000}${counted}`)
        expect(valuesOf(`${value}万${counted}`)).toEqual(plain)
        expect(valuesOf(`${(value * 10_000).toLocaleString('en-US')}${counted}`)).toEqual(plain)
        const wide = String(value * 10_000).replaceAll(/\d/g, (digit) =>
          String.fromCharCode(digit.charCodeAt(0) + 0xfee0),
        )
        expect(valuesOf(`${wide}${counted}`)).toEqual(plain)
      }),
    )
  })

  it('reads a year in digits and digit by digit in Chinese as the same date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 2199 }), (year) => {
        const spelled = [...String(year)].map((digit) => '〇一二三四五六七八九'[Number(digit)]).join('')
        expect(valuesOf(`${spelled}年`)).toEqual([`y ${year}`])
        expect(valuesOf(`${year}年`)).toEqual([`y ${year}`])
      }),
    )
  })

  it('reads ordinals, ages, money and shares the same in digits and in Chinese', () => {
    const frames = [
      (n: string) => `第${n}届`,
      (n: string) => `${n}岁`,
      (n: string) => `${n}万元`,
      (n: string) => `${n}亿元`,
      (n: string) => `${n}个百分点`,
      (n: string) => `${n}户`,
    ]
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9999 }), fc.constantFrom(...frames), (number, frame) => {
        expect(valuesOf(frame(spoken(number)))).toEqual(valuesOf(frame(String(number))))
        expect(valuesOf(frame(String(number)))).toHaveLength(1)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (number) => {
        expect(valuesOf(`百分之${spoken(number)}`)).toEqual(valuesOf(`${number}%`))
      }),
    )
  })

  it('reads both ends of a range, each in the unit that stands after the second', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 500 }),
        fc.integer({ min: 501, max: 999 }),
        fc.constantFrom('到', '至', '-', '—', '～'),
        fc.constantFrom('公里', '吨', '万元', '岁'),
        (low, high, dash, unit) => {
          expect(valuesOf(`${low}${dash}${high}${unit}`)).toEqual([
            ...valuesOf(`${low}${unit}`),
            ...valuesOf(`${high}${unit}`),
          ])
        },
      ),
    )
  })

  it.each([
    ['公元前530年', '公元前五百三十年'],
    ['三亿元', '三万万元'],
    ['5%-25%', '百分之五-百分之二十五'],
  ])('%s is %s', (one, other) => {
    expect(valuesOf(other)).toEqual(valuesOf(one))
  })

  it('gives spans that are the text they stand for, for any input', () => {
    const piece = fc.constantFrom(...'零一二三十百千万亿年月日第条个半点分之百%〔〕0123456789.,-至到约超过不'.split(''))
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: piece }, fc.string()), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        for (const value of extractValues(text)) {
          expect(value.text).toBe(text.slice(value.start, value.end))
          expect(value.end).toBeGreaterThan(value.start)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('states', () => {
  const first = (text: string) => {
    const [value] = extractValues(text)
    if (value === undefined) throw new Error(`No value in ${text}`)
    return value
  }

  it.each<[source: string, claim: string, expected: boolean]>([
    ['1998年5月3日', '1998年', true],
    ['1998年5月3日', '5月3日', true],
    ['1998年5月3日', '1998年6月', false],
    ['1998年', '1998年5月', false],
    ['98年', '1998年', true],
    ['2008北京', '2008年', true],
    ['5公里', '5000米', true],
    ['5公里', '5米', false],
    ['三名', '三个', true],
    ['三名', '三家', false],
    ['5万元', '5万美元', false],
    ['第三届', '三届', false],
    ['1000', '1000元', true],
    ['35%', '百分之三十五', true],
    ['35%', '35倍', false],
  ])('%s backs %s: %s', (source, claim, expected) => {
    expect(states(first(source), first(claim))).toBe(expected)
  })

  it('takes the year of a date without one from the context', () => {
    expect(states(first('5月3日'), first('1998年5月3日'), 1998)).toBe(true)
    expect(states(first('5月3日'), first('1998年5月3日'), 1999)).toBe(false)
  })

  it('every value states itself', () => {
    const values = [
      '1998年',
      '5月3日',
      '19岁',
      '3.5亿元',
      '第三届',
      '三分之二',
      '〔2022〕18号',
      '第九条',
      '9时30分',
      '12',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.constantFrom(...values), (one, other) => {
        expect(states(first(one), first(other))).toBe(one === other)
      }),
    )
  })
})
