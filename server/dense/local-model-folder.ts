import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { EmbeddingError } from './embedder.ts'

/** The ONNX files that are looked for, best for a CPU first, with what transformers.js calls their number format. */
const WEIGHTS = [
  ['model_quantized.onnx', 'q8'],
  ['model.onnx', 'fp32'],
  ['model_fp16.onnx', 'fp16'],
  ['model_int8.onnx', 'int8'],
  ['model_uint8.onnx', 'uint8'],
  ['model_q4.onnx', 'q4'],
] as const

export interface LocalModelFolder {
  readonly dir: string
  /** What the folder is called, such as `bge-small-zh-v1.5`. */
  readonly name: string
  readonly dtype: (typeof WEIGHTS)[number][1]
  readonly hiddenSize: number | undefined
  /** How one vector is made of a text's: that of the first token, or the mean of all. */
  readonly pooling: 'cls' | 'mean'
  /** Put before a text, as the model was trained. */
  readonly prefixes: { readonly query: string; readonly passage: string }
  /** Hex SHA-256 of weights and tokenizer: other files are another model, whatever their folder is called. */
  hash(): Promise<string>
}

/**
 * Reads what a folder says about its model. `setting` names where the folder was set, for the message of the {@link EmbeddingError} that is thrown where
 * a file is missing or cannot be read.
 */
export function readLocalModelFolder(dir: string, setting: string): LocalModelFolder {
  const folder = resolve(dir)
  const weights = WEIGHTS.find(([file]) => existsSync(join(folder, 'onnx', file)))
  const missing = ['config.json', 'tokenizer.json', 'tokenizer_config.json'].filter(
    (file) => !existsSync(join(folder, file)),
  )
  if (weights === undefined) missing.push(`onnx/${WEIGHTS[0][0]}`)
  if (weights === undefined || missing.length > 0) {
    throw new EmbeddingError(
      `${setting}: ${folder} holds no complete model, missing: ${missing.join(', ')}. "npm run models" lists models that can be fetched`,
    )
  }
  const config = readJson(join(folder, 'config.json'), setting)
  const name = basename(folder)
  const family = `${name} ${textOf(config._name_or_path)}`.toLowerCase()
  const [file, dtype] = weights
  const { hidden_size: hiddenSize } = config
  return {
    dir: folder,
    name,
    dtype,
    hiddenSize: typeof hiddenSize === 'number' ? hiddenSize : undefined,
    pooling: poolingOf(folder, family, setting),
    prefixes: prefixesOf(folder, family, setting),
    async hash() {
      const hash = createHash('sha256')
      for (const part of [join('onnx', file), 'tokenizer.json']) {
        for await (const bytes of createReadStream(join(folder, part))) hash.update(bytes as Buffer)
      }
      return hash.digest('hex')
    },
  }
}

/** sentence-transformers keeps the pooling in a file of its own; without it the family decides: BGE, GTE and Arctic take the first token. */
function poolingOf(folder: string, family: string, setting: string): 'cls' | 'mean' {
  const path = join(folder, '1_Pooling', 'config.json')
  if (existsSync(path)) return readJson(path, setting).pooling_mode_cls_token === true ? 'cls' : 'mean'
  return /\bbge-|\bgte-(?:base|large|multilingual|small)-?(?:zh|en|base)|arctic-embed/.test(family) ? 'cls' : 'mean'
}

/** The words before a question that BGE's model cards ask for (BAAI/bge-small-zh-v1.5, "Using Sentence-Transformers"); E5 marks both sides. */
function prefixesOf(folder: string, family: string, setting: string): LocalModelFolder['prefixes'] {
  const path = join(folder, 'config_sentence_transformers.json')
  if (existsSync(path)) {
    const { prompts } = readJson(path, setting)
    if (isRecord(prompts) && typeof prompts.query === 'string') {
      return { query: prompts.query, passage: textOf(prompts.passage ?? prompts.document) }
    }
  }
  return familyPrefixes(family)
}

/** What a model family was trained to see before a text, by the name of the model; nothing for one that is not known. */
export function familyPrefixes(modelName: string): LocalModelFolder['prefixes'] {
  const family = modelName.toLowerCase()
  if (/\bbge-(?:small|base|large)-zh/.test(family))
    return { query: '为这个句子生成表示以用于检索相关文章：', passage: '' }
  if (/\bbge-(?:small|base|large)-en/.test(family)) {
    return { query: 'Represent this sentence for searching relevant passages: ', passage: '' }
  }
  if (/\be5-(?:small|base|large)/.test(family)) return { query: 'query: ', passage: 'passage: ' }
  return { query: '', passage: '' }
}

function readJson(path: string, setting: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isRecord(value)) return value
  } catch (error) {
    throw new EmbeddingError(`${setting}: ${path} cannot be read as JSON`, { cause: error })
  }
  throw new EmbeddingError(`${setting}: ${path} holds no JSON object`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
