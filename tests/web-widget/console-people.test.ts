import { Secret, TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditSentence } from '../../web-widget/lecturer-console/people/audit-sentences.ts'
import { auditWords } from '../../web-widget/lecturer-console/people/audit-words.ts'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { openConsolePage, pageFaults } from '../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PASSWORD = 'correct horse 电池 staple'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (tests/web-widget/console-people.test.ts)\n')

let browser: Browser
let server: TestServer
let operator: ConsoleClient
let lecturer: ConsoleClient

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer()
  operator = await signIn(server, { role: 'operator', name: '陈晓' })
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: 'lin-yue' })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const accountOf = async (id: string) => (await server.deps.accounts.directory.list()).find((one) => one.id === id)

describe('the sentences of the audit log', () => {
  it('know the same actions in both languages', () => {
    expect(Object.keys(auditWords('en').actions).sort()).toEqual(Object.keys(auditWords('zh').actions).sort())
  })

  it('name what was done, of whom, and where it is to be seen', () => {
    const row = {
      action: 'turn-decided',
      accountId: 'a',
      personaId: 'lin-yue',
      subjectId: 'answer-1',
      detail: { verdict: 'wrong', reason: 'wrong-fact', turns: 3 },
    }
    const { text, path } = auditSentence(row, 'zh', () => '林悦')
    expect(text).toBe('看过一条回答：不对（事实不对），同样的共 3 条（林悦）')
    expect(path).toEqual({ path: '/turn/answer-1' })
    expect(auditSentence({ ...row, action: 'account-disabled', detail: { login: 'wang' } }, 'zh', String)).toEqual({
      text: '停用了账号 wang',
      grave: true,
    })
  })

  it.each(['constructor', 'something-new'])('show an action that they do not know as it is: %s', (action) => {
    const row = { action, accountId: null, personaId: null, subjectId: null, detail: {} }
    expect(auditSentence(row, 'zh', String).text).toBe(`做了「${action}」`)
  })
})

describe.runIf(installed)('my account', () => {
  it('changes the password, and says which of the two was wrong', async () => {
    const login = 'changes-password'
    const by = { id: null, name: 'test' }
    const account = await server.deps.accounts.directory.create(
      { login, name: '小王', role: 'reviewer', password: PASSWORD },
      by,
    )
    const page = await openConsolePage(browser, server.address, {
      as: { ...operator, cookie: `=${await server.deps.accounts.sessions.open(account.id)}` },
      hash: '#/account',
    })
    await page.getByRole('button', { name: '修改密码' }).click()
    await page.getByLabel('现在的密码').fill('not the password')
    await page.getByLabel('新密码', { exact: true }).fill('另一句很长的口令 2026')
    await page.getByLabel('再输一遍新密码').fill('另一句很长的口令 2026')
    await page.getByRole('button', { name: '改好了，保存' }).click()
    await page.locator('.field-error', { hasText: '密码不对。' }).waitFor()
    await page.getByLabel('现在的密码').fill(PASSWORD)
    await page.getByRole('button', { name: '改好了，保存' }).click()
    await page.getByText('密码已经改好，别处的登录都退出了。').waitFor()
    await page.context().close()
  })

  it('sets a second factor up, shows the recovery codes once, and takes it off again', async () => {
    const login = 'second-factor'
    const by = { id: null, name: 'test' }
    const account = await server.deps.accounts.directory.create(
      { login, name: '小李', role: 'reviewer', password: PASSWORD },
      by,
    )
    const page = await openConsolePage(browser, server.address, {
      as: { ...operator, cookie: `=${await server.deps.accounts.sessions.open(account.id)}` },
      hash: '#/account',
    })
    await page.getByRole('button', { name: '开启第二步验证' }).click()
    await page.getByRole('img', { name: /二维码/ }).waitFor()
    const secret = ((await page.locator('.secret').textContent()) ?? '').replace(/\s/g, '')
    expect(await pageFaults(page)).toEqual([])
    await page.getByLabel('六位数字').fill('12345')
    await page.getByRole('button', { name: '验证并开启' }).click()
    await page.locator('.field-error', { hasText: '这六位数字不对' }).waitFor()
    await page.getByLabel('六位数字').fill(new TOTP({ secret: Secret.fromBase32(secret) }).generate())
    await page.getByRole('button', { name: '验证并开启' }).click()
    await page.getByRole('heading', { name: '请把这些备用码收好' }).waitFor()
    expect(await page.locator('.recovery-list code').allTextContents()).toHaveLength(10)
    expect(await pageFaults(page)).toEqual([])
    // They are not left by accident.
    expect(await page.getByRole('button', { name: '收好了' }).isDisabled()).toBe(true)
    await page.evaluate(() => {
      location.hash = '#/knowledge'
    })
    await page.getByRole('button', { name: '留下来' }).click()
    await page.getByLabel('我已经抄下来或打印好了').check()
    await page.getByRole('button', { name: '收好了' }).click()
    await page.getByText('第二步验证已经开启。').waitFor()
    expect((await accountOf(account.id))?.secondFactor).toBe(true)
    await page.getByRole('button', { name: '关闭第二步验证' }).click()
    await page.getByLabel('现在的密码').fill(PASSWORD)
    await page.locator('.dialog-actions').getByRole('button', { name: '关闭第二步验证' }).click()
    await page.getByText('第二步验证已经关闭。').waitFor()
    expect((await accountOf(account.id))?.secondFactor).toBe(false)
    await page.context().close()
  })

  it('changes the language of the whole console', async () => {
    const page = await openConsolePage(browser, server.address, { as: lecturer, hash: '#/account' })
    await page.getByRole('button', { name: 'Switch to English' }).click()
    await page.getByRole('heading', { name: 'My account' }).waitFor()
    await page.context().close()
  })
})

describe.runIf(installed)('people', () => {
  it('invites with a link and a code, and revokes it', async () => {
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/people' })
    await page.getByRole('button', { name: '邀请一个人' }).click()
    await page.getByRole('button', { name: '生成邀请链接' }).click()
    await page.getByText('请填写姓名。').waitFor()
    await page.getByLabel('姓名', { exact: true }).fill('周师傅')
    await page.getByRole('button', { name: '生成邀请链接' }).click()
    await page.getByText('讲师要对应一个分身。').waitFor()
    expect(await pageFaults(page)).toEqual([])
    await page.getByLabel('哪一位讲师的分身').selectOption('lin-yue')
    await page.getByRole('button', { name: '生成邀请链接' }).click()
    await page.getByRole('img', { name: /二维码/ }).waitFor()
    const link = await page.getByLabel('链接', { exact: true }).inputValue()
    expect(link).toMatch(new RegExp(`^${server.address}/console#/invitation/[\\w-]{43}$`))
    expect(await pageFaults(page)).toEqual([])
    await page.getByRole('button', { name: '好了' }).click()
    await page.getByRole('button', { name: '撤回 · 周师傅' }).click()
    await page.getByRole('button', { name: '撤回', exact: true }).click()
    await page.getByText('没有等着用的邀请。').waitFor()
    const invited = await openConsolePage(browser, server.address, { hash: link.slice(link.indexOf('#')) })
    await invited.getByText('这个链接已经用过或者过期了').waitFor()
    await invited.context().close()
    await page.context().close()
  })

  it('changes a role, makes a reset link, disables and enables', async () => {
    const { account } = await signIn(server, { role: 'reviewer', name: '王助理' })
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/people', width: 1440 })
    const manage = () => page.getByRole('button', { name: '管理「王助理」的账号' }).click()
    await manage()
    await page.getByLabel('讲师', { exact: true }).last().check()
    await page.getByLabel('哪一位讲师的分身').selectOption('lin-yue')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存。').waitFor()
    expect(await accountOf(account.id)).toMatchObject({ role: 'lecturer', personaId: 'lin-yue' })
    await manage()
    await page.getByRole('button', { name: '生成链接' }).click()
    expect(await page.getByLabel('链接', { exact: true }).inputValue()).toContain('/console#/invitation/')
    await page.getByRole('button', { name: '好了' }).click()
    await manage()
    await page.getByRole('button', { name: '停用账号' }).click()
    await page.getByRole('dialog', { name: '要停用王助理的账号吗？' }).getByRole('button', { name: '停用账号' }).click()
    await page.getByText('账号已停用').waitFor()
    expect((await accountOf(account.id))?.disabled).toBe(true)
    await manage()
    await page.getByRole('button', { name: '恢复账号' }).click()
    await page.getByText('账号已恢复。').waitFor()
    expect((await accountOf(account.id))?.disabled).toBe(false)
    await page.context().close()
  })

  it('offers nobody to take away their own access', async () => {
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/people' })
    await page.getByRole('button', { name: '管理「陈晓」的账号' }).click()
    await page.getByText('自己的角色不能自己改').waitFor()
    expect(await page.getByRole('button', { name: '停用账号' }).count()).toBe(0)
    await page.context().close()
  })
})

describe.runIf(installed)('the audit log and the settings', () => {
  it('reads what was done, page by page, and of one lecturer', async () => {
    for (let turn = 0; turn < 60; turn++) await operator.put('/settings', operator.me.settings)
    await operator.post('/invitations', { role: 'lecturer', name: '高工', personaId: 'gao-zhenbang' })
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/audit' })
    await page.getByText('陈晓 邀请了高工，角色是讲师').waitFor()
    expect(await page.locator('.audit-entry').count()).toBe(50)
    await page.getByRole('button', { name: '再往前看' }).click()
    await expect.poll(() => page.locator('.audit-entry').count()).toBeGreaterThan(61)
    await page.getByLabel('看哪一位讲师的').selectOption('gao-zhenbang')
    await expect.poll(() => page.locator('.audit-entry').count()).toBe(1)
    await page.context().close()
  })

  it('keeps a choice the moment it is made, and warns who would need a second factor first', async () => {
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/settings' })
    await page.getByRole('switch', { name: '资料上线要经过第二个人' }).click()
    await page.getByText('已保存，马上生效。').waitFor()
    expect((await operator.get('/settings')).json()).toMatchObject({
      secondPersonPublishes: true,
      lecturerApproves: true,
    })
    await page.getByRole('switch', { name: /必须用第二步验证/ }).click()
    await page.getByRole('button', { name: '先不打开' }).click()
    await expect.poll(() => page.getByRole('switch', { name: /必须用第二步验证/ }).isChecked()).toBe(false)
    expect((await operator.get('/settings')).json()).toMatchObject({ requireSecondFactor: false })
    await page.context().close()
  })
})

describe.runIf(installed).each([
  [390, false],
  [390, true],
  [1440, false],
  [1440, true],
])('at %i pixels (dark: %s)', (width, dark) => {
  it.each(['account', 'people', 'audit', 'settings'])('%s has no faults, in both languages', async (name) => {
    for (const english of [false, true]) {
      const page = await openConsolePage(browser, server.address, {
        as: operator,
        hash: `#/${name}`,
        width,
        dark,
        english,
      })
      expect(await pageFaults(page)).toEqual([])
      await page.context().close()
    }
  })
})
