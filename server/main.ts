import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import { type Logger, pino } from 'pino'
import { type App, buildApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { openDatabase } from './db/open-database.ts'
import { openDeps, openTurnLine } from './deps.ts'
import { openKnowledgeLibrary } from './knowledge/knowledge-library.ts'
import { readKnowledge } from './knowledge/read-knowledge.ts'
import { createMemoryRateLimits } from './limits/memory-rate-limits.ts'
import type { Log } from './log.ts'
import { createTokenBudget } from './model/token-budget.ts'
import { openCorrectionJudge } from './open-correction-judge.ts'
import { loadPrompts } from './prompts/load-prompts.ts'

// This file is `server/main.ts`, and `dist/main.js` once built: the project is one folder up from both.
const projectDir = dirname(dirname(fileURLToPath(import.meta.url)))

/** Longer than answers may take to finish while the process drains. */
const CLOSE_WITHIN_MS = 100_000

const [command = 'serve', ...args] = process.argv.slice(2)
try {
  if (command === 'serve') await serve()
  else if (command === 'eval') await evaluate()
  else if (command === 'models') await fetchModels()
  else if (command === 'user') await manageUsers()
  else throw new Error(`There is no command "${command}". Known are: serve, eval, models, user.`)
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

function settings() {
  // biome-ignore lint/style/noProcessEnv: the one place where the environment enters
  return readConfig(process.env, projectDir)
}

async function serve(): Promise<void> {
  const config = settings()
  const log: Logger = pino({ level: config.logLevel })
  const deps = await openDeps({ config, projectDir, log })
  const app = await buildApp(deps, log)
  await listen(app, config)
  const { chatModel, databaseUrl, redisUrl } = config
  log.info(
    {
      personas: deps.personas.list().length,
      model: chatModel?.model ?? 'extractive',
      database: databaseUrl === undefined ? 'sqlite' : 'postgresql',
      redis: redisUrl !== undefined,
    },
    'ready',
  )
  closeWithGrace({ delay: CLOSE_WITHIN_MS, logger: log }, async ({ err }) => {
    if (err) log.error({ err }, 'the process ends after an error')
    await app.drain()
  })
}

async function listen({ server }: App, { host, port }: Config): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const reason = taken ? 'another process has it' : String(error)
    throw new Error(`HOST and PORT: cannot listen on ${host}:${port}: ${reason}`, { cause: error })
  }
}

async function evaluate(): Promise<void> {
  const { runEvaluation } = await import('./evaluation/command.ts')
  const { languageAnalyzer } = await import('./retrieval/language-analyzer.ts')
  const config = settings()
  const { correctionJudge } = config
  const warn = (data: object | string) =>
    process.stderr.write(`${typeof data === 'string' ? data : JSON.stringify(data)}\n`)
  const log: Log = { debug: () => undefined, info: () => undefined, warn, error: warn }
  await runEvaluation(args, {
    analyzer: () => languageAnalyzer(join(config.knowledgeDir, 'language')),
    async openLine() {
      const library = await openKnowledgeLibrary(config.knowledgeDir, log)
      const line = await openTurnLine({ config, projectDir, library, log })
      return { line, personas: library.current().personas, close: () => line.close().then(() => library.close()) }
    },
    ...(correctionJudge && {
      async openCorrectionJudge() {
        const prompts = await loadPrompts(join(projectDir, 'prompts'))
        const judge = openCorrectionJudge(correctionJudge, prompts, createTokenBudget(config.modelBudget))
        return { judge, timeLimitMs: correctionJudge.timeoutMs, log }
      },
    }),
    demonstrationQuestions: join(projectDir, 'tests', 'eval', 'demonstration', 'questions.jsonl'),
    print: (line) => process.stdout.write(`${line}\n`),
    progress: (line) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
    },
  })
}

async function fetchModels(): Promise<void> {
  const { runModelsCommand } = await import('./model-files/models-command.ts')
  const { modelMirror, dataDir } = settings()
  process.exitCode = await runModelsCommand({
    args,
    mirror: modelMirror,
    projectDir,
    dataDir,
    write: (text) => void process.stdout.write(text),
  })
}

async function manageUsers(): Promise<void> {
  const { openAccounts } = await import('./accounts/accounts.ts')
  const { readSecret } = await import('./accounts/read-secret.ts')
  const { runUserCommand } = await import('./accounts/user-command.ts')
  const { dataDir, databaseUrl, knowledgeDir } = settings()
  const { personas } = await readKnowledge(knowledgeDir)
  const database = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
  const write = (text: string) => void process.stdout.write(text)
  try {
    process.exitCode = await runUserCommand({
      args,
      accounts: openAccounts({
        database,
        limits: createMemoryRateLimits(),
        now: Date.now,
        personaName: (id) => personas.find((persona) => persona.id === id)?.name,
      }),
      write,
      readSecret: (question) => readSecret(question, process.stdin, write),
    })
  } finally {
    await database.close()
  }
}
