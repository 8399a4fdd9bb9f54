import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SESSION_IDLE_MS, SESSION_LONGEST_MS } from '../../server/accounts/account-sessions.ts'
import { INVITATION_MS } from '../../server/accounts/invitations.ts'
import { ATTEMPTS_PER_ADDRESS, FREE_FAILURES } from '../../server/accounts/sign-in-attempts.ts'
import type {
  Account,
  AuditPage,
  Login,
  MadeInvitation,
  Me,
  NewInvitation,
  ResetLink,
  Role,
  TotpConfirmed,
  TotpStarted,
} from '../../server/protocol/console-account.ts'
import { SESSION_COOKIE } from '../../server/routes/console.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { answerOf, type ConsoleAnswer, type ConsoleClient, enterConsole, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PASSWORD = 'correct horse 电池 staple'
const OTHER_PASSWORD = '另一句很长的口令 2026'
const MINUTE = 60_000

await onBothDatabases('accounts', (databaseSettings) => {
  let server: TestServer
  let operator: ConsoleClient
  let time = Date.parse('2026-11-23T01:00:00Z')
  /** Everything that must stand in no log. */
  const secrets: string[] = [PASSWORD, OTHER_PASSWORD]
  let hosts = 0

  beforeAll(async () => {
    server = await startTestServer({ TRUST_PROXY: '1', ...(await databaseSettings()) }, () => time)
    operator = await signIn(server, { role: 'operator', name: '管理员' })
  })
  afterAll(() => server?.close())

  async function newAccount(role: Role = 'reviewer', password = PASSWORD): Promise<Account> {
    const login = `user-${randomUUID()}`
    const persona = role === 'lecturer' ? { personaId: 'lin-yue' } : {}
    return await server.deps.accounts.directory.create(
      { login, name: '小王', role, password, ...persona },
      { id: null, name: 'test' },
    )
  }

  /** Each from an address of its own, so that only what is said here is throttled by address. */
  function tryIn(login: Login, headers: Record<string, string> = {}, address = nextAddress()): Promise<ConsoleAnswer> {
    return answerOf(server.server, { method: 'POST', path: '/sign-in', payload: login, headers, address })
  }

  function nextAddress(): string {
    hosts += 1
    return `10.1.${hosts >> 8}.${hosts & 255}`
  }

  function cookieOf(answer: ConsoleAnswer): { value: string; attributes: string } {
    const header = String(answer.headers['set-cookie'] ?? '')
    const [, value = '', attributes = ''] = new RegExp(`^${SESSION_COOKIE}=([^;]*)(.*)$`).exec(header) ?? []
    if (value !== '') secrets.push(value)
    return { value, attributes }
  }

  async function enter(login: Login): Promise<ConsoleClient> {
    const answer = await tryIn(login)
    expect(answer.error).toBeUndefined()
    return await enterConsole(server, cookieOf(answer).value)
  }

  async function actionsOn(subjectId: string): Promise<string[]> {
    const { rows } = (await operator.get('/audit?limit=200')).json<AuditPage>()
    return rows.filter((row) => row.subjectId === subjectId).map(({ action }) => action)
  }

  const tokenIn = (path: string) => {
    const token = path.replace('/console#/invitation/', '')
    secrets.push(token)
    return token
  }

  async function invite(invitation: NewInvitation): Promise<{ id: string; token: string }> {
    const made = (await operator.post('/invitations', invitation)).json<MadeInvitation>()
    return { id: made.invitation.id, token: tokenIn(made.path) }
  }

  const accept = (token: string, payload: object) =>
    answerOf(server.server, { method: 'POST', path: `/invitations/by-token/${token}/accept`, payload })

  describe('signing in', () => {
    it('opens the console, by a cookie that scripts and other sites do not get', async () => {
      const account = await newAccount('lecturer')
      const answer = await tryIn({ login: ` ${account.login.toUpperCase()}`, password: PASSWORD })
      const me = answer.json<Me>()
      expect(me).toMatchObject({
        account: { id: account.id, role: 'lecturer', personaId: 'lin-yue' },
        settings: { lecturerApproves: true, secondPersonPublishes: false, requireSecondFactor: false },
        personas: [{ id: 'lin-yue', name: '林悦', paused: false }],
        transcription: false,
      })
      const { value, attributes } = cookieOf(answer)
      expect(Buffer.from(value, 'base64url')).toHaveLength(32)
      expect(attributes).toMatch(/; HttpOnly/)
      expect(attributes).toMatch(/; SameSite=Strict/)
      expect(attributes).toMatch(/; Path=\//)
      expect(attributes).not.toMatch(/; Secure/)
      expect(answer.headers['cache-control']).toBe('no-store')
      // The token of that answer is already one of the new session.
      const cookie = `${SESSION_COOKIE}=${value}`
      const out = await answerOf(server.server, {
        method: 'POST',
        path: '/sign-out',
        headers: { cookie, 'x-csrf-token': me.csrfToken },
      })
      expect(out.status).toBe(204)
    })

    it('marks the cookie as secure where the visitor came by https', async () => {
      const { login } = await newAccount()
      const answer = await tryIn({ login, password: PASSWORD }, { 'x-forwarded-proto': 'https' })
      expect(cookieOf(answer).attributes).toMatch(/; Secure/)
    })

    it('keeps neither password nor cookie in the database', async () => {
      const { login, id } = await newAccount()
      const { value } = cookieOf(await tryIn({ login, password: PASSWORD }))
      const account = await server.deps.accounts.sessions.find(value)
      expect(account?.sessionHash).toMatch(/^[0-9a-f]{64}$/)
      expect(account?.account.id).toBe(id)
      expect(await server.deps.accounts.sessions.find(account?.sessionHash ?? '')).toBeNull()
    })

    it('answers a wrong password, an unknown login and a disabled account alike', async () => {
      const { login } = await newAccount()
      const disabled = await newAccount()
      await operator.patch(`/accounts/${disabled.id}`, { disabled: true })
      const answers = [
        await tryIn({ login, password: OTHER_PASSWORD }),
        await tryIn({ login: 'nobody-at-all', password: PASSWORD }),
        await tryIn({ login: disabled.login, password: PASSWORD }),
        await tryIn({ login, password: '' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 400])
      expect(new Set(answers.slice(0, 3).map(({ text }) => text)).size).toBe(1)
      for (const answer of answers) expect(answer.headers['set-cookie']).toBeUndefined()
    })

    it('takes as long for an unknown login as for a wrong password', async () => {
      const { login } = await newAccount()
      const timeOf = async (each: string) => {
        const start = performance.now()
        await tryIn({ login: each, password: OTHER_PASSWORD })
        return performance.now() - start
      }
      // By turns, and the quickest of each: what else the machine does makes single tries slower, never quicker.
      const known: number[] = []
      const unknown: number[] = []
      for (let round = 1; round <= 3; round += 1) {
        known.push(await timeOf(login))
        unknown.push(await timeOf(`nobody-${round}`))
      }
      // Without the hash an unknown login takes a small part of the time.
      expect(Math.min(...unknown) / Math.min(...known)).toBeGreaterThan(0.3)
    })

    it('locks a login after failures in a row, for longer each time, whether or not anybody has it', async () => {
      for (const login of [(await newAccount()).login, `nobody-${randomUUID()}`]) {
        const tries: (string | undefined)[] = []
        for (let at = 0; at <= FREE_FAILURES; at += 1) tries.push((await tryIn({ login, password: 'wrong' })).error)
        expect(tries).toEqual([...Array(FREE_FAILURES).fill('sign-in-failed'), 'sign-in-throttled'])
        const locked = await tryIn({ login, password: PASSWORD })
        expect({ error: locked.error, after: locked.headers['retry-after'] }).toEqual({
          error: 'sign-in-throttled',
          after: '60',
        })
        time += MINUTE + 1
        expect((await tryIn({ login, password: 'wrong' })).error).toBe('sign-in-failed')
        time += MINUTE + 1
        expect((await tryIn({ login, password: 'wrong' })).error).toBe('sign-in-throttled')
        time += MINUTE
      }
    })

    it('counts tries that come side by side, and forgets them at the first success', async () => {
      const { login, id } = await newAccount()
      const tries = await Promise.all(Array.from({ length: 9 }, () => tryIn({ login, password: 'wrong' })))
      expect(tries.filter(({ error }) => error === 'sign-in-failed')).toHaveLength(FREE_FAILURES)
      time += MINUTE + 1
      expect((await tryIn({ login, password: PASSWORD })).status).toBe(200)
      expect((await tryIn({ login, password: 'wrong' })).error).toBe('sign-in-failed')
      expect((await tryIn({ login, password: PASSWORD })).status).toBe(200)
      const actions = await actionsOn(id)
      expect(actions).toContain('sign-in-failed')
      expect(actions).toContain('sign-in-locked')
      expect(actions).toContain('account-signed-in')
    })

    it('is throttled by address', async () => {
      const answers: ConsoleAnswer[] = []
      for (let at = 0; at < ATTEMPTS_PER_ADDRESS.capacity + 3; at += 1) {
        answers.push(await tryIn({ login: `n-${randomUUID()}`, password: 'x' }, {}, '10.9.9.9'))
      }
      expect(answers[0]?.error).toBe('sign-in-failed')
      expect(answers.at(-1)?.error).toBe('sign-in-throttled')
      expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0)
      const { login } = await newAccount()
      expect((await tryIn({ login, password: PASSWORD })).status).toBe(200)
    })
  })

  describe('a session', () => {
    it('ends when it was not used, and at last in any case', async () => {
      const idle = await signIn(server, { role: 'reviewer' })
      time += SESSION_IDLE_MS - 1
      expect((await idle.get('/me')).status).toBe(200)
      time += SESSION_IDLE_MS - 1
      expect((await idle.get('/me')).status).toBe(200)
      time += SESSION_IDLE_MS
      expect((await idle.get('/me')).error).toBe('not-signed-in')

      const used = await signIn(server, { role: 'reviewer' })
      for (let passed = 0; passed + SESSION_IDLE_MS / 2 < SESSION_LONGEST_MS; passed += SESSION_IDLE_MS / 2) {
        time += SESSION_IDLE_MS / 2
        expect((await used.get('/me')).status).toBe(200)
      }
      time += SESSION_IDLE_MS / 2
      expect((await used.get('/me')).error).toBe('not-signed-in')
      operator = await signIn(server, { role: 'operator', name: '管理员' })
    })

    it('ends with signing out, alone, and its cookie with it', async () => {
      const { login } = await newAccount()
      const [one, other] = [await enter({ login, password: PASSWORD }), await enter({ login, password: PASSWORD })]
      const out = await one.post('/sign-out')
      expect(out.status).toBe(204)
      expect(String(out.headers['set-cookie'])).toMatch(/console_session=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/)
      expect((await one.get('/me')).error).toBe('not-signed-in')
      expect((await other.get('/me')).status).toBe(200)
    })

    it('is another one after each signing in; the old one ends', async () => {
      const { login } = await newAccount()
      const first = await enter({ login, password: PASSWORD })
      const answer = await tryIn({ login, password: PASSWORD }, { cookie: first.cookie })
      expect(`${SESSION_COOKIE}=${cookieOf(answer).value}`).not.toBe(first.cookie)
      expect((await first.get('/me')).error).toBe('not-signed-in')
    })

    it('ends at once where the account is disabled, and a changed role holds at once', async () => {
      const account = await newAccount('operator')
      const client = await enter({ login: account.login, password: PASSWORD })
      expect((await client.get('/accounts')).status).toBe(200)
      await operator.patch(`/accounts/${account.id}`, { role: 'lecturer', personaId: 'gao-zhenbang' })
      expect((await client.get('/accounts')).error).toBe('not-allowed')
      expect((await client.get('/me')).json<Me>().personas.map(({ id }) => id)).toEqual(['gao-zhenbang'])
      await operator.patch(`/accounts/${account.id}`, { disabled: true })
      expect((await client.get('/me')).error).toBe('not-signed-in')
      await operator.patch(`/accounts/${account.id}`, { disabled: false })
      expect((await client.get('/me')).error).toBe('not-signed-in')
    })
  })

  describe('the password', () => {
    it('is changed with the present one, and ends all other sessions', async () => {
      const { login, id } = await newAccount()
      const [one, other] = [await enter({ login, password: PASSWORD }), await enter({ login, password: PASSWORD })]
      const wrong = await one.post('/me/password', { current: OTHER_PASSWORD, next: OTHER_PASSWORD })
      expect(wrong.error).toBe('sign-in-failed')
      expect((await one.post('/me/password', { current: PASSWORD, next: 'short' })).error).toBe('bad-request')
      expect((await one.post('/me/password', { current: PASSWORD, next: 'aaaaaaaaaaaa' })).error).toBe('bad-request')
      expect((await one.post('/me/password', { current: PASSWORD, next: OTHER_PASSWORD })).status).toBe(204)
      expect((await one.get('/me')).status).toBe(200)
      expect((await other.get('/me')).error).toBe('not-signed-in')
      expect((await tryIn({ login, password: PASSWORD })).error).toBe('sign-in-failed')
      expect((await tryIn({ login, password: OTHER_PASSWORD })).status).toBe(200)
      expect(await actionsOn(id)).toContain('password-changed')
    })

    it('cannot be guessed by a stolen session', async () => {
      const { login } = await newAccount()
      const client = await enter({ login, password: PASSWORD })
      const errors: (string | undefined)[] = []
      for (let at = 0; at <= FREE_FAILURES; at += 1) {
        errors.push((await client.post('/me/totp/remove', { password: 'wrong' })).error)
      }
      expect(errors.at(-1)).toBe('sign-in-throttled')
    })

    it('is set anew by a link, once; then all sessions end', async () => {
      const { login, id } = await newAccount()
      const client = await enter({ login, password: PASSWORD })
      const older = tokenIn((await operator.post(`/accounts/${id}/reset-link`)).json<ResetLink>().path)
      const token = tokenIn((await operator.post(`/accounts/${id}/reset-link`)).json<ResetLink>().path)
      expect((await accept(older, { login, password: OTHER_PASSWORD })).error).toBe('not-found')
      // Who has forgotten the password has tried it often.
      for (let at = 0; at < FREE_FAILURES; at += 1) await tryIn({ login, password: 'forgotten' })
      expect((await tryIn({ login, password: PASSWORD })).error).toBe('sign-in-throttled')
      const seen = await answerOf(server.server, { method: 'GET', path: `/invitations/by-token/${token}` })
      expect(seen.json()).toMatchObject({ login, role: 'reviewer', secondFactor: false })
      const answer = await accept(token, { login, password: OTHER_PASSWORD })
      expect(answer.json<Me>().account.id).toBe(id)
      cookieOf(answer)
      expect((await client.get('/me')).error).toBe('not-signed-in')
      expect((await accept(token, { login, password: PASSWORD })).error).toBe('not-found')
      expect((await tryIn({ login, password: OTHER_PASSWORD })).status).toBe(200)
      expect(await actionsOn(id)).toEqual(expect.arrayContaining(['reset-link-created', 'password-reset']))
    })
  })

  describe('the second factor', () => {
    const codeAt = (secret: string, at: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

    async function protectedAccount() {
      const account = await newAccount()
      const client = await enter({ login: account.login, password: PASSWORD })
      const { secret, uri } = (await client.post('/me/totp/start')).json<TotpStarted>()
      secrets.push(secret)
      expect(uri).toContain(`secret=${secret}`)
      const confirmed = await client.post('/me/totp/confirm', { code: codeAt(secret, time) })
      const { recoveryCodes } = confirmed.json<TotpConfirmed>()
      secrets.push(...recoveryCodes)
      return { ...account, client, secret, recoveryCodes }
    }

    it('is asked for after the password; a code works once, and one step early or late', async () => {
      const { login, secret, client } = await protectedAccount()
      expect((await client.get('/me')).json<Me>().account.secondFactor).toBe(true)
      const password = PASSWORD
      expect((await tryIn({ login, password })).error).toBe('second-factor-required')
      expect((await tryIn({ login, password: OTHER_PASSWORD })).error).toBe('sign-in-failed')
      // The code of its confirmation is used up.
      expect((await tryIn({ login, password, code: codeAt(secret, time) })).error).toBe('sign-in-failed')
      time += 5 * MINUTE
      expect((await tryIn({ login, password, code: codeAt(secret, time - 2 * 30_000) })).error).toBe('sign-in-failed')
      const late = codeAt(secret, time - 30_000)
      expect((await tryIn({ login, password, code: late })).status).toBe(200)
      expect((await tryIn({ login, password, code: late })).error).toBe('sign-in-failed')
      expect((await tryIn({ login, password, code: codeAt(secret, time + 30_000) })).status).toBe(200)
      expect((await tryIn({ login, password, code: codeAt(secret, time) })).error).toBe('sign-in-failed')
    })

    it('takes one of two that come with the same code at once', async () => {
      const { login, secret } = await protectedAccount()
      time += 5 * MINUTE
      const code = codeAt(secret, time)
      const answers = await Promise.all([1, 2, 3].map(() => tryIn({ login, password: PASSWORD, code })))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    })

    it('can be replaced by a recovery code, each once', async () => {
      const { login, recoveryCodes, id } = await protectedAccount()
      expect(new Set(recoveryCodes).size).toBe(10)
      const [code = '', next = ''] = recoveryCodes
      expect((await tryIn({ login, password: PASSWORD, code: code.toUpperCase().replace('-', ' ') })).status).toBe(200)
      expect((await tryIn({ login, password: PASSWORD, code })).error).toBe('sign-in-failed')
      const [one, other] = await Promise.all([1, 2].map(() => tryIn({ login, password: PASSWORD, code: next })))
      expect([one?.status, other?.status].sort()).toEqual([200, 401])
      const { rows } = (await operator.get('/audit?limit=200')).json<AuditPage>()
      const used = rows.filter((row) => row.subjectId === id && row.detail.secondFactor === 'recovery-code')
      expect(used).toHaveLength(2)
    })

    it('guards the reset link, too, and is taken off with the password or by an operator', async () => {
      const { login, secret, id, client } = await protectedAccount()
      time += 5 * MINUTE
      const token = tokenIn((await operator.post(`/accounts/${id}/reset-link`)).json<ResetLink>().path)
      expect((await accept(token, { login, password: OTHER_PASSWORD })).error).toBe('second-factor-required')
      expect((await accept(token, { login, password: OTHER_PASSWORD, code: '000000' })).error).toBe('sign-in-failed')
      const answer = await accept(token, { login, password: OTHER_PASSWORD, code: codeAt(secret, time) })
      expect(answer.status).toBe(200)
      expect((await client.get('/me')).error).toBe('not-signed-in')
      const again = await enterConsole(server, cookieOf(answer).value)
      expect((await again.post('/me/totp/start')).error).toBe('not-possible')
      expect((await again.post('/me/totp/remove', { password: PASSWORD })).error).toBe('sign-in-failed')
      expect((await again.post('/me/totp/remove', { password: OTHER_PASSWORD })).status).toBe(204)
      expect((await tryIn({ login, password: OTHER_PASSWORD })).status).toBe(200)

      const lost = await protectedAccount()
      await operator.patch(`/accounts/${lost.id}`, { secondFactor: false })
      expect((await tryIn({ login: lost.login, password: PASSWORD })).status).toBe(200)
      expect(await actionsOn(lost.id)).toEqual(expect.arrayContaining(['second-factor-added', 'second-factor-removed']))
    })

    it('can be demanded: then reviewers and operators first set it up, lecturers need not', async () => {
      const settings = { lecturerApproves: true, secondPersonPublishes: false, requireSecondFactor: true }
      const reviewer = await signIn(server, { role: 'reviewer' })
      const lecturer = await signIn(server, { role: 'lecturer', personaId: 'lin-yue' })
      expect((await operator.put('/settings', settings)).json()).toEqual(settings)
      try {
        expect((await operator.get('/settings')).error).toBe('not-allowed')
        expect((await operator.get('/settings')).json<{ error: { detail: string } }>().error.detail).toMatch(/factor/)
        expect((await reviewer.get('/me')).json<Me>().settings.requireSecondFactor).toBe(true)
        expect((await lecturer.get('/accounts')).json<{ error: object }>().error).not.toHaveProperty('detail')
        const { secret } = (await operator.post('/me/totp/start')).json<TotpStarted>()
        expect((await operator.post('/me/totp/confirm', { code: '12345' })).error).toBe('sign-in-failed')
        expect((await operator.post('/me/totp/confirm', { code: codeAt(secret, time) })).status).toBe(200)
        expect((await operator.get('/settings')).status).toBe(200)
      } finally {
        await server.deps.accounts.settings.set({ ...settings, requireSecondFactor: false }, { id: null, name: 'test' })
      }
    })
  })

  describe('an invitation', () => {
    const newcomer = () => ({ login: `new-${randomUUID()}`, password: PASSWORD })

    it('makes one account with the role and persona that were fixed in it', async () => {
      const { id, token } = await invite({ role: 'lecturer', name: '林师傅', personaId: 'lin-yue' })
      const seen = await answerOf(server.server, { method: 'GET', path: `/invitations/by-token/${token}` })
      expect(seen.json()).toEqual({ role: 'lecturer', name: '林师傅', personaName: '林悦', secondFactor: false })
      const wanted = newcomer()
      const asOther = await accept(token, { ...wanted, role: 'operator', personaId: 'gao-zhenbang' })
      expect(asOther.error).toBe('bad-request')
      const answer = await accept(token, wanted)
      const { account } = answer.json<Me>()
      expect(account).toMatchObject({ login: wanted.login, role: 'lecturer', personaId: 'lin-yue', name: '林师傅' })
      const client = await enterConsole(server, cookieOf(answer).value)
      expect((await client.get('/accounts')).error).toBe('not-allowed')
      expect((await accept(token, newcomer())).error).toBe('not-found')
      expect((await operator.del(`/invitations/${id}`)).error).toBe('not-found')
      expect(await actionsOn(account.id)).toContain('invitation-accepted')
      const listed = (await operator.get('/invitations')).json<{ rows: { id: string; usedAt: number | null }[] }>()
      expect(listed.rows.find((row) => row.id === id)?.usedAt).toBe(time)
    })

    it('makes one account of two that accept at once', async () => {
      const { token } = await invite({ role: 'reviewer', name: '小李' })
      const answers = await Promise.all([accept(token, newcomer()), accept(token, newcomer())])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    })

    it('is kept where the login is taken, whatever its case', async () => {
      const taken = await newAccount()
      const { token } = await invite({ role: 'reviewer', name: '小李' })
      const refused = await accept(token, { login: taken.login.toUpperCase(), password: PASSWORD })
      expect(refused.error).toBe('not-possible')
      expect((await accept(token, newcomer())).status).toBe(200)
    })

    it('ends after a week, and when it is taken back', async () => {
      const old = await invite({ role: 'reviewer', name: '小李' })
      const revoked = await invite({ role: 'reviewer', name: '小张' })
      expect((await operator.del(`/invitations/${revoked.id}`)).status).toBe(204)
      expect((await accept(revoked.token, newcomer())).error).toBe('not-found')
      time += INVITATION_MS
      const seen = await answerOf(server.server, { method: 'GET', path: `/invitations/by-token/${old.token}` })
      expect(seen.error).toBe('not-found')
      expect((await accept(old.token, newcomer())).error).toBe('not-found')
      operator = await signIn(server, { role: 'operator', name: '管理员' })
    })

    it('gives a lecturer a persona that exists, and nobody else one', async () => {
      const wrong = [
        { role: 'lecturer', name: '甲' },
        { role: 'lecturer', name: '甲', personaId: 'nobody' },
        { role: 'reviewer', name: '甲', personaId: 'lin-yue' },
        { role: 'owner', name: '甲' },
        { role: 'reviewer', name: '' },
      ]
      for (const payload of wrong) expect((await operator.post('/invitations', payload)).error).toBe('bad-request')
    })
  })

  describe('the site', () => {
    const siteRoutes = [
      ['GET', '/invitations', undefined],
      ['POST', '/invitations', { role: 'reviewer', name: '甲' }],
      ['DELETE', '/invitations/none', undefined],
      ['GET', '/accounts', undefined],
      ['PATCH', '/accounts/none', { name: '甲' }],
      ['POST', '/accounts/none/reset-link', undefined],
      ['GET', '/audit', undefined],
      ['GET', '/settings', undefined],
      ['PUT', '/settings', { lecturerApproves: true, secondPersonPublishes: false, requireSecondFactor: false }],
    ] as const

    it.each(['operator', 'reviewer', 'lecturer'] as const)('is managed by operators only: as %s', async (role) => {
      const persona = role === 'lecturer' ? { personaId: 'lin-yue' } : {}
      const client = await signIn(server, { role, ...persona })
      for (const [method, path, payload] of siteRoutes) {
        const answer = await client.send({ method, path, ...(payload === undefined ? {} : { payload }) })
        const expected = role !== 'operator' ? 'not-allowed' : path.includes('none') ? 'not-found' : undefined
        expect({ method, path, error: answer.error }).toEqual({ method, path, error: expected })
      }
    })

    it('shows each account what it may see', async () => {
      const reviewer = await signIn(server, { role: 'reviewer' })
      expect(reviewer.me.personas.length).toBe(server.deps.library.current().personas.length)
      const lecturer = await signIn(server, { role: 'lecturer', personaId: 'lin-yue' })
      expect(lecturer.me.personas.map(({ id }) => id)).toEqual(['lin-yue'])
    })

    it('always keeps the operator who changes it', async () => {
      const { id } = operator.account
      expect((await operator.patch(`/accounts/${id}`, { disabled: true })).error).toBe('not-possible')
      expect((await operator.patch(`/accounts/${id}`, { role: 'reviewer' })).error).toBe('not-possible')
      expect((await operator.patch(`/accounts/${id}`, { name: '王管理' })).json<Account>().name).toBe('王管理')
    })

    it('changes accounts as roles allow', async () => {
      const { id } = await newAccount('lecturer')
      expect((await operator.patch(`/accounts/${id}`, { personaId: null })).error).toBe('bad-request')
      const reviewer = (await operator.patch(`/accounts/${id}`, { role: 'reviewer' })).json<Account>()
      expect(reviewer).toMatchObject({ role: 'reviewer', personaId: null })
      expect((await operator.patch(`/accounts/${id}`, { role: 'lecturer' })).error).toBe('bad-request')
      expect((await operator.patch(`/accounts/${id}`, { password: 'x' })).error).toBe('bad-request')
    })

    it('pages its audit rows, newest first, none twice, and by persona', async () => {
      const seen: string[] = []
      let before = ''
      do {
        const page = (await operator.get(`/audit?limit=7${before}`)).json<AuditPage>()
        expect(page.rows.length).toBeLessThanOrEqual(7)
        seen.push(...page.rows.map((row) => `${row.at} ${row.id}`))
        before = page.next === null ? '' : `&before=${page.next}`
      } while (before !== '')
      expect(seen.length).toBeGreaterThan(20)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toEqual([...seen].sort().reverse())
      const { rows } = (await operator.get('/audit?personaId=lin-yue')).json<AuditPage>()
      expect(new Set(rows.map(({ personaId }) => personaId))).toEqual(new Set(['lin-yue']))
      expect((await operator.get('/audit?before=x')).error).toBe('bad-request')
    })
  })

  it('writes nothing secret to the log', () => {
    const logged = server.logged()
    expect(logged).toContain('/v1/console/sign-in')
    expect(logged).toContain('/v1/console/invitations/by-token/:token')
    expect(secrets.length).toBeGreaterThan(30)
    for (const secret of secrets) expect(logged).not.toContain(secret)
  })
})
