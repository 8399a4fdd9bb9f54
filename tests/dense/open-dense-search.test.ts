import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Embedder } from '../../server/dense/embedder.ts'
import { openDenseSearch } from '../../server/dense/open-dense-search.ts'
import { openTransformersEmbedder } from '../../server/dense/transformers-embedder.ts'
import { openKnowledgeLibrary } from '../../server/knowledge/knowledge-library.ts'
import { openKnowledgeSearch } from '../../server/retrieval/knowledge-search.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { hasTransformers } from '../helpers/has-transformers.ts'
import { projectDir } from '../helpers/test-server.ts'
import { writeTinyOnnxModel } from '../helpers/tiny-onnx-model.ts'
import { recordingLog } from './recording-log.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = temporaryFolder()

describe.skipIf(!hasTransformers())('the demonstration with a local model', () => {
  it('embeds all lecturers in the background, answers with both, and starts from what it kept', async () => {
    const knowledgeDir = join(projectDir, 'knowledge')
    const cacheDir = join(root, 'cache')
    const log = recordingLog()
    const library = await openKnowledgeLibrary(knowledgeDir, log)
    const search = await openKnowledgeSearch({ library, cacheDir, languageDir: join(knowledgeDir, 'language'), log })
    const dir = join(root, 'tiny-bert')
    writeTinyOnnxModel({ dir, layers: 1 })
    const { personas } = library.current()
    const ready = () => log.lines.filter((line) => line.endsWith('search by meaning is ready')).length
    const scopes = new Set(personas.map(({ collections }) => JSON.stringify([...collections].sort()))).size

    const passagesEmbedded: number[] = []
    for (let start = 0; start < 2; start += 1) {
      const local = await openTransformersEmbedder({ dir })
      let count = 0
      const embedder: Embedder = {
        ...local,
        embed(texts, kind, signal) {
          if (kind === 'passage') count += texts.length
          return local.embed(texts, kind, signal)
        },
      }
      log.lines.length = 0
      const dense = await openDenseSearch({ search, library, embedder, cacheDir, log })
      expect(dense.analyzer()).toBe(search.analyzer())
      await expect.poll(ready, { timeout: 30_000 }).toBe(scopes)
      const { collections } = personas.find(({ id }) => id === 'lin-yue') ?? { collections: [] }
      const question = standaloneQuestion('焊条为什么要先烘干？')
      const { passages } = await dense.retrieve(question, collections, { limit: 8 })
      const byWords = await search.retrieve(question, collections, { limit: 8 })
      expect(passages).toHaveLength(8)
      expect(passages.map(({ score }) => score)).not.toEqual(byWords.passages.map(({ score }) => score))
      expect(passages.some(({ passage }) => passage.text.includes('E5015'))).toBe(true)
      expect(log.lines.filter((line) => /^(warn|error)/.test(line))).toEqual([])
      await dense.close()
      passagesEmbedded.push(count)
    }
    expect(passagesEmbedded[0]).toBeGreaterThan(50)
    expect(passagesEmbedded[1]).toBe(0)
    expect(existsSync(join(cacheDir, 'vectors'))).toBe(true)
    await library.close()
  }, 60_000)
})
