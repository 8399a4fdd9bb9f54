import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface TinyModelOptions {
  /** The folder that is made; its name is the model's name. */
  readonly dir: string
  readonly hidden?: number
  readonly layers?: number
  readonly heads?: number
  /** Width of the inner layers; twice `hidden` by default. */
  readonly inner?: number
  /** Longest input, in tokens. */
  readonly positions?: number
  /** A cross-encoder with one relevance logit instead of hidden states. */
  readonly crossEncoder?: boolean
  readonly seed?: number
  /** File below `onnx/`; `model.onnx` (full precision) by default. */
  readonly file?: string
}

/**
 * Writes a small BERT as transformers.js reads it: config.json, tokenizer.json, tokenizer_config.json and an ONNX graph (opset 17). Its weights are
 * random, so that what its vectors tell apart is shared characters: enough to test the way from a text to a vector, nothing about quality.
 */
export function writeTinyOnnxModel(options: TinyModelOptions): void {
  const {
    dir,
    hidden = 32,
    layers = 2,
    heads = 4,
    positions = 128,
    crossEncoder = false,
    inner = 2 * hidden,
    file = 'model.onnx',
  } = options
  mkdirSync(join(dir, 'onnx'), { recursive: true })
  const vocabulary = makeVocabulary()
  const shape = {
    hidden,
    layers,
    heads,
    positions,
    inner,
    crossEncoder,
    words: vocabulary.length,
    seed: options.seed ?? 1,
  }
  writeFileSync(join(dir, 'onnx', file), bertModel(shape))
  const json = (name: string, value: unknown) => writeFileSync(join(dir, name), JSON.stringify(value))
  json('config.json', {
    model_type: 'bert',
    architectures: [crossEncoder ? 'BertForSequenceClassification' : 'BertModel'],
    vocab_size: vocabulary.length,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: inner,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    ...(crossEncoder && { id2label: { 0: 'LABEL_0' }, num_labels: 1 }),
  })
  json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: positions,
    do_lower_case: true,
    ...{ unk_token: '[UNK]', sep_token: '[SEP]', pad_token: '[PAD]', cls_token: '[CLS]', mask_token: '[MASK]' },
  })
  json('tokenizer.json', wordPiece(vocabulary))
}

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

function makeVocabulary(): string[] {
  const words = [...SPECIAL]
  for (let code = 0x21; code < 0x7f; code += 1) words.push(String.fromCharCode(code).toLowerCase())
  for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789') words.push(`##${letter}`)
  for (const mark of '，。！？、；：“”（）《》') words.push(mark)
  for (let code = 0x4e00; code <= 0x9fa5; code += 1) words.push(String.fromCharCode(code))
  return [...new Set(words)]
}

function wordPiece(vocabulary: readonly string[]) {
  const special = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } })
  const sequence = (id: string, type: number) => ({ Sequence: { id, type_id: type } })
  const token = (id: string) => ({ id, ids: [vocabulary.indexOf(id)], tokens: [id] })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      ...{ single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0)],
      pair: [special('[CLS]', 0), sequence('A', 0), special('[SEP]', 0), sequence('B', 1), special('[SEP]', 1)],
      special_tokens: { '[CLS]': token('[CLS]'), '[SEP]': token('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  }
}

// The ONNX file is protobuf (onnx.proto3); fields are written by their numbers there.

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}
const whole = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)])
const block = (field: number, value: Buffer | string) => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])
}
const real = (field: number, value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([varint((field << 3) | 5), bytes])
}

const FLOAT = 1
const INT64 = 7

function tensor(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): Buffer {
  const raw = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const type = data instanceof Float32Array ? FLOAT : INT64
  return Buffer.concat([...dims.map((dim) => whole(1, dim)), whole(2, type), block(8, name), block(9, raw)])
}

function attribute(name: string, value: number | readonly number[]): Buffer {
  if (typeof value !== 'number')
    return block(5, Buffer.concat([block(1, name), ...value.map((item) => whole(8, item)), whole(20, 7)]))
  const isFloat = !Number.isInteger(value)
  return block(
    5,
    Buffer.concat([block(1, name), isFloat ? real(2, value) : whole(3, value), whole(20, isFloat ? 1 : 2)]),
  )
}

function tensorInfo(name: string, type: number, dims: readonly (string | number)[]): Buffer {
  const shape = dims.map((dim) => block(1, typeof dim === 'string' ? block(2, dim) : whole(1, dim)))
  return Buffer.concat([
    block(1, name),
    block(2, block(1, Buffer.concat([whole(1, type), block(2, Buffer.concat(shape))]))),
  ])
}

interface Shape {
  readonly hidden: number
  readonly inner: number
  readonly layers: number
  readonly heads: number
  readonly positions: number
  readonly words: number
  readonly seed: number
  readonly crossEncoder: boolean
}

function bertModel({ hidden, inner: innerSize, layers, heads, positions, words, seed, crossEncoder }: Shape): Buffer {
  const nodes: Buffer[] = []
  const weights: Buffer[] = []
  const normal = seededNormal(seed)
  let made = 0

  const add = (
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ) => {
    const output = `${op}_${made++}`
    nodes.push(named(op, inputs, output, attributes))
    return output
  }
  const named = (
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ) =>
    Buffer.concat([
      ...inputs.map((input) => block(1, input)),
      block(2, output),
      block(3, output),
      block(4, op),
      ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ])
  const constant = (dims: readonly number[], data: Float32Array | BigInt64Array) => {
    const name = `weight_${made++}`
    weights.push(tensor(name, dims, data))
    return name
  }
  const random = (dims: readonly number[], scale: number) =>
    constant(
      dims,
      Float32Array.from({ length: dims.reduce((all, dim) => all * dim, 1) }, () => normal() * scale),
    )
  const filled = (value: number, size = 1) => constant(size === 1 ? [] : [size], new Float32Array(size).fill(value))
  const whole64 = (...values: number[]) => constant([values.length], BigInt64Array.from(values, BigInt))
  const linear = (input: string, from: number, to: number) =>
    add('Add', [add('MatMul', [input, random([from, to], 1 / Math.sqrt(from))]), filled(0, to)])
  const layerNorm = (input: string) =>
    add('LayerNormalization', [input, filled(1, hidden), filled(0, hidden)], { axis: -1, epsilon: 1e-12 })

  const place = constant(
    [positions],
    BigInt64Array.from({ length: positions }, (_, at) => BigInt(at)),
  )
  const length = add('Gather', [add('Shape', ['input_ids']), whole64(1)], { axis: 0 })
  const places = add('Slice', [place, whole64(0), length, whole64(0)])
  const embedded = add('Add', [
    add('Add', [
      add('Gather', [random([words, hidden], 1), 'input_ids'], { axis: 0 }),
      add('Gather', [random([2, hidden], 0.1), 'token_type_ids'], { axis: 0 }),
    ]),
    add('Gather', [random([positions, hidden], 0.1), places], { axis: 0 }),
  ])
  let states = layerNorm(embedded)
  const mask = add('Unsqueeze', [add('Cast', ['attention_mask'], { to: FLOAT }), whole64(1, 2)])
  const penalty = add('Mul', [add('Sub', [filled(1), mask]), filled(-10_000)])
  for (let layer = 0; layer < layers; layer += 1) {
    const split = () => add('Reshape', [linear(states, hidden, hidden), whole64(0, 0, heads, hidden / heads)])
    const query = add('Transpose', [split()], { perm: [0, 2, 1, 3] })
    const key = add('Transpose', [split()], { perm: [0, 2, 3, 1] })
    const value = add('Transpose', [split()], { perm: [0, 2, 1, 3] })
    const scores = add('Mul', [add('MatMul', [query, key]), filled(1 / Math.sqrt(hidden / heads))])
    const seen = add('MatMul', [add('Softmax', [add('Add', [scores, penalty])], { axis: -1 }), value])
    const merged = add('Reshape', [add('Transpose', [seen], { perm: [0, 2, 1, 3] }), whole64(0, 0, hidden)])
    states = layerNorm(add('Add', [states, linear(merged, hidden, hidden)]))
    const inner = linear(states, hidden, innerSize)
    states = layerNorm(add('Add', [states, linear(add('Relu', [inner]), innerSize, hidden)]))
  }
  if (crossEncoder) {
    const first = add('Gather', [states, constant([], BigInt64Array.of(0n))], { axis: 1 })
    nodes.push(named('Identity', [linear(first, hidden, 1)], 'logits'))
  } else nodes.push(named('Identity', [states], 'last_hidden_state'))

  const input = (name: string) => block(11, tensorInfo(name, INT64, ['batch', 'length']))
  const output = crossEncoder
    ? tensorInfo('logits', FLOAT, ['batch', 1])
    : tensorInfo('last_hidden_state', FLOAT, ['batch', 'length', hidden])
  const graph = Buffer.concat([
    ...nodes.map((node) => block(1, node)),
    block(2, 'tiny-bert'),
    ...weights.map((weight) => block(5, weight)),
    ...['input_ids', 'attention_mask', 'token_type_ids'].map(input),
    block(12, output),
  ])
  return Buffer.concat([
    whole(1, 8),
    block(2, 'tests'),
    block(7, graph),
    block(8, Buffer.concat([block(1, ''), whole(2, 17)])),
  ])
}

/** Numbers of a normal distribution (Box-Muller) from a small linear congruential generator (Numerical Recipes). */
function seededNormal(seed: number): () => number {
  let state = seed >>> 0
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state + 1) / 4294967297
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
