import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MadeInvitation, TotpConfirmed, TotpStarted } from '../../server/protocol/console-account.ts'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { openConsolePage, pageFaults } from '../helpers/console-browser.ts'
import { type ConsoleClient, enterConsole, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PASSWORD = 'correct horse 电池 staple'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (tests/web-widget/console-sign-in.test.ts)\n')

let browser: Browser
let server: TestServer
let operator: ConsoleClient
/** What the browser's own requests cannot do: let time pass between two codes. */
let ahead = 0

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer({}, () => Date.now() + ahead)
  operator = await signIn(server, { role: 'operator', name: '管理员' })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function newAccount(password = PASSWORD): Promise<string> {
  const login = `user-${randomUUID()}`
  await server.deps.accounts.directory.create(
    { login, name: '小王', role: 'reviewer', password },
    { id: null, name: 'test' },
  )
  return login
}

/** An account with a second factor: its login, and what makes codes. */
async function newGuardedAccount() {
  const login = await newAccount()
  const account = await server.deps.accounts.directory.findByLogin(login)
  const client = await enterConsole(server, await server.deps.accounts.sessions.open(account?.id ?? ''))
  const { secret } = (await client.post('/me/totp/start')).json<TotpStarted>()
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead })
  const { recoveryCodes } = (await client.post('/me/totp/confirm', { code: code() })).json<TotpConfirmed>()
  // A code counts once.
  ahead += 60_000
  return { login, code, recoveryCodes, account }
}

async function fillIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('账号', { exact: true }).fill(login)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录' }).click()
}

async function invitation(role: 'lecturer' | 'reviewer' = 'lecturer'): Promise<string> {
  const wanted = { role, name: '林悦', ...(role === 'lecturer' ? { personaId: 'lin-yue' } : {}) }
  const { path } = (await operator.post('/invitations', wanted)).json<MadeInvitation>()
  return path.replace('/console', '')
}

describe.runIf(installed)('the sign-in door', () => {
  it('tells what is missing and what is wrong, and lets the right one in', async () => {
    const login = await newAccount()
    const page = await openConsolePage(browser, server.address, {})
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByText('请填写这一项。').first().waitFor()
    expect(await page.getByLabel('账号', { exact: true }).evaluate((box) => box === document.activeElement)).toBe(true)
    await fillIn(page, login, 'something else 123')
    await page.getByText('账号、密码或验证码不对。').waitFor()
    // The name stays, the wrong password is selected to be typed over.
    expect(await page.getByLabel('账号', { exact: true }).inputValue()).toBe(login)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await page.locator('.frame').waitFor()
    await page.context().close()
  })

  it('asks for the second factor only after the right password, and takes a recovery code', async () => {
    const { login, recoveryCodes, code } = await newGuardedAccount()
    const page = await openConsolePage(browser, server.address, {})
    expect(await page.getByLabel('六位验证码').isVisible()).toBe(false)
    await fillIn(page, login, PASSWORD)
    const box = page.getByLabel('六位验证码')
    await box.waitFor()
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true)
    await box.fill('000000')
    await page.keyboard.press('Enter')
    await page.getByText('账号、密码或验证码不对。').waitFor()
    expect(await pageFaults(page)).toEqual([])
    await box.fill(code())
    await page.keyboard.press('Enter')
    await page.locator('.frame').waitFor()
    await page.context().close()

    const other = await openConsolePage(browser, server.address, {})
    await fillIn(other, login, PASSWORD)
    await other.getByRole('button', { name: /用备用码/ }).click()
    const recovery = other.getByLabel('备用码', { exact: true })
    expect(await recovery.getAttribute('inputmode')).toBe('text')
    await recovery.fill(recoveryCodes[0] ?? '')
    await other.keyboard.press('Enter')
    await other.locator('.frame').waitFor()
    await other.context().close()
  })

  it('says when somebody tries too often', async () => {
    const login = await newAccount()
    const page = await openConsolePage(browser, server.address, {})
    for (let attempt = 0; attempt < 6; attempt++) {
      await fillIn(page, login, `wrong password ${attempt}`)
      await expect.poll(() => page.locator('.form').getAttribute('aria-busy')).toBe('false')
    }
    await page.getByText(/试的次数太多了，请过 \d+ (秒|分钟|小时)再登录。/).waitFor()
    await page.context().close()
  })

  it('is in English for those who wish', async () => {
    const page = await openConsolePage(browser, server.address, {})
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Lecturer review' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
    await page.getByLabel('Account').fill('nobody')
    await page.getByLabel('Password', { exact: true }).fill('wrong password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The account, password or code is not right.').waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Lecturer review' }).waitFor()
    await page.context().close()
  })

  it.each([
    [390, false],
    [390, true],
    [1440, false],
  ])('has no faults at %i pixels (dark: %s)', async (width, dark) => {
    for (const hash of ['', await invitation(), `#/invitation/${'x'.repeat(43)}`]) {
      const page = await openConsolePage(browser, server.address, { hash, width, dark })
      if (hash !== '') await page.locator('.door-content :is(form, a)').first().waitFor()
      expect(await pageFaults(page)).toEqual([])
      await page.context().close()
    }
  })

  it('stands in nobody’s frame', async () => {
    for (const path of ['/console', '/console.html']) {
      const policy = (await fetch(server.address + path)).headers.get('content-security-policy') ?? ''
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy.match(/frame-ancestors/g)).toHaveLength(1)
      expect(policy).toContain("script-src 'self'")
    }
    const other = (await fetch(`${server.address}/`)).headers.get('content-security-policy') ?? ''
    expect(other).toContain("frame-ancestors 'self'")
  })
})

describe.runIf(installed)('the page of an invitation', () => {
  it('greets by name, checks what is typed, and lets in', async () => {
    const hash = await invitation()
    const taken = await newAccount()
    const page = await openConsolePage(browser, server.address, { hash })
    await page.getByText('林悦，欢迎您').waitFor()
    const enter = page.getByRole('button', { name: '设好了，进入审阅台' })
    await page.getByLabel('账号名').fill('林')
    await page.getByLabel('密码', { exact: true }).fill('short')
    await page.getByLabel('再输一遍密码').fill('other')
    await enter.click()
    for (const words of ['账号名只能有', '密码至少要 10 位。', '两遍密码不一样。'])
      await page.locator('.field-error', { hasText: words }).waitFor()
    await page.getByLabel('账号名').fill(taken)
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await page.getByLabel('再输一遍密码').fill(PASSWORD)
    await enter.click()
    await page.getByText('这个账号名已经有人用了，请换一个。').waitFor()
    await page.getByLabel('账号名').fill(`lin-${randomUUID()}`)
    await enter.click()
    await page.locator('.frame').waitFor()
    expect(page.url()).not.toContain('invitation')
    await page.context().close()

    const again = await openConsolePage(browser, server.address, { hash })
    await again.getByText('这个链接已经用过或者过期了').waitFor()
    await again.getByRole('link', { name: '已经有账号？去登录' }).click()
    await again.getByLabel('账号', { exact: true }).waitFor()
    await again.context().close()
  })

  it('asks for the code of an account with a second factor', async () => {
    const { login, code, account } = await newGuardedAccount()
    const path = (await operator.post(`/accounts/${account?.id}/reset-link`)).json<{ path: string }>().path
    const page = await openConsolePage(browser, server.address, { hash: path.replace('/console', '') })
    const box = page.getByLabel('六位验证码')
    await box.waitFor()
    expect(await page.getByLabel('账号名').inputValue()).toBe(login)
    expect(await page.getByLabel('账号名').getAttribute('readonly')).not.toBeNull()
    await page.getByLabel('密码', { exact: true }).fill('另一句很长的口令 2026')
    await page.getByLabel('再输一遍密码').fill('另一句很长的口令 2026')
    await page.keyboard.press('Enter')
    await page.getByText('请填写这一项。').waitFor()
    await box.fill('000000')
    await page.keyboard.press('Enter')
    await page.getByText('验证码不对，或者刚刚用过').waitFor()
    await box.fill(code())
    await page.keyboard.press('Enter')
    await page.locator('.frame').waitFor()
    await page.context().close()
  })
})
