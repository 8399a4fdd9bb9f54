import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Document } from '../../server/knowledge/document.ts'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { createPersonaRetriever } from '../../server/retrieval/persona-retriever.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { makeDocument } from './documents.ts'

const analyzer = createAnalyzer()
let cacheDir: string
let documents: Document[]
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'retriever-'))
  documents = [
    makeDocument(
      'weld',
      '我第一次拿焊枪是在一九九五年。\n\n# 比赛\n\n后来我去参加技能大赛。\n\n# 带徒\n\n现在我带了十二个徒弟。',
      { collection: 'lin' },
    ),
    makeDocument('parcel', '我送快递，最怕下雨天。', { collection: 'chen' }),
    makeDocument('rule', '第一条 焊枪的使用，依照本办法。', { collection: 'policies', kind: 'policy' }),
  ]
})
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }))

const make = () => createPersonaRetriever({ documents: () => documents, analyzer, cacheDir })
const idsFor = async (retriever: ReturnType<typeof make>, text: string, ...collections: string[]) =>
  (await retriever.retrieve(standaloneQuestion(text), collections, { limit: 5 })).passages.map(
    ({ passage }) => passage.documentId,
  )

describe('the retriever of a persona', () => {
  test('searches only the collections that are asked for', async () => {
    const retriever = make()
    expect(await idsFor(retriever, '焊枪', 'lin')).toEqual(['weld'])
    expect(await idsFor(retriever, '焊枪', 'chen')).toEqual([])
    expect((await idsFor(retriever, '焊枪', 'policies', 'lin')).sort()).toEqual(['rule', 'weld'])
    expect(await idsFor(retriever, '焊枪', 'unknown')).toEqual([])
  })

  test('takes up a changed document at a refresh and not before', async () => {
    const retriever = make()
    expect(await idsFor(retriever, '机器人', 'lin')).toEqual([])
    documents = [...documents, makeDocument('robot', '我改装了焊接机器人。', { collection: 'lin' })]
    expect(await idsFor(retriever, '机器人', 'lin')).toEqual([])
    await retriever.refresh()
    expect(await idsFor(retriever, '机器人', 'lin')).toEqual(['robot'])
    documents = documents.filter(({ id }) => id !== 'robot')
    await retriever.refresh()
    expect(await idsFor(retriever, '机器人', 'lin')).toEqual([])
  })

  test('keeps an index for the next start, drops those no longer needed, and survives a damaged one', async () => {
    await idsFor(make(), '焊枪', 'lin')
    const [name] = readdirSync(cacheDir)
    expect(readdirSync(cacheDir)).toHaveLength(1)
    expect(await idsFor(make(), '焊枪', 'lin')).toEqual(['weld'])
    writeFileSync(join(cacheDir, name ?? ''), 'damaged')
    expect(await idsFor(make(), '焊枪', 'lin')).toEqual(['weld'])
    const retriever = make()
    await idsFor(retriever, '焊枪', 'lin')
    documents = documents.map((document) =>
      document.id === 'weld' ? makeDocument('weld', '焊枪换了新的。', { collection: 'lin' }) : document,
    )
    await retriever.refresh()
    expect(readdirSync(cacheDir)).toHaveLength(1)
  })

  test('a cache that cannot be written is told and does not stop the search', async () => {
    const errors: unknown[] = []
    const blocked = join(cacheDir, 'file')
    writeFileSync(blocked, '')
    const retriever = createPersonaRetriever({
      documents: () => documents,
      analyzer,
      cacheDir: join(blocked, 'in'),
      onCacheError: (error) => errors.push(error),
    })
    expect(await idsFor(retriever, '焊枪', 'lin')).toEqual(['weld'])
    expect(errors).toHaveLength(1)
  })

  test('a follow-up finds what comes next in its document', async () => {
    const weld = documents[0]
    const afterOffset = weld?.text.indexOf('后来我去') ?? 0
    const question = { ...standaloneQuestion('那后来呢'), followUp: true, focus: { documentId: 'weld', afterOffset } }
    const { passages } = await make().retrieve(question, ['lin', 'chen'], { limit: 2 })
    expect(passages.map(({ passage }) => passage.text)).toEqual(['后来我去参加技能大赛。', '现在我带了十二个徒弟。'])
  })

  test('a cancelled question is not searched', async () => {
    const search = make().retrieve(standaloneQuestion('焊枪'), ['lin'], { limit: 1, signal: AbortSignal.abort() })
    await expect(search).rejects.toThrow()
  })
})
