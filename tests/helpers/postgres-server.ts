import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

export interface PostgresServer {
  /** Of a database that the tests may fill; see {@link createTestDatabase}. */
  readonly url: string
  /** Stops and starts it again on the same port; null for a server that is not ours to stop. */
  readonly restart: RestartablePostgres | null
  /** Names of the databases made on it by {@link createTestDatabase}. */
  readonly databases: string[]
  /** Removes these databases, or the whole server if it is ours. */
  stop(): Promise<void>
}

export interface RestartablePostgres {
  /** As a crash does: connections break, nothing is flushed. */
  down(): Promise<void>
  up(): Promise<void>
}

const run = promisify(execFile)

/**
 * The server of `TEST_DATABASE_URL`, or a throw-away one on 127.0.0.1 from the machine's own PostgreSQL.
 * Null where PostgreSQL is not installed; under `CI=true` that is an error, since nothing may be skipped there.
 */
export async function startPostgres(): Promise<PostgresServer | null> {
  const env = process.env
  if (env.TEST_DATABASE_URL) return givenServer(env.TEST_DATABASE_URL)
  const bin = await findBinaries(env.PATH ?? '')
  if (bin === null) {
    if (env.CI === 'true') throw new Error('PostgreSQL is not installed, and under CI=true nothing may be skipped.')
    return null
  }
  return await startCluster(bin)
}

/** Whether `startPostgres` would give a server; for naming a suite before it runs. */
export async function postgresInstalled(): Promise<boolean> {
  const env = process.env
  return Boolean(env.TEST_DATABASE_URL) || env.CI === 'true' || (await findBinaries(env.PATH ?? '')) !== null
}

/** A new, empty database on the server; its URL. */
export async function createTestDatabase(server: PostgresServer): Promise<string> {
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await runSql(server.url, [`create database ${name}`])
  server.databases.push(name)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.href
}

function givenServer(url: string): PostgresServer {
  const databases: string[] = []
  const stop = () =>
    runSql(
      url,
      databases.map((name) => `drop database if exists ${name} with (force)`),
    )
  return { url, restart: null, databases, stop }
}

async function runSql(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function findBinaries(path: string): Promise<string | null> {
  const packaged = '/usr/lib/postgresql'
  const versions = existsSync(packaged) ? await readdir(packaged) : []
  versions.sort((a, b) => Number(b) - Number(a))
  const folders = [...versions.map((version) => join(packaged, version, 'bin')), ...path.split(delimiter)]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null
}

async function startCluster(bin: string): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'lecturer-avatars-postgres-'))
  await chmod(directory, 0o700)
  // PostgreSQL refuses to run as root.
  const asRoot = process.getuid?.() === 0
  if (asRoot) await run('chown', ['postgres', directory])
  const data = join(directory, 'data')
  const command = (program: string, parameters: string[]): [string, string[]] =>
    asRoot ? ['runuser', ['-u', 'postgres', '--', join(bin, program), ...parameters]] : [join(bin, program), parameters]

  await run(...command('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']), {
    cwd: directory,
  })
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`

  async function up(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${directory}`]
    const parameters = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    const child = spawn(...command('postgres', parameters), { cwd: directory, stdio: 'ignore' })
    let exited = false
    child.on('exit', () => {
      exited = true
    })
    child.unref()
    for (let attempt = 0; attempt < 300; attempt++) {
      if (exited) throw new Error('The PostgreSQL server for the tests ended at its start.')
      if (await answers(url)) return
      await sleep(50)
    }
    throw new Error('The PostgreSQL server for the tests did not answer within 15 s.')
  }

  function control(parameters: string[]): Promise<unknown> {
    return run(...command('pg_ctl', ['-D', data, '-w', ...parameters]), { cwd: directory })
  }

  // A test run that is ended from outside must not leave a server behind.
  function stopAtExit(): void {
    try {
      const [program, parameters] = command('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      execFileSync(program, parameters, { cwd: directory, stdio: 'ignore' })
    } catch {
      // It was down already.
    }
    rmSync(directory, { recursive: true, force: true })
  }

  process.once('exit', stopAtExit)
  await up()
  return {
    url,
    databases: [],
    restart: {
      down: async () => {
        await control(['-m', 'immediate', 'stop'])
      },
      up,
    },
    stop: async () => {
      process.removeListener('exit', stopAtExit)
      await control(['-m', 'immediate', 'stop']).catch(() => undefined)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('There is no free port.'))
      })
    })
  })
}
