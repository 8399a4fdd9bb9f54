import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import { type Logger, pino } from 'pino'
import { buildApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { openDeps } from './deps.ts'

// This file is `server/main.ts`, and `dist/main.js` once built: the project is one folder up from both.
const projectDir = dirname(dirname(fileURLToPath(import.meta.url)))

/** Longer than answers may take to finish while the process drains. */
const CLOSE_WITHIN_MS = 100_000

await serve()

async function serve(): Promise<void> {
  let log: Logger | undefined
  try {
    // biome-ignore lint/style/noProcessEnv: the one place where the environment enters
    const config = readConfig(process.env, projectDir)
    log = pino({ level: config.logLevel })
    const deps = await openDeps({ config, projectDir, log })
    const app = await buildApp(deps, log as never)
    await app.server.listen({ host: config.host, port: config.port })
    const { chatModel, databaseUrl, redisUrl } = config
    log.info(
      {
        personas: deps.personas.list().length,
        model: chatModel?.model ?? 'extractive',
        database: databaseUrl ? 'postgresql' : 'sqlite',
        redis: redisUrl !== undefined,
      },
      'ready',
    )
    closeWithGrace({ delay: CLOSE_WITHIN_MS, logger: log }, async ({ err }) => {
      if (err) log?.error({ err }, 'the process ends after an error')
      await app.drain()
    })
  } catch (error) {
    const readable = error instanceof ConfigError || error instanceof Error ? error.message : String(error)
    process.stderr.write(`\n${readable}\n`)
    log?.debug({ err: error }, 'the start failed')
    process.exit(1)
  }
}
