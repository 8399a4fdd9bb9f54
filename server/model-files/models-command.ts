import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FetchModelError } from './download-file.ts'
import { fetchModel } from './fetch-model.ts'
import { KNOWN_MODELS, modelSource } from './known-models.ts'

export interface ModelsCommandOptions {
  /** What stands after `npm run models --`. */
  readonly args: readonly string[]
  /** MODEL_MIRROR; the hub itself where it is unset. */
  readonly mirror: string | undefined
  readonly projectDir: string
  /** Models go into `models/<name>` below it. */
  readonly dataDir: string
  /** Prints; text without a line break at its end is written over by the next one. */
  readonly write: (text: string) => void
  readonly signal?: AbortSignal
  /** First wait after a broken connection, in milliseconds; 1,000 by default. */
  readonly retryMs?: number
}

const HUB = 'https://huggingface.co'

const HELP = `Fetches models for search by meaning. The server itself never downloads anything.

  npm run models                              lists the models that are known here
  npm run models -- fetch bge-small-zh-v1.5   fetches one; "owner/name" names any other model of the hub

  --mirror URL       the hub or a mirror of it, such as https://hf-mirror.com (or the setting MODEL_MIRROR)
  --to DIR           the folder that gets the files; DATA_DIR/models/<name> by default
  --precision NAME   quantized (default), full or fp16
`

/** Runs the command and gives the exit code of the process: 0, 1 where fetching failed, 2 where the command is not understood. */
export async function runModelsCommand(options: ModelsCommandOptions): Promise<number> {
  const { write } = options
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(options.args)
  } catch (error) {
    write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    return 2
  }
  const { values, positionals } = parsed
  const [command, name, ...more] = positionals
  if (values.help === true || command === undefined || command === 'list') {
    write(`${HELP}\n`)
    for (const model of KNOWN_MODELS) write(`  ${model.name.padEnd(24)}${model.use.padEnd(11)}${model.description}\n`)
    return 0
  }
  if (command !== 'fetch' || name === undefined || more.length > 0 || !isModelName(name)) {
    write(`Not understood: ${positionals.join(' ')}\n\n${HELP}`)
    return 2
  }
  const mirror = values.mirror ?? options.mirror ?? HUB
  if (!URL.canParse(mirror) || !/^https?:$/.test(new URL(mirror).protocol)) {
    write(`The mirror must be an address that starts with http:// or https://\n`)
    return 2
  }
  return fetchNamed(name, values.precision, mirror, values.to, options)
}

async function fetchNamed(
  name: string,
  precision: string,
  mirror: string,
  to: string | undefined,
  options: ModelsCommandOptions,
) {
  const { projectDir, dataDir, write, signal, retryMs } = options
  const source = modelSource(name, precision === 'full' ? '' : precision)
  const dir = to === undefined ? join(dataDir, 'models', source.name) : resolve(projectDir, to)
  let told = 0
  try {
    const files = await fetchModel({
      source,
      baseUrl: mirror,
      dir,
      ...(signal && { signal }),
      ...(retryMs !== undefined && { retryMs }),
      onProgress(path, done, total) {
        if (Date.now() - told < 200 && done !== total) return
        told = Date.now()
        const share = total === undefined ? '' : ` of ${megabytes(total)} (${Math.floor((100 * done) / total)} %)`
        write(`${path}: ${megabytes(done)}${share}${done === total ? '\n' : ''}`)
      },
    })
    for (const { path, size, checked, kept } of files) {
      const how = {
        hash: 'hash checked',
        size: 'size checked',
        no: 'not checked: the server gives neither size nor hash',
      }[checked]
      write(`  ${path}  ${megabytes(size)}  ${kept ? 'was there already, ' : ''}${how}\n`)
    }
  } catch (error) {
    if (!(error instanceof FetchModelError)) throw error
    write(`\n${error.message}\nWhat has come so far is kept; the same command goes on from there.\n`)
    return 1
  }
  const use = KNOWN_MODELS.find((model) => model.name === name)?.use ?? 'embedding'
  const setting = use === 'embedding' ? 'EMBEDDING_MODEL_DIR' : 'RERANKER_MODEL_DIR'
  const inside = relative(projectDir, dir)
  write(`\nTo use it:  ${setting}=${inside.startsWith('..') ? dir : inside}\n`)
  return 0
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      mirror: { type: 'string' },
      to: { type: 'string' },
      precision: { type: 'string', default: 'quantized' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

/** A known name, or `owner/name`; both become parts of a path. */
function isModelName(name: string): boolean {
  if (KNOWN_MODELS.some((model) => model.name === name)) return true
  return /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(name)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`
}
