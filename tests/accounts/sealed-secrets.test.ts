import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Accounts, openAccounts } from '../../server/accounts/accounts.ts'
import { KEY_FILE_NAME, readKeyFile } from '../../server/accounts/key-file.ts'
import { createSecretBox } from '../../server/accounts/secret-box.ts'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { createMemoryRateLimits } from '../../server/limits/memory-rate-limits.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'

const PASSWORD = 'correct horse battery staple'
const BY = { id: null, name: 'test' }
const codeAt = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

await onBothDatabases('the secret of a second factor', (settings) => {
  let dataDir: string
  let keyFile: string
  let database: OpenDatabase
  let time = Date.parse('2026-11-23T01:00:00Z')
  beforeAll(async () => {
    const { DATABASE_URL: databaseUrl } = await settings()
    dataDir = await mkdtemp(join(tmpdir(), 'sealed-'))
    keyFile = join(dataDir, KEY_FILE_NAME)
    database = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
    if (database.dialect === 'postgres') await writeFile(keyFile, `${'k'.repeat(40)}\n`)
  })
  afterAll(async () => {
    await database.close()
    await rm(dataDir, { recursive: true })
  })

  const open = (file: string | undefined) =>
    openAccounts({
      database,
      limits: createMemoryRateLimits(),
      now: () => time,
      personaName: () => undefined,
      ...(file === undefined ? {} : { keyFile: file }),
    })

  async function enrol(accounts: Accounts, login: string) {
    const account = await accounts.directory.create({ login, name: login, role: 'operator', password: PASSWORD }, BY)
    const who = { account, sessionHash: '' }
    const { secret } = await accounts.own.startTotp(who)
    const recoveryCodes = await accounts.own.confirmTotp(who, codeAt(secret, time))
    time += 300_000
    return { id: account.id, login, secret, recoveryCodes }
  }

  async function stored(id: string): Promise<string> {
    const row = await database.kysely.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    return row.totp_secret ?? ''
  }

  const enter = async (accounts: Accounts, login: string, code: string) => {
    time += 60_000
    return await accounts.door.signIn({ login, password: PASSWORD, code, address: '127.0.0.1' })
  }

  it('stands sealed in the database, and counts', async () => {
    const accounts = open(keyFile)
    const { id, login, secret } = await enrol(accounts, 'sealed')
    expect(await stored(id)).toMatch(/^sealed-1\.[\w-]{60,}$/)
    expect(JSON.stringify(await database.kysely.selectFrom('accounts').selectAll().execute())).not.toContain(secret)
    // Another process with the same file.
    expect(await enter(open(keyFile), login, codeAt(secret, time + 60_000))).toMatch(/^[\w-]{43}$/)
  })

  it.each(['code', 'recovery code'])(
    'of an older version counts on, and is sealed as soon as a %s was right',
    async (kind) => {
      const { id, login, secret, recoveryCodes } = await enrol(open(undefined), `older-${kind.length}`)
      expect(await stored(id)).toBe(secret)
      const accounts = open(keyFile)
      await expect(enter(accounts, login, '000000')).rejects.toMatchObject({ code: 'sign-in-failed' })
      expect(await stored(id)).toBe(secret)
      await enter(accounts, login, kind === 'code' ? codeAt(secret, time + 60_000) : (recoveryCodes[0] ?? ''))
      expect(await stored(id)).toMatch(/^sealed-1\./)
      await enter(accounts, login, codeAt(secret, time + 60_000))
    },
  )

  it('does not open with another key, while recovery codes still do', async () => {
    const { id, login, secret, recoveryCodes } = await enrol(open(keyFile), 'moved')
    const other = join(dataDir, 'other.key')
    await writeFile(other, 'o'.repeat(32))
    const accounts = open(other)
    await expect(enter(accounts, login, codeAt(secret, time + 60_000))).rejects.toThrow('sealed by another key')
    await enter(accounts, login, recoveryCodes[0] ?? '')
    expect(await stored(id)).toMatch(/^sealed-1\./)
  })
})

describe('a secret box', () => {
  const box = (key: string | null, purpose = 'a') =>
    createSecretBox(purpose, async () => (key === null ? null : Buffer.from(key)))

  it('gives back what was sealed, for the same owner, purpose and key only', async () => {
    const text = fc.string({ unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (secret, owner, at) => {
        const sealed = await box('key').seal(secret, owner)
        expect(await box('key').open(sealed, owner)).toBe(secret)
        expect(await box('key').seal(secret, owner)).not.toBe(sealed)
        await expect(box('key').open(sealed, `${owner}x`)).rejects.toThrow('another key')
        await expect(box('key', 'b').open(sealed, owner)).rejects.toThrow('another key')
        await expect(box('other').open(sealed, owner)).rejects.toThrow('another key')
        await expect(box(null).open(sealed, owner)).rejects.toThrow('no key')
        const bytes = Buffer.from(sealed.slice(9), 'base64url')
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ 1
        await expect(box('key').open(`sealed-1.${bytes.toString('base64url')}`, owner)).rejects.toThrow('another key')
      }),
      { numRuns: 30 },
    )
  })
})

describe('the key file', () => {
  it('is made once, for its owner alone, however many make it at the same time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'key-'))
    try {
      const path = join(folder, KEY_FILE_NAME)
      expect(await readKeyFile(path, false)).toBeNull()
      const keys = await Promise.all(Array.from({ length: 8 }, () => readKeyFile(path, true)))
      expect(new Set(keys.map(String)).size).toBe(1)
      expect(String(keys[0])).toMatch(/^[0-9a-f]{64}$/)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      expect(await readdir(folder)).toEqual([KEY_FILE_NAME])
      await writeFile(path, 'short\n')
      await expect(readKeyFile(path, true)).rejects.toThrow('at least 32')
      expect(await readFile(path, 'utf8')).toBe('short\n')
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
