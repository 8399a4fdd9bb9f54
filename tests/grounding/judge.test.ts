import { expect, it } from 'vitest'
import type { CheckedSentence } from '../../server/grounding/checked-sentence.ts'
import { createSecondOpinion, type JudgeResult, type SentenceJudge } from '../../server/grounding/judge.ts'
import type { Log } from '../../server/log.ts'
import type { Passage } from '../../server/retrieval/passage.ts'

const TEXT = '有人说我拿了第一名。那是传错了！我拿了第二名，差零点七分。'
const passage = {
  id: 'p',
  title: '比武',
  headings: ['第一回'],
  text: TEXT,
  start: 0,
  end: TEXT.length,
} as unknown as Passage
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function backed(text: string): CheckedSentence {
  return { status: 'backed', text, evidence: [{ passage, start: 0, end: 5 }], support: 1 }
}

function opinionOf(judge: SentenceJudge['judge']) {
  const results: JudgeResult[] = []
  const opinion = createSecondOpinion({
    judge: { name: 'j', judge },
    mode: 'withhold',
    timeLimitMs: 50,
    log: quiet,
    onJudged: (result) => results.push(result),
  })
  return { opinion, results }
}

it.each([
  ['a whole sentence', '我拿了第二名，差零点七分。', 0],
  ['two whole sentences', '那是传错了！我拿了第二名，差零点七分。\n', 0],
  ['a part that says the opposite', '我拿了第一名。', 1],
  ['a beginning', '我拿了第二名。', 1],
  ['a beginning without an end', '我拿了第二名，', 1],
])('asks about what is not wholly of the source: %s', async (_name, text, times) => {
  const asked: unknown[] = []
  const { opinion } = opinionOf(async (claim) => {
    asked.push(claim)
    return { supported: true, reason: '' }
  })
  expect(await opinion(backed(text), '第几名？', new AbortController().signal)).toEqual(backed(text))
  expect(asked).toEqual(
    Array(times).fill({ sentence: text, evidence: [`比武 / 第一回\n${TEXT}`], question: '第几名？' }),
  )
})

it('bounds what it keeps of a long reason', async () => {
  const { opinion } = opinionOf(async () => ({ supported: false, reason: '长'.repeat(5_000) }))
  const checked = await opinion(backed('我是第二。'), '', new AbortController().signal)
  expect(checked).toMatchObject({ status: 'withheld', reason: 'judge', detail: '长'.repeat(200) })
})

it('does not wait for a judge that heeds no signal, nor fall over one that throws at once', async () => {
  const deaf = opinionOf(() => new Promise(() => undefined))
  expect(await deaf.opinion(backed('我是第二。'), '', new AbortController().signal)).toMatchObject({ status: 'backed' })
  const leaving = new AbortController()
  const rude = opinionOf(() => {
    throw new Error('我是第二。')
  })
  expect(await rude.opinion(backed('我是第二。'), '', leaving.signal)).toMatchObject({ status: 'backed' })
  expect([...deaf.results, ...rude.results]).toEqual(['fallback', 'fallback'])
  leaving.abort('stopped')
})

it('throws the reason of a turn that is stopped', async () => {
  const { opinion, results } = opinionOf(() => new Promise(() => undefined))
  const stopping = new AbortController()
  setTimeout(() => stopping.abort('stopped'), 10)
  await expect(opinion(backed('我是第二。'), '', stopping.signal)).rejects.toBe('stopped')
  await expect(opinion(backed('我是第二。'), '', stopping.signal)).rejects.toBe('stopped')
  expect(results).toEqual([])
})
