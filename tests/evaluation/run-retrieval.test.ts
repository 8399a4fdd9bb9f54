import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { meanFigures, rankingFigures } from '../../server/evaluation/ranking-figures.ts'
import { readRetrievalPack, readTitlePath } from '../../server/evaluation/retrieval-pack.ts'
import { evaluateRetrieval } from '../../server/evaluation/run-retrieval.ts'
import { trainRanking } from '../../server/evaluation/train-ranking.ts'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { FEATURES } from '../../server/retrieval/candidate-features.ts'
import { compileRanking } from '../../server/retrieval/rank-model.ts'

let packDir: string
beforeAll(() => {
  packDir = mkdtempSync(join(tmpdir(), 'pack-'))
  const lines = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`
  writeFileSync(
    join(packDir, 'corpus.jsonl'),
    lines([
      { id: 'a', title: '工会法 第三章 权利和义务 第二十二条', text: '第二十二条 工会可以派出代表调查。' },
      { id: 'b', title: '劳动法 第五十条', text: '第五十条 工资应当按月支付给劳动者本人。' },
      { id: 'c', title: '焊接', text: '打底焊要控制熔池的温度。' },
    ]),
  )
  writeFileSync(
    join(packDir, 'queries.jsonl'),
    lines([
      { id: '1', text: '工资什么时候发，按月支付吗' },
      { id: '2', text: '熔池温度' },
      { id: '3', text: '没有判断的问题' },
    ]),
  )
  writeFileSync(join(packDir, 'other.jsonl'), lines([{ id: '1', text: '工会派代表' }]))
  writeFileSync(join(packDir, 'qrels.tsv'), 'query-id\tcorpus-id\tscore\n1\tb\t1\n2\tc\t1\n')
})
afterAll(() => rmSync(packDir, { recursive: true }))

describe('evaluateRetrieval', () => {
  test('measures a pack with the questions that have judgements', () => {
    const analyzer = createAnalyzer()
    const figures = evaluateRetrieval({ packDir, analyzer })
    expect(figures).toMatchObject({ questions: 2, passages: 3, r1: 1, r10: 1, mrr10: 1, ndcg10: 1 })
    for (const key of ['queryMeanMs', 'queryP95Ms', 'indexSeconds', 'loadSeconds', 'indexMb'] as const) {
      expect(figures[key]).toBeGreaterThan(0)
    }
    expect(evaluateRetrieval({ packDir, analyzer, queriesFile: join(packDir, 'other.jsonl') }).r1).toBe(0)
  })

  test('a broken line names file and number', () => {
    const path = join(packDir, 'broken.jsonl')
    writeFileSync(path, '{"id":"1","text":"好"}\n{oops\n')
    expect(() => readRetrievalPack(packDir, path)).toThrow(/broken\.jsonl:2/)
  })

  test('titles are read as paths', () => {
    expect(readTitlePath('民法典 第八章  违约责任 第五百七十七条')).toEqual({
      title: '民法典',
      headings: ['第八章  违约责任 第五百七十七条'],
    })
    expect(readTitlePath('东方明珠 (公司)')).toEqual({ title: '东方明珠 (公司)', headings: [] })
  })
})

describe('rankingFigures', () => {
  test('known values', () => {
    const figures = rankingFigures(
      ['x', 'a', 'y', 'b'],
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    )
    expect(figures).toMatchObject({ r1: 0, r5: 1, r10: 1, mrr10: 0.5 })
    expect(figures.ndcg10).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3)), 10)
    expect(meanFigures([])).toEqual({ r1: 0, r5: 0, r10: 0, mrr10: 0, ndcg10: 0 })
  })

  test('stay between 0 and 1, and a relevant passage moved up never costs', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 15 }),
        fc.nat(),
        (ids, pick) => {
          const ranking = ids.map(String)
          const at = 1 + (pick % (ranking.length - 1))
          const moved = [...ranking]
          ;[moved[at - 1], moved[at]] = [ranking[at] ?? '', ranking[at - 1] ?? '']
          const relevant = new Map([[ranking[at] ?? '', 1]])
          const before = rankingFigures(ranking, relevant)
          const after = rankingFigures(moved, relevant)
          for (const key of ['r1', 'r5', 'r10', 'mrr10', 'ndcg10'] as const) {
            expect(before[key]).toBeGreaterThanOrEqual(0)
            expect(after[key]).toBeLessThanOrEqual(1)
            expect(after[key]).toBeGreaterThanOrEqual(before[key])
          }
        },
      ),
    )
  })
})

describe('trainRanking', () => {
  test('learns to order by what decides, and the same from the same', () => {
    const questions = Array.from({ length: 60 }, (_, question) => {
      const rows = new Float32Array(10 * FEATURES.length)
      for (let at = 0; at < rows.length; at++) rows[at] = ((at * 7919 + question * 104729) % 1000) / 1000
      const column = (row: number) => rows[row * FEATURES.length + 4] ?? 0
      const best = Array.from({ length: 10 }, (_, row) => row).sort((left, right) => column(right) - column(left))[0]
      return {
        rows,
        relevant: Uint8Array.from({ length: 10 }, (_, row) => (row === best ? 1 : 0)),
        relevantCount: 1,
        weight: 1,
      }
    })
    const training = {
      trees: 30,
      leaves: 4,
      learningRate: 0.3,
      featureShare: 1,
      questionShare: 1,
      leastRows: 5,
      seed: 7,
    }
    const model = trainRanking(questions, training)
    expect(trainRanking(questions, training)).toEqual(model)
    const rank = compileRanking(model)
    const first = questions.filter(({ rows, relevant }) => {
      const scores = new Float32Array(10)
      rank(rows, 10, scores)
      return relevant[scores.indexOf(Math.max(...scores))] === 1
    })
    expect(first.length).toBeGreaterThan(50)
    expect(() => compileRanking({ ...model, features: ['other'] })).toThrow(/other features/)
  })
})
