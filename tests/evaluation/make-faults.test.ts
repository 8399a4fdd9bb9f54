import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from '../../server/evaluation/fault-makers.ts'
import { type GroundingCase, makeFaults } from '../../server/evaluation/make-faults.ts'
import { evaluateGrounding } from '../../server/evaluation/run-grounding.ts'
import { allowance, welder } from '../grounding/sources.ts'

const history = `林川市第一机床厂创办于1956年，厂址在城东的白河路，第一任厂长是赵立群。1964年，厂里试制成功第一台万能铣床，重3.2吨，能加工1.5米长的零件。当年全厂有职工1260人，其中女工318人。
1978年以后，工厂恢复了技术比武。1983年，车工组的孙桂兰在省里的比武中拿到第二名，被授予“省级技术能手”称号。她说：“机床不会骗人。”1992年，工厂从德国引进了4台数控机床，花了1350万元，培训用了7个月。
2006年工厂搬到了开发区，新厂房占地12公顷。老厂房没有拆除，2014年改成了工业博物馆，每年接待观众约6万人。博物馆不收门票，周一闭馆。2019年，博物馆获得全国工业遗产保护金奖。`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
  const records = [welder, allowance].map(({ documentId, title, text }) => ({ id: documentId, title, text }))
  const corpus = [...records, { id: 'history', title: '林川市第一机床厂', text: history }]
  await writeFile(join(folder, 'corpus.jsonl'), corpus.map((record) => `${JSON.stringify(record)}\n`).join(''))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function casesOf(seed: number, name: string): Promise<string> {
  const outDir = join(folder, name)
  await makeFaults({ packDir: folder, outDir, seed, count: 36 })
  return readFile(join(outDir, 'cases.jsonl'), 'utf8')
}

describe('makeFaults', () => {
  it('is the same for the same seed and differs for another', async () => {
    expect(await casesOf(1, 'one')).toBe(await casesOf(1, 'again'))
    expect(await casesOf(1, 'one')).not.toBe(await casesOf(2, 'two'))
  })

  it('makes every kind of fault, and faultless sentences of both sorts', async () => {
    const cases = (await casesOf(1, 'kinds'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as GroundingCase)
    expect(new Set(cases.map(({ fault }) => fault))).toEqual(new Set(['none', ...FAULTS]))
    const controls = cases.filter(({ fault }) => fault === 'none')
    expect(new Set(controls.map(({ paraphrased }) => paraphrased))).toEqual(new Set([true, false]))
    for (const one of cases) {
      expect(one.passage.text).toContain(one.original)
      if (one.fault === 'none' && !one.paraphrased) expect(one.sentence).toBe(one.original)
      else if (one.fault !== 'superseded') expect(one.sentence).not.toBe(one.original)
    }
  })

  it('refuses a corpus without texts', async () => {
    const bad = await mkdtemp(join(tmpdir(), 'faults-bad-'))
    await writeFile(join(bad, 'corpus.jsonl'), '{"id":"1"}\n')
    await expect(makeFaults({ packDir: bad, outDir: bad, seed: 1 })).rejects.toThrow(/corpus\.jsonl:1/)
    await rm(bad, { recursive: true })
  })
})

describe('evaluateGrounding', () => {
  it('catches the faults and lets the faultless sentences through', async () => {
    await casesOf(3, 'measured')
    const figures = await evaluateGrounding({ casesFile: join(folder, 'measured', 'cases.jsonl') })
    for (const fault of FAULTS) expect(figures[`caught.${fault}`], fault).toBeGreaterThan(0.6)
    expect(figures.falseAlarms).toBeLessThan(0.1)
    expect(figures.cases).toBeGreaterThan(50)
  })
})
