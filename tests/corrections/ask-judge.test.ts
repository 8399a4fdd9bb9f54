import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createAskJudge, JUDGED_CANDIDATES, LEAST_ALIKE } from '../../server/corrections/ask-judge.ts'
import type { CorrectionHit } from '../../server/corrections/correction-book.ts'
import type { CorrectionJudge, StoredQuestion } from '../../server/corrections/correction-judge.ts'
import type { LiveCorrection } from '../../server/corrections/live-correction.ts'
import { withoutWords } from '../../server/corrections/without-words.ts'
import { JudgeFailure } from '../../server/grounding/judge.ts'
import type { Log } from '../../server/log.ts'

const QUESTION = '谁手把手带您入的行'
const never = () => new AbortController().signal

function live(id: string, question = `问题${id}`): LiveCorrection {
  const source = { kind: 'own-words', saidOn: '2026-03-01' } as const
  return {
    id,
    personaId: 'p',
    version: 1,
    content: { question, phrasings: [`另问${id}`], notThese: [`不是${id}`], answer: `答案${id}`, source },
  }
}

function hit(correction: LiveCorrection, probability: number): CorrectionHit {
  return { correctionId: correction.id, phrasing: correction.content.question, probability, correction }
}

function setUp(
  choose: (stored: readonly StoredQuestion[], signal: AbortSignal) => Promise<number | undefined>,
  {
    hits = [hit(live('a'), 0.3), hit(live('b'), 0.2)],
    timeLimitMs = 100,
    ...more
  }: { hits?: CorrectionHit[]; timeLimitMs?: number } & Partial<Parameters<typeof createAskJudge>[0]> = {},
) {
  const logged: string[] = []
  const write = (...parts: unknown[]) => void logged.push(JSON.stringify(parts))
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const asked: (readonly StoredQuestion[])[] = []
  const judge: CorrectionJudge = {
    name: 'judge',
    promptId: 'prompt',
    promptHash: 'hash',
    choose(_question, stored, signal) {
      asked.push(stored)
      return choose(stored, signal)
    },
  }
  const withdrawn = new Set<string>()
  const all = new Map(hits.map(({ correction }) => [correction.id, correction]))
  const ask = createAskJudge({
    judge,
    timeLimitMs,
    candidates: (_persona, _question, limit) => hits.slice(0, limit),
    find: (id) => all.get(id) ?? (id.startsWith('meant') ? live(id) : undefined),
    approve: ({ id, content }) =>
      withdrawn.has(id)
        ? undefined
        : {
            correctionId: id,
            sentences: [content.answer],
            citation: { documentId: id, title: '', kind: 'correction', quote: '', start: 0, end: 0, quoteSha256: '' },
          },
    log,
    ...more,
  })
  return { ask, asked, logged, withdrawn }
}

describe('asking a judge of corrections', () => {
  it('gives the words of the one that it chose, and keeps how', async () => {
    const { ask, asked } = setUp(async () => 1)
    const judged = await ask('p', QUESTION, never())
    expect(judged?.approved?.correctionId).toBe('b')
    expect(judged?.match).toEqual({
      probability: 0.2,
      judge: { model: 'judge', promptId: 'prompt', promptHash: 'hash', candidates: 2, result: 'same' },
    })
    expect(asked[0]?.[0]).toEqual({ phrasings: ['问题a', '另问a'], notThese: ['不是a'] })
  })

  it.each([
    ['none', async () => undefined],
    ['a place that is not there', async () => 7],
  ])('answers nothing for %s', async (_name, choose) => {
    const judged = await setUp(choose).ask('p', QUESTION, never())
    expect(judged).toMatchObject({ match: { probability: 0.3, judge: { result: 'none' } } })
    expect(judged?.approved).toBeUndefined()
  })

  it.each([
    ['a failure', async () => Promise.reject(new JudgeFailure('unavailable'))],
    ['a fault that names the question', async () => Promise.reject(new Error(QUESTION))],
    ['silence', () => new Promise<never>(() => undefined)],
  ])('lets the ordinary answer go on after %s, soon, and logs no words', async (_name, choose) => {
    const { ask, logged } = setUp(choose)
    const began = performance.now()
    const judged = await ask('p', QUESTION, never())
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(judged).toMatchObject({ match: { judge: { result: 'fallback' } } })
    expect(judged?.approved).toBeUndefined()
    expect(logged.join()).toContain('judge')
    expect(logged.join()).not.toContain(QUESTION)
  })

  it('asks about nothing that is hardly alike, and about no more than a few', async () => {
    const far = setUp(async () => 0, { hits: [hit(live('a'), LEAST_ALIKE / 2)] })
    expect(far.ask('p', QUESTION, never())).toBeUndefined()
    const many = setUp(async () => 0, { hits: Array.from({ length: 20 }, (_, at) => hit(live(`${at}`), 0.4)) })
    await many.ask('p', QUESTION, never())
    expect(many.asked[0]?.length).toBe(JUDGED_CANDIDATES)
  })

  it('survives a comparison that throws, without words in the log', () => {
    const { ask, logged } = setUp(async () => 0, {
      candidates() {
        throw new RangeError(QUESTION)
      },
    })
    expect(ask('p', QUESTION, never())).toBeUndefined()
    expect(logged.join()).toContain('RangeError')
    expect(logged.join()).not.toContain(QUESTION)
  })

  it('says nothing of what was withdrawn before or while the judge read', async () => {
    const before = setUp(async () => 0)
    before.withdrawn.add('a')
    await before.ask('p', QUESTION, never())
    expect(before.asked[0]?.map(({ phrasings }) => phrasings[0])).toEqual(['问题b'])
    const meanwhile = setUp(async () => {
      meanwhile.withdrawn.add('a')
      return 0
    })
    const judged = await meanwhile.ask('p', QUESTION, never())
    expect(judged?.approved).toBeUndefined()
  })

  it('rejects with the reason of a visitor who leaves', async () => {
    const leaving = new AbortController()
    const asked = setUp(() => new Promise(() => undefined)).ask('p', QUESTION, leaving.signal)
    leaving.abort('stopped')
    await expect(asked).rejects.toBe('stopped')
  })

  it('adds a few that are near in meaning, and asks about these alone where the words share nothing', async () => {
    const hits = Array.from({ length: 8 }, (_, at) => hit(live(`${at}`), 0.4))
    const nearest = async () => ['3', 'meant-a', 'meant-b', 'gone']
    const both = setUp(async (stored) => stored.length - 1, { hits, nearest })
    const judged = await both.ask('p', QUESTION, never())
    expect(both.asked[0]?.map(({ phrasings }) => phrasings[0])).toEqual(
      ['0', '1', '2', '3', '4', '5', 'meant-a', 'meant-b'].map((id) => `问题${id}`),
    )
    expect(judged?.approved?.correctionId).toBe('meant-b')
    expect(judged?.match?.probability).toBe(0)
    const alone = setUp(async () => 0, { hits: [], nearest: async () => ['meant-a'] })
    expect((await alone.ask('p', QUESTION, never()))?.approved?.correctionId).toBe('meant-a')
    const none = setUp(async () => 0, { hits: [], nearest: async () => [] })
    expect(await none.ask('p', QUESTION, never())).toEqual({})
  })

  it('does without meanings that fail or take too long', async () => {
    for (const nearest of [async () => Promise.reject(new Error(QUESTION)), () => sleep(60_000, [], { ref: false })]) {
      const { ask, logged } = setUp(async () => 0, { nearest, timeLimitMs: 300 })
      expect((await ask('p', QUESTION, never()))?.approved?.correctionId).toBe('a')
      expect(logged.join()).not.toContain(QUESTION)
    }
  })
})

it('tells of an error where it was thrown and not what it says', () => {
  const told = withoutWords(new TypeError(`第一行\n    at ${QUESTION}`))
  expect(told).toMatch(/^TypeError at .*ask-judge\.test\.ts:\d+:\d+/)
  expect(told).not.toContain(QUESTION)
})
