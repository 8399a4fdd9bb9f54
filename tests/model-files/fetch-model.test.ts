import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runModelsCommand } from '../../server/model-files/models-command.ts'

const WEIGHTS = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 31 + (at >> 8)) % 256))
const FILES: Record<string, Buffer> = {
  'config.json': Buffer.from('{"hidden_size":512}'),
  'tokenizer.json': Buffer.from('{"model":{}}'),
  'tokenizer_config.json': Buffer.from('{}'),
  'onnx/model_quantized.onnx': WEIGHTS,
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const gitSha1 = (bytes: Buffer) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

/** A hub as Hugging Face is: large files are redirected to a storage of their own and named by their SHA-256, small ones by git's SHA-1. */
interface Hub {
  readonly requests: { method: string; path: string; range: string | undefined }[]
  /** Bytes of the weights after which the connection is cut, for one time each. */
  cuts: number[]
  /** What the storage sends instead of the weights. */
  damaged: Buffer | undefined
  ranges: boolean
  hashes: boolean
}
const hub: Hub = { requests: [], cuts: [], damaged: undefined, ranges: true, hashes: true }
let server: Server
let mirror = ''
let root = ''

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lecturer-avatars-models-'))
  server = createServer((request, response) => {
    const { method = '', url = '' } = request
    const { range } = request.headers
    hub.requests.push({ method, path: url, range })
    const path = url.replace('/Xenova/bge-small-zh-v1.5/resolve/main/', '').replace('/storage/', '')
    const bytes = FILES[path]
    if (bytes === undefined) return response.writeHead(404).end()
    if (!url.startsWith('/storage/') && path.endsWith('.onnx')) {
      const linked = { 'x-linked-etag': `"${sha256(bytes)}"`, 'x-linked-size': String(bytes.length) }
      return response.writeHead(302, { location: `/storage/${path}`, ...(hub.hashes && linked) }).end()
    }
    const content = path.endsWith('.onnx') ? (hub.damaged ?? bytes) : bytes
    hub.damaged = undefined
    const from = range === undefined || !hub.ranges ? 0 : Number(/\d+/.exec(range)?.[0] ?? 0)
    if (from >= content.length) return response.writeHead(416).end()
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': content.length - from,
      ...(hub.hashes && { etag: `"${gitSha1(content)}"` }),
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    })
    if (method === 'HEAD') return response.end()
    const cut = path.endsWith('.onnx') ? hub.cuts.shift() : undefined
    if (cut === undefined) return response.end(content.subarray(from))
    response.write(content.subarray(from, from + cut), () => setTimeout(() => response.destroy(), 20))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(root, { recursive: true, force: true })
})
let made = 0
let dataDir = ''
beforeEach(() => {
  Object.assign(hub, { cuts: [], damaged: undefined, ranges: true, hashes: true })
  hub.requests.length = 0
  dataDir = join(root, `data-${made++}`)
})

async function run(args: readonly string[], options: { mirror?: string | undefined } = {}) {
  let output = ''
  const code = await runModelsCommand({
    args,
    mirror: 'mirror' in options ? options.mirror : mirror,
    projectDir: root,
    dataDir,
    retryMs: 5,
    write: (text) => {
      output += text
    },
  })
  return { code, output }
}
const fetched = (path: string) => readFileSync(join(dataDir, 'models', 'bge-small-zh-v1.5', path))
const gets = () => hub.requests.filter(({ method }) => method === 'GET')

describe('npm run models', () => {
  it('fetches a model, checks it and says how to use it', async () => {
    const { code, output } = await run(['fetch', 'bge-small-zh-v1.5'])
    expect(output).toContain(`EMBEDDING_MODEL_DIR=data-${made - 1}/models/bge-small-zh-v1.5`)
    expect(code).toBe(0)
    for (const [path, bytes] of Object.entries(FILES)) expect(fetched(path).equals(bytes)).toBe(true)
    expect(output).toContain('onnx/model_quantized.onnx: 0.20 MB of 0.20 MB (100 %)')
    expect(output.match(/hash checked/g)).toHaveLength(4)
    expect(existsSync(join(dataDir, 'models', 'bge-small-zh-v1.5', 'onnx', 'model_quantized.onnx.part'))).toBe(false)
  })

  it('keeps what is there and right, and fetches again what is not', async () => {
    await run(['fetch', 'bge-small-zh-v1.5'])
    hub.requests.length = 0
    expect((await run(['fetch', 'bge-small-zh-v1.5'])).output.match(/was there already/g)).toHaveLength(4)
    expect(gets()).toEqual([])
    writeFileSync(join(dataDir, 'models', 'bge-small-zh-v1.5', 'config.json'), '{"hidden_size":511}')
    expect((await run(['fetch', 'bge-small-zh-v1.5'])).code).toBe(0)
    expect(fetched('config.json').toString()).toBe('{"hidden_size":512}')
  })

  it('goes on where the connection broke', async () => {
    hub.cuts = [70_000, 50_000]
    expect((await run(['fetch', 'bge-small-zh-v1.5'])).code).toBe(0)
    expect(fetched('onnx/model_quantized.onnx').equals(WEIGHTS)).toBe(true)
    const ranges = gets()
      .filter(({ path }) => path.startsWith('/storage/'))
      .map(({ range }) => range)
    expect(ranges).toEqual([undefined, 'bytes=70000-', 'bytes=120000-'])
  })

  it('goes on where an earlier run stopped, also with a server that knows no ranges', async () => {
    for (const ranges of [true, false]) {
      hub.ranges = ranges
      const dir = join(dataDir, 'models', 'bge-small-zh-v1.5', 'onnx')
      rmSync(dir, { recursive: true, force: true })
      mkdirSync(dir, { recursive: true })
      writeFileSync(join(dir, 'model_quantized.onnx.part'), WEIGHTS.subarray(0, 150_000))
      expect((await run(['fetch', 'bge-small-zh-v1.5'])).code).toBe(0)
      expect(fetched('onnx/model_quantized.onnx').equals(WEIGHTS)).toBe(true)
    }
  })

  it('begins anew where the content is not what the hub named', async () => {
    hub.damaged = Buffer.alloc(WEIGHTS.length, 7)
    expect((await run(['fetch', 'bge-small-zh-v1.5'])).code).toBe(0)
    expect(fetched('onnx/model_quantized.onnx').equals(WEIGHTS)).toBe(true)
  })

  it('says that it could not check where the hub names nothing', async () => {
    hub.hashes = false
    const { code, output } = await run(['fetch', 'bge-small-zh-v1.5'])
    expect(code).toBe(0)
    expect(output.match(/size checked/g)).toHaveLength(4)
  })

  it('explains what went wrong, and keeps what came', async () => {
    const missing = await run(['fetch', 'someone/no-such-model'])
    expect(missing.code).toBe(1)
    expect(missing.output).toMatch(/config.json: the server answered 404: no such model/)
    const unreachable = await run(['fetch', 'bge-small-zh-v1.5', '--mirror', 'http://127.0.0.1:9'])
    expect(unreachable.code).toBe(1)
    expect(unreachable.output).toMatch(/127.0.0.1:9 cannot be reached .*MODEL_MIRROR/)
    hub.cuts = Array.from({ length: 20 }, () => 1_000)
    const broken = await run(['fetch', 'bge-small-zh-v1.5'])
    expect(broken.code).toBe(1)
    expect(broken.output).toContain('the same command goes on from there')
    expect(readFileSync(join(dataDir, 'models/bge-small-zh-v1.5/onnx/model_quantized.onnx.part')).length).toBe(6_000)
  })

  it('lists what can be fetched, and refuses what it does not understand', async () => {
    expect((await run([])).output).toContain('bge-small-zh-v1.5')
    expect((await run(['fetch', '../../etc'])).code).toBe(2)
    expect((await run(['fetch'])).code).toBe(2)
    expect((await run(['fetch', 'bge-small-zh-v1.5', '--mirror', 'ftp://x'])).code).toBe(2)
    expect((await run(['fetch', 'bge-small-zh-v1.5', '--colour'])).code).toBe(2)
    expect(hub.requests).toEqual([])
  })
})
