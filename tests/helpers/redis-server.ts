import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import process from 'node:process'
import { createClient } from 'redis'

/** A Redis for tests. */
export interface TestRedis {
  readonly url: string
  /** Throws away all that it holds. */
  flushAll(): Promise<void>
  /** Ends what was started for the test. */
  stop(): Promise<void>
}

/** A Redis that a test may also break. */
export interface OwnRedis extends TestRedis {
  /** Ends the process at once; what it held is gone, since it keeps nothing on disk. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Freezes the process: connections stay open and nothing answers. */
  pause(): void
  resume(): void
}

/**
 * Gives a Redis: the one that TEST_REDIS_URL names, emptied, in a database of this test worker; else one of its own.
 * Null where neither is there; under CI=true that throws.
 */
export async function startRedis(): Promise<TestRedis | null> {
  const given = process.env.TEST_REDIS_URL
  if (!given) return startOwnRedis()
  const url = new URL(given)
  if (url.pathname.length < 2) url.pathname = `/${1 + ((Number(process.env.VITEST_POOL_ID) || 0) % 15)}`
  const flushAll = () => flush(url.href, 'FLUSHDB')
  await flushAll()
  return { url: url.href, flushAll, stop: async () => {} }
}

/** Starts a `redis-server` of its own on a loopback port; null where none is installed, under CI=true that throws. */
export async function startOwnRedis(): Promise<OwnRedis | null> {
  if (spawnSync('redis-server', ['--version']).error) {
    if (process.env.CI === 'true') throw new Error('redis-server is not installed; under CI=true no test is skipped')
    process.stderr.write('redis-server is not installed: the tests of this file that need it are skipped\n')
    return null
  }
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let child = await launch(port)

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  return {
    url,
    flushAll: () => flush(url, 'FLUSHALL'),
    stop: kill,
    kill,
    start: async () => {
      child = await launch(port)
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', '/']
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`redis-server ended at its start: ${said}`)))
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('Ready to accept connections')) resolve()
    })
  })
  child.stdout.removeAllListeners('data').resume()
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function flush(url: string, command: 'FLUSHALL' | 'FLUSHDB'): Promise<void> {
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  await client.sendCommand([command])
  client.destroy()
}
