import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createHybridRetriever, type HybridRetriever } from '../../server/dense/hybrid-retriever.ts'
import { createScopePassages } from '../../server/dense/scope-passages.ts'
import type { Document } from '../../server/knowledge/document.ts'
import type { RankedPassage } from '../../server/retrieval/passage.ts'
import { createPersonaRetriever } from '../../server/retrieval/persona-retriever.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { recordingLog } from './recording-log.ts'
import { plainAnalyzer, story } from './story-passages.ts'
import { topicEmbedder } from './topic-embedder.ts'

const WELDING = story('stories/tester/welding', '学焊', [
  '师傅让我先把焊条烘干，再点第一个焊点。',
  '夜里我一个人练到十二点，手上全是泡。',
  '后来我带了四个年轻人，他们都考上了高级工。',
])
const HOME = story('stories/tester/home', '家里的事', [
  '母亲生病那年，我每个周末坐六个小时的车回去。',
  '儿子说长大了也想当工人。',
  '搬进新房那天，父亲在阳台上坐了很久。',
])
// What a model knows and words do not say: 徒弟 and 年轻人, 吃苦 and 泡, 孩子 and 儿子.
const TOPICS = [/徒弟|年轻人/, /吃苦|泡/, /孩子|儿子/, /焊条|烘干/]
const COLLECTIONS = ['stories']
const words = (found: readonly RankedPassage[]) => found.map(({ passage }) => passage.text)

let open: HybridRetriever | undefined
afterEach(() => open?.close())

function hybrid(documents: () => readonly Document[], options: { timeoutMs?: number; retryMs?: number } = {}) {
  const embedder = topicEmbedder(TOPICS)
  const log = recordingLog()
  const lexical = createPersonaRetriever({ documents, analyzer: plainAnalyzer() })
  open = createHybridRetriever({ lexical, passagesOf: createScopePassages(documents), embedder, log, ...options })
  return { retriever: open, embedder, log, lexical }
}
const still = [HOME, WELDING]

describe('search by words and by meaning', () => {
  it('finds what is meant where no word is shared', async () => {
    const { retriever, lexical } = hybrid(() => still)
    await retriever.prepare(COLLECTIONS)
    const question = standaloneQuestion('徒弟怎么样？')
    const byWords = await lexical.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(words(byWords.passages).join()).not.toContain('年轻人')
    const { passages } = await retriever.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(passages[0]?.passage.text).toContain('四个年轻人')
  })

  it('keeps first what both find, on the scale of the search by words', async () => {
    const { retriever, lexical } = hybrid(() => still)
    await retriever.prepare(COLLECTIONS)
    const question = standaloneQuestion('焊条为什么烘干')
    const byWords = await lexical.retrieve(question, COLLECTIONS, { limit: 3 })
    const { passages, statistics } = await retriever.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(passages[0]?.passage.id).toBe(byWords.passages[0]?.passage.id)
    expect(passages[0]?.score).toBeCloseTo(byWords.passages[0]?.score ?? 0, 4)
    expect(statistics.passageCount).toBe(6)
    expect(passages.length).toBeLessThanOrEqual(3)
  })

  it('is the search by words until the vectors are there', async () => {
    const { retriever, embedder, lexical, log } = hybrid(() => still)
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    embedder.before = (kind) => (kind === 'passage' ? gate : undefined)
    const question = standaloneQuestion('孩子想当什么')
    const before = await retriever.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(before.passages).toEqual((await lexical.retrieve(question, COLLECTIONS, { limit: 3 })).passages)
    release()
    await retriever.prepare(COLLECTIONS)
    expect(log.lines).toContain('info search by meaning is ready')
    const after = await retriever.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(after.passages[0]?.passage.text).toContain('儿子')
  })

  it('is the search by words where the embedder fails or is slow, and says so once', async () => {
    const { retriever, embedder, lexical, log } = hybrid(() => still, { timeoutMs: 40 })
    await retriever.prepare(COLLECTIONS)
    const question = standaloneQuestion('焊条和徒弟')
    const byWords = await lexical.retrieve(question, COLLECTIONS, { limit: 3 })
    embedder.before = () => {
      throw new Error('out of order')
    }
    expect((await retriever.retrieve(question, COLLECTIONS, { limit: 3 })).passages).toEqual(byWords.passages)
    embedder.before = async (_kind, signal) => {
      await wait(5_000, undefined, signal && { signal })
    }
    const started = performance.now()
    expect((await retriever.retrieve(question, COLLECTIONS, { limit: 3 })).passages).toEqual(byWords.passages)
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1)
    embedder.before = () => undefined
    const again = await retriever.retrieve(question, COLLECTIONS, { limit: 3 })
    expect(again.passages).not.toEqual(byWords.passages)
    expect(log.lines.at(-1)).toBe('info search by meaning works again')
  })

  it('asks a server that keeps failing only now and then', async () => {
    const { retriever, embedder } = hybrid(() => still)
    await retriever.prepare(COLLECTIONS)
    embedder.before = () => {
      throw new Error('out of order')
    }
    const calls = embedder.calls.length
    for (let asked = 0; asked < 10; asked += 1)
      await retriever.retrieve(standaloneQuestion('焊条'), COLLECTIONS, { limit: 3 })
    expect(embedder.calls.length - calls).toBe(3)
  })

  it('tries again where passages could not be embedded', async () => {
    const { retriever, embedder, log } = hybrid(() => still, { retryMs: 5 })
    let failures = 3
    embedder.before = () => {
      if (failures-- > 0) throw new Error('not yet')
    }
    await retriever.prepare(COLLECTIONS)
    expect(embedder.calls).toHaveLength(4)
    expect(log.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1)
  })

  it('looks first where a follow-up was read, as the search by words does', async () => {
    const { retriever } = hybrid(() => still)
    await retriever.prepare(COLLECTIONS)
    const focus = { documentId: HOME.id, afterOffset: HOME.text.indexOf('儿子') }
    const question = { ...standaloneQuestion('后来呢，徒弟呢'), followUp: true, focus }
    const { passages } = await retriever.retrieve(question, COLLECTIONS, { limit: 4 })
    expect(words(passages).join()).toContain('搬进新房')
    expect(words(passages).join()).toContain('四个年轻人')
    expect(new Set(words(passages)).size).toBe(passages.length)
  })

  it('never gives passages of knowledge that has changed', async () => {
    let documents: readonly Document[] = still
    const { retriever, lexical } = hybrid(() => documents)
    await retriever.prepare(COLLECTIONS)
    documents = [
      story(HOME.id, '家里的事', ['母亲生病那年，我每个周末坐车回去。', '女儿说长大了也想当工人，孩子很认真。']),
      WELDING,
    ]
    await (lexical as ReturnType<typeof createPersonaRetriever>).refresh()
    const question = standaloneQuestion('孩子想当什么')
    const during = await retriever.retrieve(question, COLLECTIONS, { limit: 5 })
    await retriever.prepare(COLLECTIONS)
    const after = await retriever.retrieve(question, COLLECTIONS, { limit: 5 })
    for (const { passages } of [during, after]) expect(words(passages).join()).not.toContain('儿子')
    expect(after.passages[0]?.passage.text).toContain('女儿')
  })

  it('ends with the reason of its signal', async () => {
    const { retriever, embedder } = hybrid(() => still)
    await retriever.prepare(COLLECTIONS)
    embedder.before = async (_kind, signal) => {
      await wait(5_000, undefined, signal && { signal })
    }
    const leave = new AbortController()
    const found = retriever.retrieve(standaloneQuestion('焊条'), COLLECTIONS, { limit: 3, signal: leave.signal })
    leave.abort(new Error('the visitor left'))
    await expect(found).rejects.toThrow('the visitor left')
  })

  it('finds nothing in collections without passages', async () => {
    const { retriever } = hybrid(() => still)
    await retriever.prepare(['none'])
    expect((await retriever.retrieve(standaloneQuestion('焊条'), ['none'], { limit: 3 })).passages).toEqual([])
  })
})
