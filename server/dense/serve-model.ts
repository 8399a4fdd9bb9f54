import type { MessagePort } from 'node:worker_threads'

/** What the thread is started with. */
export interface ModelThreadData {
  readonly task: 'embed' | 'rerank'
  readonly dir: string
  readonly dtype: 'q8' | 'fp32' | 'fp16' | 'int8' | 'uint8' | 'q4'
  readonly pooling: 'cls' | 'mean'
  readonly threads: number
}

/** One request: texts to embed, or passages to rank against `question`. */
export interface ModelThreadRequest {
  readonly texts: readonly string[]
  readonly question?: string
}

/** What came of loading, once, or of a request: `rows` vectors (or relevance numbers) one after the other; or why there are none. */
export type ModelThreadReply = { readonly of: 'loading' | 'request' } & (Values | { readonly error: string })

interface Values {
  readonly values: Float32Array
  readonly rows: number
}
type Run = (request: ModelThreadRequest) => Promise<Values>

/** Loads the model that `data` names and answers requests on `port`, one at a time, in order. */
export function serveModel(port: MessagePort, data: ModelThreadData): void {
  const reply = (message: ModelThreadReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const loading = loadModel(data)
  loading.then(
    () => reply({ of: 'loading', values: new Float32Array(0), rows: 0 }),
    (error) => reply({ of: 'loading', error: describe(error) }),
  )
  let last: Promise<void> = Promise.resolve()
  port.on('message', (request: ModelThreadRequest) => {
    last = last.then(async () => {
      try {
        const run = await loading
        const { values, rows } = await run(request)
        reply({ of: 'request', values, rows }, [values.buffer as ArrayBuffer])
      } catch (error) {
        reply({ of: 'request', error: describe(error) })
      }
    })
  })
}

async function loadModel({ task, dir, dtype, pooling, threads }: ModelThreadData): Promise<Run> {
  // Loaded only here: the package is optional and large.
  const { AutoModelForSequenceClassification, AutoTokenizer, env, LogLevel, pipeline } = await import(
    '@xenova/transformers'
  )
  env.allowRemoteModels = false
  env.useFSCache = false
  env.logLevel = LogLevel.ERROR
  const options = {
    dtype,
    device: 'cpu',
    local_files_only: true,
    session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
  } as const
  if (task === 'embed') {
    const extract = await pipeline('feature-extraction', dir, options)
    return async ({ texts }) => {
      const output = await extract([...texts], { pooling, normalize: true })
      return { values: Float32Array.from(output.data as Float32Array), rows: texts.length }
    }
  }
  const tokenizer = await AutoTokenizer.from_pretrained(dir, { local_files_only: true })
  const model = await AutoModelForSequenceClassification.from_pretrained(dir, options)
  return async ({ texts, question = '' }) => {
    const inputs = tokenizer(
      texts.map(() => question),
      { text_pair: [...texts], padding: true, truncation: true },
    )
    const { logits } = await model(inputs)
    const width = (logits.dims.at(-1) as number | undefined) ?? 1
    // One logit is the relevance; of two, the second is that of "relevant".
    const all = logits.data as Float32Array
    return {
      values: Float32Array.from(texts, (_, row) => all[row * width + width - 1] ?? Number.NaN),
      rows: texts.length,
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  return code === 'ERR_MODULE_NOT_FOUND' ? `${PACKAGE_MISSING} (${error.message.split('\n')[0]})` : error.message
}

const PACKAGE_MISSING =
  'the optional package @xenova/transformers is not installed; run "npm install --include=optional"'
