import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { loadIndexFile, saveIndexFile } from '../../server/retrieval/index-file.ts'
import { buildLexicalIndex, openLexicalIndex } from '../../server/retrieval/lexical-index.ts'

const analyzer = createAnalyzer()
const passage = (title: string, text: string, headings: string[] = []) => ({ title, headings, text })
const PASSAGES = [
  passage('第一次焊接', '一九九五年冬天，我第一次拿起焊枪，师傅周建国教我打底焊。'),
  passage('技能大赛', '2008年我参加全国技能大赛，得了数控车工组第三名，奖金三万元。'),
  passage('送快递', '下雨天送快递，最怕包裹淋湿，我在车厢里铺了两层雨布。'),
  passage('工会法', '用人单位单方面解除职工劳动合同时，应当事先将理由通知工会。', ['第三章 权利和义务', '第二十二条']),
  passage('食堂', '食堂的饭菜很便宜，大家都爱吃红烧肉。'),
]
const index = buildLexicalIndex(PASSAGES, analyzer)
const best = (question: string) => index.search(question, 1)[0]?.ordinal

describe('search', () => {
  test.each([
    ['你第一次焊接是什么时候？', 0],
    ['1995年发生了什么', 0],
    ['全国技能大赛得了第几名？', 1],
    ['奖金30000元是哪次比赛', 1],
    ['下雨天怎麼送快遞', 2],
    ['单位要解除劳动合同，工会怎么办', 3],
    ['权利和义务一章说了什么', 3],
    ['下雨天怎么送块递', 2],
    ['旱枪是谁教你拿的', 0],
  ])('%s', (question, expected) => expect(best(question)).toBe(expected))

  test('finds nothing for a question that shares nothing, an empty one, and marks only', () => {
    for (const question of ['', '？！…', 'zzz', '龘']) expect(index.search(question, 5)).toEqual([])
  })

  test('scores are positive and fall; limits hold; the same question gives the same answer', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'师傅焊枪技能大赛工会的吗我1995年，'), maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (question, limit) => {
          const hits = index.search(question, limit)
          expect(hits.length).toBeLessThanOrEqual(limit)
          expect(new Set(hits.map(({ ordinal }) => ordinal)).size).toBe(hits.length)
          for (const [place, { score }] of hits.entries()) {
            expect(score).toBeGreaterThan(0)
            expect(score).toBeLessThanOrEqual(hits[place - 1]?.score ?? Number.POSITIVE_INFINITY)
          }
          expect(index.search(question, limit)).toEqual(hits)
        },
      ),
    )
  })

  test('a very long question and one of repeated characters are answered', () => {
    expect(best(`${'请问'.repeat(900)}焊枪`)).toBeUndefined()
    expect(index.search('焊枪'.repeat(1000), 3)[0]?.ordinal).toBe(0)
    expect(index.search('爸爸爸爸爸爸', 3)).toEqual([])
  })

  test('equal passages come in the order of the index', () => {
    const twins = buildLexicalIndex(
      [PASSAGES[4], PASSAGES[0], PASSAGES[0]].filter((one) => one !== undefined),
      analyzer,
    )
    expect(twins.search('焊枪', 5).map(({ ordinal }) => ordinal)).toEqual([1, 2])
  })

  test('an empty index finds nothing', () => {
    const empty = buildLexicalIndex([], analyzer)
    expect(empty.search('焊枪', 5)).toEqual([])
    expect(empty.statistics.passageFrequency('焊')).toBe(0)
  })
})

describe('synonyms', () => {
  test('find what the question calls by another name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'synonyms-'))
    try {
      writeFileSync(join(folder, 's.txt'), '炒鱿鱼 > 解除劳动合同\n')
      const withSynonyms = createAnalyzer({ synonyms: join(folder, 's.txt') })
      expect(best('炒鱿鱼怎么办')).not.toBe(3)
      expect(buildLexicalIndex(PASSAGES, withSynonyms).search('炒鱿鱼怎么办', 1)[0]?.ordinal).toBe(3)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('statistics', () => {
  test('count the passages that hold a term, for every kind of term', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'劳动模范工匠，。 ab12'), maxLength: 20 }), { maxLength: 8 }),
        (texts) => {
          const { statistics } = buildLexicalIndex(
            texts.map((text) => passage('', text)),
            analyzer,
          )
          expect(statistics.passageCount).toBe(texts.length)
          for (const term of ['劳', '劳动', '模范', '劳动模范', '工匠劳']) {
            expect(statistics.passageFrequency(term)).toBe(texts.filter((text) => text.includes(term)).length)
          }
        },
      ),
    )
    expect(index.statistics.passageFrequency('#1995')).toBe(1)
    expect(index.statistics.passageFrequency('技能大赛')).toBe(1)
  })
})

describe('a saved index', () => {
  test('answers like the one that was saved, and is refused where anything does not fit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'index-'))
    try {
      const path = join(folder, 'deep', 'a.index')
      saveIndexFile(path, index.postings, 'hash')
      const loaded = loadIndexFile(path, 'hash')
      if (loaded === undefined) throw new Error('not loaded')
      expect(openLexicalIndex(loaded, analyzer).search('全国技能大赛', 5)).toEqual(index.search('全国技能大赛', 5))
      expect(loadIndexFile(path, 'other')).toBeUndefined()
      expect(loadIndexFile(join(folder, 'none'), 'hash')).toBeUndefined()
      for (const damaged of [Buffer.alloc(3), Buffer.alloc(64), Buffer.from('{"contentHash":"hash"}')]) {
        writeFileSync(path, damaged)
        expect(loadIndexFile(path, 'hash')).toBeUndefined()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
