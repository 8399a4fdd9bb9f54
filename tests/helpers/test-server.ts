import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { type App, buildApp } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { type Deps, openDeps } from '../../server/deps.ts'
import type { Log } from '../../server/log.ts'

export const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface TestServer {
  readonly app: App
  readonly server: FastifyInstance
  readonly deps: Deps
  readonly address: string
  readonly dataDir: string
  /** What the server logged, as text. */
  readonly logged: () => string
  close(): Promise<void>
}

/** The whole application on a free loopback port, with a data folder of its own. */
export async function startTestServer(env: Record<string, string> = {}, now?: () => number): Promise<TestServer> {
  const made = env.DATA_DIR === undefined ? await mkdtemp(join(tmpdir(), 'lecturer-avatars-')) : undefined
  const dataDir = env.DATA_DIR ?? made ?? ''
  const lines: string[] = []
  const write = (...parts: unknown[]) =>
    lines.push(parts.map((part) => (part instanceof Object ? JSON.stringify(part, errorText) : String(part))).join(' '))
  const log: Log = { debug: write, info: write, warn: write, error: write }
  const config = readConfig({ DATA_DIR: dataDir, ...env }, projectDir)
  const deps = await openDeps({ config, projectDir, log, ...(now === undefined ? {} : { now }) })
  const app = await buildApp(deps, { level: 'debug', stream: { write: (line: string) => lines.push(line) } })
  const address = await app.server.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    server: app.server,
    deps,
    address,
    dataDir,
    logged: () => lines.join('\n'),
    async close() {
      await app.server.close()
      if (made !== undefined) await rm(made, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function errorText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.message}${value.cause ? ` (${String(value.cause)})` : ''}` : value
}
