import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../../server/accounts/accounts.ts'
import { readSecret } from '../../server/accounts/read-secret.ts'
import { runUserCommand } from '../../server/accounts/user-command.ts'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { createMemoryRateLimits } from '../../server/limits/memory-rate-limits.ts'

const PASSWORD = 'a password from a pipe'
let dataDir: string
let database: OpenDatabase
let accounts: Accounts

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'user-command-'))
  database = await openDatabase({ dataDir })
  const personaName = (id: string) => (id === 'lin-yue' ? '林悦' : undefined)
  accounts = openAccounts({ database, limits: createMemoryRateLimits(), now: Date.now, personaName })
})
afterAll(async () => {
  await database.close()
  await rm(dataDir, { recursive: true })
})

async function run(command: string, secret = ''): Promise<{ code: number; printed: string }> {
  let printed = ''
  const code = await runUserCommand({
    args: command.split(' '),
    accounts,
    write: (text) => {
      printed += text
    },
    readSecret: async () => secret,
  })
  return { code, printed }
}

const signIn = (login: string, password: string) => accounts.door.signIn({ login, password, address: '127.0.0.1' })

describe('npm run user', () => {
  it('adds an operator, who sets the password by the link that it prints', async () => {
    const { code, printed } = await run('add --login wang --role operator --name 王管理')
    expect(code).toBe(0)
    await expect(signIn('wang', '')).rejects.toMatchObject({ code: 'sign-in-failed' })
    const token = /\/console#\/invitation\/([\w-]{43})/.exec(printed)?.[1] ?? ''
    expect(await accounts.invitations.look(token)).toMatchObject({ login: 'wang', role: 'operator', name: '王管理' })
    await accounts.invitations.accept(token, { login: 'wang', password: PASSWORD }, '127.0.0.1')
    expect(await signIn('wang', PASSWORD)).toMatch(/^[\w-]{43}$/)
    const [row] = (await accounts.audit.read({ limit: 50 })).rows.filter(({ action }) => action === 'account-created')
    expect(row).toMatchObject({ accountId: null, accountName: 'command line' })
  })

  it('takes a password from a pipe, and prints none', async () => {
    const { code, printed } = await run(
      'add --login li.si --role lecturer --persona lin-yue --password-stdin',
      PASSWORD,
    )
    expect({ code, printed }).toEqual({ code: 0, printed: 'Added: li.si (lecturer).\n' })
    expect(await signIn('li.si', PASSWORD)).toMatch(/^[\w-]{43}$/)
  })

  it('disables, enables, and resets', async () => {
    const session = await signIn('li.si', PASSWORD)
    expect((await run('disable --login li.si')).code).toBe(0)
    expect(await accounts.sessions.find(session)).toBeNull()
    await expect(signIn('li.si', PASSWORD)).rejects.toMatchObject({ code: 'sign-in-failed' })
    expect((await run('list')).printed).toMatch(/li\.si +lecturer +li\.si, lin-yue, disabled/)
    expect((await run('enable --login li.si')).code).toBe(0)
    expect(await signIn('li.si', PASSWORD)).toMatch(/./)
    const { printed } = await run('reset --login li.si --remove-second-factor')
    expect(printed).toContain('/console#/invitation/')
  })

  it.each([
    ['', 2],
    ['paint', 2],
    ['list twice', 2],
    ['add --login zhang', 2],
    ['add --login zhang --role king', 2],
    ['add --login x --role operator', 2],
    ['add --login zhang --role operator --password secret', 2],
    ['add --login zhang --role lecturer', 1],
    ['add --login zhang --role lecturer --persona nobody', 1],
    ['add --login WANG --role operator', 1],
    ['add --login zhang --role operator --password-stdin', 1],
    ['reset --login zhang', 1],
    ['disable --login zhang', 1],
  ])('refuses "%s" and says why', async (command, expected) => {
    const before = await accounts.directory.list()
    const { code, printed } = await run(command, 'short')
    expect(code).toBe(expected)
    expect(printed.length).toBeGreaterThan(10)
    expect((await accounts.directory.list()).length).toBe(before.length)
  })
})

describe('the password asked for', () => {
  it('is the first line of a pipe', async () => {
    const pipe = new PassThrough()
    const asked: string[] = []
    const answer = readSecret('Password: ', pipe as unknown as NodeJS.ReadStream, (text) => asked.push(text))
    pipe.write('first line\nsecond line\n')
    expect(await answer).toBe('first line')
    expect(asked).toEqual([])
  })

  it('is empty where nothing comes', async () => {
    const pipe = new PassThrough()
    pipe.end()
    expect(await readSecret('', pipe as unknown as NodeJS.ReadStream, () => undefined)).toBe('')
  })
})
