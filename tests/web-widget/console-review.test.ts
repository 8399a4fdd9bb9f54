import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { consoleScript } from '../helpers/console-script.ts'
import { type ConsoleScript, type ConsoleServer, startConsoleServer } from '../helpers/console-server.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }
const PAGES = {
  queue: '#/queue',
  turn: '#/turn/a1',
  correction: '#/correction?from=a1',
  live: '#/correction/c1',
  corrections: '#/corrections',
  golden: '#/corrections?tab=golden',
  pauses: '#/corrections?tab=pauses',
  unanswered: '#/unanswered',
} as const

const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (tests/web-widget/console-review.test.ts)\n')

let browser: Browser | null = null
const open: { server: ConsoleServer; page: Page }[] = []
const problems: string[] = []

beforeAll(async () => {
  if (installed) browser = await launchBrowser()
})
afterEach(async () => {
  for (const { server, page } of open.splice(0)) {
    await page.context().close()
    await server.close()
  }
  expect(problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
})

async function visit(
  hash: string,
  options: BrowserContextOptions = PHONE,
  script: ConsoleScript = consoleScript(),
): Promise<{ page: Page; server: ConsoleServer }> {
  if (browser === null) throw new Error('no browser')
  const server = await startConsoleServer(script)
  const context = await browser.newContext({ locale: 'zh-CN', ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(8_000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    // The browser tells of every answer that is no success; those are asked for here.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) problems.push(message.text())
  })
  open.push({ server, page })
  await page.goto(`${server.address}/console${hash}`)
  await page.locator('main h1:visible').first().waitFor()
  return { page, server }
}

const asked = (server: ConsoleServer, call: string) =>
  server.asked.filter(({ method, path }) => `${method} ${path}` === call)

describe.skipIf(!installed)('the queue', () => {
  it('shows what wants a human, with counts, and keeps its conditions in the address', async () => {
    const { page, server } = await visit(PAGES.queue)
    await page.getByText('还剩 23 条').waitFor()
    await page.getByText('问过 37 次 · 近 7 天 +12').waitFor()
    await page.getByText('王助理正在处理').waitFor()
    await page.getByRole('button', { name: '没答上 8' }).click()
    await expect.poll(() => page.url()).toContain('reason=declined')
    await expect.poll(() => page.locator('.queue-item').count()).toBe(1)
    expect(server.asked.at(-1)?.query.get('reason')).toBe('declined')
    await page.goBack()
    await expect.poll(() => page.locator('.queue-item').count()).toBe(4)
  })

  it('sends a period as times and shows warm words where nothing waits', async () => {
    const script = consoleScript()
    script.queue = { rows: [], next: null, waiting: 0, counts: {} }
    const { page, server } = await visit('#/queue', PHONE, script)
    await page.getByText('都看完了，歇一会儿吧。').waitFor()
    await page.getByRole('button', { name: '筛选' }).click()
    await page.getByLabel('从哪天').fill('2026-11-01')
    await page.getByLabel('到哪天').fill('2026-11-02')
    await page.getByRole('button', { name: '就看这些' }).click()
    await page.getByText('没有符合这些条件的问答。').waitFor()
    const { query } = asked(server, 'GET /queue').at(-1) ?? {}
    expect(Number(query?.get('to')) - Number(query?.get('from'))).toBe(2 * 86_400_000)
  })

  it('keeps its place while a turn is open', async () => {
    const { page, server } = await visit(PAGES.queue)
    await page.getByText('女焊工会不会很辛苦？').click()
    await page.locator('h1.asked').waitFor()
    await page.goBack()
    await page.locator('.queue-item').first().waitFor()
    expect(asked(server, 'GET /queue')).toHaveLength(1)
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent ?? '')).toContain('女焊工')
  })
})

describe.skipIf(!installed)('a turn', () => {
  it('is decided by one press, and the next one is there at once; the decision can be taken back', async () => {
    const { page, server } = await visit(PAGES.turn)
    await page.getByRole('button', { name: '对', exact: true }).click()
    await page.getByText('已记下：对（连同 12 条一样的）').waitFor()
    await page.getByRole('heading', { name: '工伤认定申请要在多少天内提出？' }).waitFor()
    expect(asked(server, 'POST /turns/a1/decision')[0]?.body).toEqual({ verdict: 'right', revision: 3, equalToo: true })
    expect(asked(server, 'GET /turns/a2')).toHaveLength(1)
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('heading', { name: '您怎么带徒弟？怎样才算学会？' }).waitFor()
    expect(asked(server, 'POST /turns/a1/undo')[0]?.body).toEqual({ decisionId: 'd-a1' })
  })

  it('asks what is wrong, by keys as well, and offers to rewrite it', async () => {
    const { page, server } = await visit(PAGES.turn, DESK)
    await page.keyboard.press('f')
    await page.keyboard.press('4')
    await page.getByText('已记下：不对 · 过时了（连同 12 条一样的）').waitFor()
    expect(asked(server, 'POST /turns/a1/decision')[0]?.body).toMatchObject({ verdict: 'wrong', reason: 'outdated' })
    await page.locator('.toast').getByRole('button', { name: '改成我的话' }).click()
    await expect.poll(() => page.url()).toContain('#/correction?from=a1')
  })

  it('says kindly that somebody else was faster, and records nothing', async () => {
    const script = consoleScript()
    script.failing.set('POST /turns/a1/decision', { code: 'changed-meanwhile', status: 409 })
    const { page, server } = await visit(PAGES.turn, PHONE, script)
    await page.getByRole('button', { name: '我不会这么说' }).click()
    await page.getByText('这一条刚有了变化').waitFor()
    await page.getByRole('heading', { name: '您怎么带徒弟？怎样才算学会？' }).waitFor()
    await page.getByRole('button', { name: '我不会这么说' }).click()
    await page.getByText('已记下：我不会这么说').waitFor()
    expect(asked(server, 'POST /turns/a1/decision')).toHaveLength(2)
  })

  it('shows each sentence with its evidence, and the evidence with its sentence', async () => {
    const { page } = await visit(PAGES.turn, DESK)
    const sentence = page.locator('.sentence-button').nth(1)
    await sentence.focus()
    await expect.poll(() => page.locator('.evidence-card').nth(1).getAttribute('class')).toContain('lit')
    await page.locator('.evidence-card').nth(2).hover()
    await expect.poll(() => page.locator('.sentence').nth(3).getAttribute('class')).toContain('lit')
    expect(await page.locator('.evidence-card mark').first().textContent()).toContain('先让他戴着面罩看了三天')
    expect(await page.locator('.sentence').nth(3).textContent()).toContain('依据偏弱')
    expect(await page.locator('.withheld').textContent()).toContain('数字在资料里没有：四十六个')
  })

  it('is leased while it is open, and no longer', async () => {
    const { page, server } = await visit(PAGES.turn)
    await expect.poll(() => asked(server, 'POST /turns/a1/lease').length).toBe(1)
    await page.getByRole('link', { name: '下一条' }).click()
    await page.getByRole('heading', { name: '工伤认定申请要在多少天内提出？' }).waitFor()
    await expect.poll(() => asked(server, 'DELETE /turns/a1/lease').length).toBe(1)
    await page.getByRole('link', { name: '下一条' }).click()
    await page.getByText('王助理正在处理这一条。').waitFor()
  })

  it('pauses its answer only after it has said what that means', async () => {
    const { page, server } = await visit(PAGES.turn)
    await page.getByRole('button', { name: '更多' }).click()
    await page.getByRole('button', { name: '暂停这条回答' }).click()
    await page.getByText('再有人问同样的问题，分身会说现在不能回答。').waitFor()
    expect(asked(server, 'POST /pauses')).toHaveLength(0)
    await page.getByRole('button', { name: '暂停回答' }).click()
    await page.getByText('已暂停。').waitFor()
    expect(asked(server, 'POST /pauses')[0]?.body).toMatchObject({
      kind: 'answer',
      targetId: 'a1',
      personaId: 'lin-yue',
    })
  })
})

describe.skipIf(!installed)('a correction', () => {
  it('goes from the words through the preview to live', async () => {
    const { page, server } = await visit(PAGES.correction)
    await page.getByLabel('您的回答').fill('创新工作室命名后有一次性补助。')
    await page.getByText('出自资料里的一段').click()
    await page.locator('.pick[aria-checked="true"]').first().waitFor()
    await page.getByRole('button', { name: '看影响' }).click()
    await page.getByText('近 90 天问过的 1204 个问题里，2 个会改用您的话。').waitFor()
    const body = asked(server, 'POST /corrections')[0]?.body as {
      source: { kind: string; quote: string; start: number }
    }
    expect(body).toMatchObject({ personaId: 'lin-yue', fromAnswerId: 'a1', answer: '创新工作室命名后有一次性补助。' })
    const text = server.script.documents['stories/lin-yue/first-apprentice']?.text ?? ''
    expect(text.slice(body.source.start).startsWith(body.source.quote)).toBe(true)
    await page.getByRole('button', { name: '看过了，上线' }).click()
    await page.getByText('有标红的地方，请先看过并勾选。').waitFor()
    expect(server.asked.some(({ path }) => path.endsWith('/action'))).toBe(false)
    await page.getByLabel('这 2 处我都看过了，仍然要上线').check()
    await page.getByRole('button', { name: '看过了，上线' }).click()
    await page.getByRole('heading', { name: '已经上线' }).waitFor()
    expect(server.asked.at(-1)?.body).toMatchObject({ action: 'approve', previewId: 'preview-1', acknowledged: true })
  })

  it('runs the preview again without a question that it must not answer', async () => {
    const { page, server } = await visit(PAGES.correction)
    await page.getByLabel('您的回答').fill('创新工作室命名后有一次性补助。')
    await page.getByRole('button', { name: '看影响' }).click()
    await page.getByRole('button', { name: '这条不该命中' }).nth(1).click()
    await expect.poll(() => server.asked.filter(({ path }) => path.endsWith('/preview')).length).toBe(2)
    const put = server.asked.find(({ method }) => method === 'PUT')?.body
    expect(put).toMatchObject({ notThese: ['林师傅，徒弟学到什么程度算出师？'], revision: 1 })
  })

  it('waits for the lecturer where a reviewer wrote it', async () => {
    const { page, server } = await visit(PAGES.correction, DESK, consoleScript('reviewer'))
    await page.getByLabel('您的回答').fill('创新工作室命名后有一次性补助。')
    await page.getByRole('button', { name: '看影响' }).click()
    await page.getByLabel('这 2 处我都看过了，仍然要上线').check()
    await page.getByRole('button', { name: '交给讲师看' }).click()
    await page.getByRole('heading', { name: '已经交给讲师' }).waitFor()
    expect(server.asked.at(-1)?.body).toMatchObject({ action: 'submit' })
  })

  it('loses no word when the page is closed', async () => {
    const { page } = await visit(PAGES.correction)
    await page.getByLabel('您的回答').fill('补助是一次性的，')
    await page.getByText('已记在这台设备上').waitFor()
    await page.reload()
    await page.getByText('接着上次没写完的继续。').waitFor()
    expect(await page.getByLabel('您的回答').inputValue()).toBe('补助是一次性的，')
  })

  it('overwrites nobody: who saved first is shown beside one’s own words', async () => {
    const { page, server } = await visit('#/correction/c1')
    await page.getByLabel('您的回答').fill('一次性的，命名那年给。')
    server.script.failing.set('PUT /corrections/c1', { code: 'changed-meanwhile', status: 409 })
    await page.getByRole('button', { name: '看影响' }).click()
    await page.getByText('别人刚改过这条修订').waitFor()
    await page.getByRole('button', { name: '用我写的' }).click()
    await page.locator('.summary-line').waitFor()
    expect(asked(server, 'PUT /corrections/c1').at(-1)?.body).toMatchObject({
      answer: '一次性的，命名那年给。',
      revision: 4,
    })
  })

  it('answers those who wait, from the list of unanswered questions', async () => {
    const { page, server } = await visit(PAGES.unanswered)
    await page.getByText('2 位访客在等您回复').waitFor()
    await page.getByRole('button', { name: '我来回答' }).first().click()
    await page.getByRole('textbox', { name: '您的回答' }).fill('三十天内由单位提出，单位没提的，本人一年内可以提。')
    await page.getByRole('button', { name: '看看会影响哪些问题' }).click()
    await page.getByRole('button', { name: '看影响' }).click()
    await page.locator('.summary-line').waitFor()
    expect(asked(server, 'POST /corrections')[0]?.body).toMatchObject({
      question: '工伤认定申请要在多少天内提出？',
      phrasings: ['受了工伤多久之内要申报', '工伤申请有没有期限'],
      replyTo: ['a2'],
    })
  })
})

describe.skipIf(!installed)('every page', () => {
  for (const colorScheme of ['light', 'dark'] as const)
    it(`has nothing serious against it for those who see or hear it otherwise (${colorScheme})`, async () => {
      const { page, server } = await visit(PAGES.queue, { ...PHONE, colorScheme })
      for (const [size, viewport] of [
        ['phone', { width: 390, height: 844 }],
        ['desk', { width: 1440, height: 900 }],
      ] as const) {
        await page.setViewportSize(viewport)
        for (const [name, hash] of Object.entries(PAGES)) {
          await page.goto('about:blank')
          await page.goto(`${server.address}/console${hash}`)
          await page.locator('main h1:visible').first().waitFor()
          await page.waitForTimeout(150)
          // From the driver's side, since the page's policy forbids scripts of others.
          await page.evaluate(AXE)
          const found = await page.evaluate(async () => {
            const { axe } = window as unknown as {
              axe: {
                run(): Promise<{
                  passes: unknown[]
                  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
                }>
              }
            }
            const { violations, passes } = await axe.run()
            // A page that is not there has nothing against it either.
            if (passes.length < 10) return ['axe looked at nothing']
            return violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .map(
                ({ id, nodes }) =>
                  `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`).join(' | ')}`,
              )
          })
          expect(found, `${name} ${size}`).toEqual([])
        }
      }
    }, 90_000)

  it('fits a small phone with large text, and its targets fit a thumb', async () => {
    const { page, server } = await visit(PAGES.queue, { ...PHONE, viewport: { width: 360, height: 640 } })
    for (const [name, hash] of Object.entries(PAGES)) {
      await page.goto('about:blank')
      await page.goto(`${server.address}/console${hash}`)
      await page.locator('main h1:visible').first().waitFor()
      await page.waitForTimeout(100)
      const small = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main button, main .choice, main .back, main .tab, main .step')]
          .filter((element) => element.getClientRects().length > 0)
          .filter((element) => element.getBoundingClientRect().height < 43.5)
          .map((element) => element.textContent),
      )
      expect(small, name).toEqual([])
      const wide = await page.evaluate(() => {
        for (const element of document.querySelectorAll<HTMLElement>('body, body *')) {
          const size = Number.parseFloat(getComputedStyle(element).fontSize)
          element.dataset.large = String(size * 1.5)
        }
        for (const element of document.querySelectorAll<HTMLElement>('[data-large]'))
          element.style.setProperty('font-size', `${element.dataset.large}px`)
        return document.documentElement.scrollWidth - window.innerWidth
      })
      expect(wide, name).toBeLessThanOrEqual(0)
    }
  }, 60_000)
})
