import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { projectDir } from './test-server.ts'

export interface ServerProcess {
  readonly child: ChildProcess
  readonly address: string
  /** Milliseconds from the start to the first good `readyz`. */
  readonly readyMs: number
  readonly output: () => string
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** The built server as a process of its own, for tests that kill it. Build first (`npm run build`). */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const port = env.PORT ?? String(await freePort())
  const started = performance.now()
  const child = spawn(process.execPath, [join(projectDir, 'dist', 'main.js')], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  const address = `http://127.0.0.1:${port}`
  for (;;) {
    if (child.exitCode !== null || performance.now() - started > 30_000)
      throw new Error(`The server did not start:\n${output}`)
    const ready = await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    child,
    address,
    readyMs: performance.now() - started,
    output: () => output,
    kill(signal) {
      child.kill(signal)
      return exited
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
