import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLocalModelFolder } from '../../server/dense/local-model-folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = temporaryFolder()

function folder(name: string, files: Record<string, unknown> = {}) {
  const dir = join(root, name)
  const all = {
    'config.json': {},
    'tokenizer.json': {},
    'tokenizer_config.json': {},
    'onnx/model_quantized.onnx': 0,
    ...files,
  }
  for (const [path, value] of Object.entries(all)) {
    mkdirSync(join(dir, path, '..'), { recursive: true })
    writeFileSync(join(dir, path), JSON.stringify(value))
  }
  return readLocalModelFolder(dir, 'EMBEDDING_MODEL_DIR')
}

describe('what a folder says about its model', () => {
  it('BGE for Chinese: first token, a mark before the question', () => {
    const { pooling, prefixes, dtype } = folder('bge-small-zh-v1.5')
    expect({ pooling, prefixes, dtype }).toEqual({
      pooling: 'cls',
      prefixes: { query: '为这个句子生成表示以用于检索相关文章：', passage: '' },
      dtype: 'q8',
    })
  })

  it('knows it under another folder name, too', () => {
    expect(folder('my-model', { 'config.json': { _name_or_path: 'BAAI/bge-base-zh-v1.5' } }).pooling).toBe('cls')
  })

  it('E5: mean, a mark on both sides', () => {
    const { pooling, prefixes } = folder('multilingual-e5-small')
    expect({ pooling, prefixes }).toEqual({ pooling: 'mean', prefixes: { query: 'query: ', passage: 'passage: ' } })
  })

  it("takes the model's own files over what its name suggests", () => {
    const { pooling, prefixes } = folder('bge-like', {
      '1_Pooling/config.json': { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true },
      'config_sentence_transformers.json': { prompts: { query: 'ask: ', document: 'doc: ' } },
    })
    expect({ pooling, prefixes }).toEqual({ pooling: 'mean', prefixes: { query: 'ask: ', passage: 'doc: ' } })
  })

  it('an unknown model: mean, nothing before a text', () => {
    const { pooling, prefixes } = folder('text2vec')
    expect({ pooling, prefixes }).toEqual({ pooling: 'mean', prefixes: { query: '', passage: '' } })
  })
})
