/** A model that can be fetched: where it is, and which of its files are needed. */
export interface ModelSource {
  readonly name: string
  /** `owner/name` on the hub. */
  readonly repository: string
  readonly revision: string
  readonly files: readonly ModelFile[]
}

export interface ModelFile {
  readonly path: string
  /** A file that some models do not have. */
  readonly optional?: boolean
  /** Bytes. */
  readonly size?: number
  /** Hexadecimal. */
  readonly sha256?: string
}

export interface KnownModel {
  readonly name: string
  readonly repository: string
  readonly use: 'embedding' | 'reranker'
  /** For people who choose. */
  readonly description: string
}

export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    name: 'bge-small-zh-v1.5',
    repository: 'Xenova/bge-small-zh-v1.5',
    use: 'embedding',
    description: 'Chinese, 512 numbers a vector; small and quick, the one to begin with',
  },
  {
    name: 'bge-base-zh-v1.5',
    repository: 'Xenova/bge-base-zh-v1.5',
    use: 'embedding',
    description: 'Chinese, 768 numbers a vector; better and about four times slower',
  },
  {
    name: 'multilingual-e5-small',
    repository: 'Xenova/multilingual-e5-small',
    use: 'embedding',
    description: 'many languages, 384 numbers a vector; for questions in English over Chinese texts',
  },
  {
    name: 'bge-reranker-base',
    repository: 'Xenova/bge-reranker-base',
    use: 'reranker',
    description: 'Chinese and English; reads each passage with the question, a GPU-less server needs a second or more',
  },
]

/** What to ask the hub for. `precision` is the part of the ONNX file's name: `quantized`, `fp16`, or empty for the full one. */
export function modelSource(name: string, precision: string, revision = 'main'): ModelSource {
  const known = KNOWN_MODELS.find((model) => model.name === name)
  const weights = precision === '' ? 'onnx/model.onnx' : `onnx/model_${precision}.onnx`
  return {
    name: name.split('/').at(-1) ?? name,
    repository: known?.repository ?? name,
    revision,
    files: [
      { path: 'config.json' },
      { path: 'tokenizer.json' },
      { path: 'tokenizer_config.json' },
      { path: 'special_tokens_map.json', optional: true },
      { path: '1_Pooling/config.json', optional: true },
      { path: 'config_sentence_transformers.json', optional: true },
      { path: weights },
    ],
  }
}
