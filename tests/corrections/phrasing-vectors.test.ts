import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LiveCorrection } from '../../server/corrections/live-correction.ts'
import { openPhrasingVectors } from '../../server/corrections/phrasing-vectors.ts'
import { openCachedEmbedder } from '../../server/dense/cached-embedder.ts'
import type { Embedder } from '../../server/dense/embedder.ts'
import { createOpenAiEmbedder } from '../../server/dense/openai-embedder.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const never = () => new AbortController().signal

let api: ScriptedOpenAi
let dir: string
beforeEach(async () => {
  api = await startScriptedOpenAi()
  dir = await mkdtemp(join(tmpdir(), 'phrasing-vectors-'))
})
afterEach(async () => {
  await api.close()
  await rm(dir, { recursive: true, force: true })
})

function live(id: string, question: string, phrasings: string[] = []): LiveCorrection {
  const source = { kind: 'own-words', saidOn: '2026-03-01' } as const
  return { id, personaId: 'p', version: 1, content: { question, phrasings, notThese: [], answer: '', source } }
}

/** A book that tests fill. */
function bookOf(...first: LiveCorrection[]) {
  let all = first
  const listeners = new Set<() => void>()
  return {
    all: () => all,
    live: (personaId: string) => all.filter((correction) => correction.personaId === personaId),
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    set(...next: LiveCorrection[]) {
      all = next
      for (const listener of listeners) listener()
    },
  }
}

/** An embedder that keeps its vectors, over the scripted endpoint, with all texts that were sent to it. */
async function embedderOf(): Promise<Embedder & { sent: string[] }> {
  const plain = createOpenAiEmbedder({ baseUrl: api.baseUrl, apiKey: '', model: 'scripted' })
  const sent: string[] = []
  const counted: Embedder = {
    ...plain,
    embed(texts, kind, signal) {
      sent.push(...texts)
      return plain.embed(texts, kind, signal)
    },
  }
  return { ...(await openCachedEmbedder({ embedder: counted, dir })), sent }
}

const MASTER = live('master', '你的师傅是谁？', ['谁教你焊接的？'])
const BIRTH = live('birth', '你是哪一年出生的？')

it('finds the nearest by any phrasing, of this persona only, and nothing that is far', async () => {
  const embedder = await embedderOf()
  const other = { ...live('other', '谁教你焊接的？'), personaId: 'q' }
  const vectors = openPhrasingVectors({ book: bookOf(BIRTH, MASTER, other), embedder, log: quiet })
  await vectors.ready()
  expect(await vectors.nearest('p', '谁教你焊接的呀', 3, never())).toEqual(['master'])
  expect(await vectors.nearest('p', '今天天气怎么样', 3, never())).toEqual([])
  expect(await vectors.nearest('nobody', '谁教你焊接的呀', 3, never())).toEqual([])
  await vectors.close()
  await embedder.close?.()
})

it('embeds each phrasing once, also after a restart, and new ones when they go live', async () => {
  const book = bookOf(MASTER)
  const embedder = await embedderOf()
  const vectors = openPhrasingVectors({ book, embedder, log: quiet })
  await vectors.ready()
  expect(embedder.sent).toEqual(['你的师傅是谁？', '谁教你焊接的？'])
  book.set(MASTER, BIRTH)
  await vectors.ready()
  expect(embedder.sent.slice(2)).toEqual(['你是哪一年出生的？'])
  expect(await vectors.nearest('p', '你是哪一年出生的呢', 1, never())).toEqual(['birth'])
  book.set(MASTER)
  await vectors.ready()
  expect(await vectors.nearest('p', '你是哪一年出生的呢', 1, never())).toEqual([])
  await vectors.close()
  await embedder.close?.()

  const again = await embedderOf()
  const reopened = openPhrasingVectors({ book: bookOf(MASTER, BIRTH), embedder: again, log: quiet })
  await reopened.ready()
  expect(again.sent).toEqual([])
  await reopened.close()
  await again.close?.()
})

it('has none while the embedder is away, and tries again at the next change', async () => {
  const book = bookOf(MASTER)
  const embedder = await embedderOf()
  let isAway = true
  const moody: Embedder = {
    ...embedder,
    embed: (...asked) => (isAway ? Promise.reject(new Error('away')) : embedder.embed(...asked)),
  }
  const vectors = openPhrasingVectors({ book, embedder: moody, log: quiet })
  await vectors.ready()
  expect(await vectors.nearest('p', '谁教你焊接的呀', 3, never())).toEqual([])
  isAway = false
  book.set(MASTER, BIRTH)
  await vectors.ready()
  expect(await vectors.nearest('p', '谁教你焊接的呀', 3, never())).toEqual(['master'])
  await vectors.close()
  await embedder.close?.()
})
