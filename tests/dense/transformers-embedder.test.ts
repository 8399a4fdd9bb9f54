import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Embedder } from '../../server/dense/embedder.ts'
import { openTransformersEmbedder } from '../../server/dense/transformers-embedder.ts'
import { openTransformersReranker } from '../../server/dense/transformers-reranker.ts'
import { hasTransformers } from '../helpers/has-transformers.ts'
import { writeTinyOnnxModel } from '../helpers/tiny-onnx-model.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = temporaryFolder()
const dir = join(root, 'bge-small-zh-tiny')
const dot = (left: Float32Array | undefined, right: Float32Array | undefined) =>
  left === undefined || right === undefined
    ? Number.NaN
    : left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0)

describe.skipIf(!hasTransformers())('a local model through transformers.js', () => {
  let embedder: Embedder

  beforeAll(async () => {
    writeTinyOnnxModel({ dir })
    embedder = await openTransformersEmbedder({ dir })
  })
  afterAll(() => embedder?.close?.())

  it('gives unit vectors of the size that the model says', async () => {
    const vectors = await embedder.embed(
      ['焊条要先烘干', '第一次上焊台', 'E5015', '', '师傅叫周国梁。'.repeat(200)],
      'passage',
    )
    expect(embedder.dimensions).toBe(32)
    expect(vectors.map(({ length }) => length)).toEqual([32, 32, 32, 32, 32])
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5)
  })

  it('gives a text the same vector alone and among longer ones', async () => {
    const texts = ['焊条要先烘干', '工匠学院每年开设焊接、数控和电工三个方向的课程，学员毕业后由企业择优录用。', '早']
    const together = await embedder.embed(texts, 'passage')
    for (const [place, text] of texts.entries()) {
      const [alone] = await embedder.embed([text], 'passage')
      expect(dot(alone, together[place])).toBeCloseTo(1, 4)
    }
  })

  it('puts nearly the same text closer than another one', async () => {
    const [text, near, far] = await embedder.embed(['他是一名焊接工人', '他是焊接工人', '明天下雨'], 'passage')
    expect(dot(text, near)).toBeGreaterThan(dot(text, far) + 0.1)
  })

  it('marks a question for search as BGE was trained, and a passage not', async () => {
    const [question] = await embedder.embed(['怎么烘干焊条'], 'query')
    const [passage] = await embedder.embed(['怎么烘干焊条'], 'passage')
    const [marked] = await embedder.embed(['为这个句子生成表示以用于检索相关文章：怎么烘干焊条'], 'passage')
    expect(dot(question, marked)).toBeCloseTo(1, 5)
    expect(dot(question, passage)).toBeLessThan(0.999)
  })

  it('answers a question before the passages that wait', async () => {
    const order: string[] = []
    const passages = Array.from({ length: 80 }, (_, at) => `第${at}段：${'先烘干再焊接。'.repeat(15)}`)
    const ingest = embedder.embed(passages, 'passage').then(() => order.push('passages'))
    await embedder.embed(['怎么烘干焊条'], 'query').then(() => order.push('question'))
    await ingest
    expect(order).toEqual(['question', 'passages'])
  })

  it('leaves at once when it is aborted, and goes on afterwards', async () => {
    const passages = Array.from({ length: 400 }, (_, at) => `第${at}段：${'先烘干再焊接。'.repeat(15)}`)
    const leave = new AbortController()
    const ingest = embedder.embed(passages, 'passage', leave.signal)
    leave.abort(new Error('enough'))
    await expect(ingest).rejects.toThrow('enough')
    expect(await embedder.embed(['还在吗'], 'query')).toHaveLength(1)
  })

  it('knows another model by its files, not by its folder', async () => {
    const other = join(root, 'other', 'bge-small-zh-tiny')
    writeTinyOnnxModel({ dir: other, seed: 2 })
    const opened = await openTransformersEmbedder({ dir: other })
    expect(opened.name).not.toBe(embedder.name)
    await opened.close?.()
    await expect(opened.embed(['在吗'], 'query')).rejects.toThrow('closed')
  })

  it('names the setting where the weights are damaged', async () => {
    const broken = join(root, 'broken')
    cpSync(dir, broken, { recursive: true })
    writeFileSync(join(broken, 'onnx', 'model.onnx'), 'not a model')
    await expect(openTransformersEmbedder({ dir: broken })).rejects.toThrow(/^EMBEDDING_MODEL_DIR: .*broken failed/)
  })

  it('runs a cross-encoder', async () => {
    const cross = join(root, 'cross')
    writeTinyOnnxModel({ dir: cross, crossEncoder: true, seed: 3 })
    const reranker = await openTransformersReranker(cross)
    const passages = ['先烘干', '下雨了', '焊条要先烘干才能用', '师傅', '劳模']
    const scores = await reranker.rerank('焊条为什么要烘干', passages)
    expect(new Set(scores).size).toBe(passages.length)
    expect((await reranker.rerank('焊条为什么要烘干', passages.slice(2, 3)))[0]).toBeCloseTo(scores[2] ?? 0, 3)
    expect((await reranker.rerank('明天呢', passages))[0]).not.toBe(scores[0])
    await reranker.close?.()
  })
})

describe('a folder without a complete model', () => {
  it('is refused with the setting, the folder and what is missing', async () => {
    const empty = join(root, 'half')
    writeTinyOnnxModel({ dir: empty })
    rmSync(join(empty, 'tokenizer.json'))
    rmSync(join(empty, 'onnx'), { recursive: true })
    await expect(openTransformersEmbedder({ dir: empty })).rejects.toThrow(
      /^EMBEDDING_MODEL_DIR: .*half holds no complete model, missing: tokenizer.json, onnx\/model_quantized.onnx/,
    )
  })
})
