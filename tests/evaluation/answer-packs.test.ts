import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAnswerPack } from '../../server/evaluation/answer-pack.ts'
import { answerabilityExamples } from '../../server/evaluation/answerability-examples.ts'
import { fitSentences } from '../../server/evaluation/fit-sentences.ts'
import { evaluateAnswerability } from '../../server/evaluation/run-answerability.ts'
import { evaluateEvidence } from '../../server/evaluation/run-evidence.ts'
import { evaluateSentences } from '../../server/evaluation/run-sentences.ts'
import { sentenceScorer } from '../../server/retrieval/sentence-weights.ts'
import { analyzer, STORIES } from '../helpers/story-passages.ts'

const QUESTIONS = [
  ['q1', '你老家在哪里？', '第一道焊缝', '湖南衡阳'],
  ['q2', '你的师傅是谁？', '第一道焊缝', '贺春生'],
  ['q3', '2011年全省比武在哪里举行？', '全省比武', '长沙'],
  ['q4', '你女儿想当什么？', '给学生的话', '医生'],
] as const

let packDir = ''

beforeAll(() => {
  packDir = mkdtempSync(join(tmpdir(), 'answer-pack-'))
  const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
  const write = (name: string, text: string) => writeFileSync(join(packDir, name), text)
  const unanswerable = { id: 'q5', text: '比特币今天多少钱？' }
  write('corpus.jsonl', lines(STORIES.map(({ title, text }) => ({ id: title, title, text }))))
  write('queries.jsonl', lines([...QUESTIONS.map(([id, text]) => ({ id, text })), unanswerable]))
  write('qrels.tsv', `query-id\tcorpus-id\tscore\n${QUESTIONS.map(([id, , story]) => `${id}\t${story}\t1\n`).join('')}`)
  write('answers.jsonl', lines(QUESTIONS.map(([id, , , answer]) => ({ 'query-id': id, answers: [answer] }))))
  write(
    'labels.jsonl',
    lines([
      ...QUESTIONS.map(([id]) => ({ 'query-id': id, label: 'answerable' })),
      { 'query-id': 'q5', label: 'unanswerable_removed' },
    ]),
  )
  const story = STORIES[0]
  write(
    'cases.jsonl',
    lines([
      {
        id: 'c1',
        query: '你的师傅是谁？',
        doc_id: 'd',
        title: story?.title,
        text: story?.text,
        answers: ['贺春生'],
        evidences: ['我的师傅叫贺春生，厂里人喊他“贺铁手”。'],
      },
      {
        id: 'c2',
        query: '你的师傅是谁？',
        doc_id: 'd',
        title: story?.title,
        text: story?.text,
        answers: ['无'],
        evidences: ['这句话不在文中。'],
      },
    ]),
  )
})

afterAll(() => rmSync(packDir, { recursive: true, force: true }))

describe('evaluation of answers', () => {
  it('finds the answering sentence over the whole corpus', () => {
    const figures = evaluateSentences({ packDir, analyzer })
    expect(figures).toMatchObject({ questions: 4, hit1: 1, hit3: 1 })
  })

  it('does not count a ranking that puts the answer last', () => {
    const worst = sentenceScorer({ features: { pairs: -9, characters: -9, passageFirst: -9 }, cues: {}, kinds: {} })
    expect(evaluateSentences({ packDir, analyzer, scorer: worst }).hit1).toBeLessThan(0.5)
  })

  it('counts marked evidence that was selected, and none that is not in the text', () => {
    expect(evaluateEvidence({ packDir, analyzer })).toEqual({ cases: 2, hit1: 0.5, hit3: 0.5 })
  })

  it('judges questions with and without an answer', () => {
    const figures = evaluateAnswerability({ packDir, analyzer })
    expect(figures['auroc.unanswerable_removed']).toBe(1)
    expect(figures['wronglyAnswered.unanswerable_removed']).toBe(0)
    expect(figures).toHaveProperty('answered')
  })

  it('makes near-misses by cutting the answer out, and learns from a pack', () => {
    const pack = readAnswerPack(packDir)
    const examples = answerabilityExamples(pack, analyzer)
    expect(new Set(examples.map(({ label }) => label))).toEqual(new Set(['answerable', 'removed', 'nearmiss']))
    const scorer = sentenceScorer(fitSentences(pack, analyzer))
    expect(evaluateSentences({ packDir, analyzer, scorer }).hit1).toBe(1)
  })
})
