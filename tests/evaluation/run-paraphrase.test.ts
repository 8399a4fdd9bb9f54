import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readParaphrasePack } from '../../server/evaluation/paraphrase-pack.ts'
import { questionPack } from '../../server/evaluation/question-pack.ts'
import { evaluateParaphrases, judgeParaphrases } from '../../server/evaluation/run-paraphrase.ts'
import { analyzer } from '../helpers/story-passages.ts'

let packDir = ''
beforeEach(() => {
  packDir = mkdtempSync(join(tmpdir(), 'paraphrase-pack-'))
})
afterEach(() => rmSync(packDir, { recursive: true, force: true }))

function write(name: string, ...rows: readonly (object | string)[]): void {
  const lines = rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`)
  writeFileSync(join(packDir, name), lines.join(''))
}

function writeQueries(): void {
  write(
    'queries.jsonl',
    { id: 'q1', text: '请问您的师傅是谁呀' },
    { id: 'q2', text: '您老家在哪儿' },
    { id: 'q3', text: '今天天气怎么样' },
    { id: 'q4', text: '你老家在哪里' },
  )
}

describe('evaluation of corrections', () => {
  it('counts hits, hits of a wrong correction, and hits of questions that none answers', () => {
    write(
      'corrections.jsonl',
      { id: 'c1', question: '你的师傅是谁？' },
      { id: 'c2', question: '家乡', phrasings: ['你老家在哪里？'] },
    )
    writeQueries()
    write('qrels.tsv', 'query-id\tcorrection-id\tscore', 'q1\tc1\t1', 'q2\tc1\t1')
    const figures = evaluateParaphrases({ packDir, analyzer })
    expect(figures).toMatchObject({ corrections: 2, paraphrases: 2, others: 2, hit: 0.5, wrongHit: 0.5, falseHit: 0.5 })
    expect(figures.matchMeanMs).toBeGreaterThan(0)
    expect(figures.matchP95Ms).toBeGreaterThan(0)
  })

  it('asks a judge about what words do not tell, and gives the figures with it and without', async () => {
    write('corrections.jsonl', { id: 'c1', question: '你的师傅是谁？' }, { id: 'c2', question: '你老家在哪里？' })
    write(
      'queries.jsonl',
      { id: 'q1', text: '请问您的师傅是谁呀' },
      { id: 'q2', text: '当初领你入行、手把手教你焊接的师傅是哪一位' },
      { id: 'q3', text: '刚进厂那会儿，师傅指的是哪一位前辈' },
      { id: 'q4', text: '你师傅的师傅是哪一位' },
    )
    write('qrels.tsv', 'query-id\tcorrection-id\tscore', 'q1\tc1\t1', 'q2\tc1\t1', 'q3\tc1\t1')
    const asked: string[] = []
    const figures = await judgeParaphrases({
      packDir,
      analyzer,
      timeLimitMs: 1_000,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      judge: {
        name: 'scripted',
        promptId: '',
        promptHash: '',
        async choose(question, stored) {
          asked.push(question)
          if (question.startsWith('刚进厂')) throw new Error('away')
          return stored.findIndex(({ phrasings }) => phrasings[0] === '你的师傅是谁？')
        },
      },
    })
    expect(asked).not.toContain('请问您的师傅是谁呀')
    expect(figures).toMatchObject({ hit: 1 / 3, wrongHit: 0, recall8: 1, 'hit.judge': 2 / 3, 'wrongHit.judge': 0 })
    expect(figures.asked).toBe(asked.length / 4)
    expect(figures['judge.failed']).toBe(1 / asked.length)
  })

  it('keeps negative examples', () => {
    write('corrections.jsonl', { id: 'c1', question: '你的师傅是谁？', notThese: ['请问您的师傅是谁呀'] })
    writeQueries()
    write('qrels.tsv', 'query-id\tcorrection-id\tscore', 'q1\tc1\t1')
    expect(evaluateParaphrases({ packDir, analyzer }).hit).toBe(0)
  })

  it("compares a persona's questions with that persona's corrections only", () => {
    write('corrections.jsonl', { id: 'c1', personaId: 'a', question: '你的师傅是谁？' })
    write('queries.jsonl', { id: 'q1', personaId: 'b', text: '你的师傅是谁？' })
    write('qrels.tsv', 'query-id\tcorrection-id\tscore')
    expect(evaluateParaphrases({ packDir, analyzer }).falseHit).toBe(0)
  })

  it('reads a corpus of questions in place of corrections', () => {
    write('corpus.jsonl', { id: 'c1', title: '', text: '你的师傅是谁？' })
    writeQueries()
    write('qrels.tsv', 'query-id\tcorpus-id\tscore', 'q1\tc1\t1')
    expect(evaluateParaphrases({ packDir, analyzer })).toMatchObject({ hit: 1, falseHit: 0 })
  })

  it.each([
    [
      { a: '你的师傅是谁？', b: '您的师傅是谁', label: 1 },
      { a: '你的师傅是谁？', b: '你的徒弟是谁', label: 0 },
    ],
    [
      { sentence1: '你的师傅是谁？', sentence2: '您的师傅是谁', label: '1' },
      { sentence1: '你的师傅是谁？', sentence2: '你的徒弟是谁', label: '0' },
    ],
    [
      { question: '你的师傅是谁？', paraphrase: '您的师傅是谁', same: true },
      { question: '你的师傅是谁？', paraphrase: '你的徒弟是谁', same: false },
    ],
  ])('reads pairs of questions as %j', (same, other) => {
    write('pairs.jsonl', same, other)
    expect(evaluateParaphrases({ packDir, analyzer })).toMatchObject({ paraphrases: 1, others: 1, hit: 1, falseHit: 0 })
  })

  it('reads a table of pairs without names', () => {
    write('pairs.tsv', '你的师傅是谁？\t您的师傅是谁\t1', '你的师傅是谁？\t天气怎么样\t0')
    expect(readParaphrasePack(packDir).questions.map(({ answeredBy }) => answeredBy.size)).toEqual([1, 0])
  })

  it('says what is missing', () => {
    expect(() => readParaphrasePack(packDir)).toThrow(/corrections\.jsonl/)
    write('pairs.jsonl', { a: '你的师傅是谁？', b: '您的师傅是谁' })
    expect(() => readParaphrasePack(packDir)).toThrow(/pairs\.jsonl:1/)
  })

  it('makes corrections of half the questions of a retrieval pack, the same ones each time', () => {
    write('corpus.jsonl', { id: 'd', title: '', text: '正文' })
    write(
      'queries.jsonl',
      ...Array.from({ length: 20 }, (_, number) => ({ id: `q${number}`, text: `第${number}个师傅是谁？` })),
    )
    write('qrels.tsv', 'query-id\tcorpus-id\tscore', ...Array.from({ length: 20 }, (_, number) => `q${number}\td\t1`))
    const pack = questionPack(packDir, 1)
    expect(pack.corrections.length + pack.questions.filter(({ answeredBy }) => answeredBy.size === 0).length).toBe(20)
    expect(pack.corrections.length).toBeGreaterThan(4)
    expect(questionPack(packDir, 1)).toEqual(pack)
  })
})
