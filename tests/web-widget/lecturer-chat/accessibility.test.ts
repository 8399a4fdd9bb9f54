import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { mentorAnswer, startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'
import { elderFaults, seriousFindings } from './accessibility-checks.ts'

let browser: Browser | null = null
let site: WidgetSite

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite()
  const quote = mentorAnswer().citations?.[0]?.quote ?? ''
  site.page(
    `/v1/documents/${encodeURIComponent('story-第一道焊缝')}`,
    JSON.stringify({ title: '第一道焊缝', text: `那年我十九。\n\n## 头一个礼拜\n\n${quote}`, source: '本人口述' }),
    { 'content-type': 'application/json' },
  )
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

async function openPage(
  path: string,
  options: { width?: number; height?: number; dark?: boolean } = {},
): Promise<Page> {
  if (browser === null) throw new Error('no browser')
  const context = await browser.newContext({
    viewport: { width: options.width ?? 800, height: options.height ?? 900 },
    locale: 'zh-CN',
    colorScheme: options.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.addInitScript({ content: axe.source })
  await page.goto(site.address + path)
  return page
}

async function ask(page: Page, question: string): Promise<void> {
  const before = await page.locator('lecturer-chat .foot:not([hidden])').count()
  await page.locator('lecturer-chat textarea').fill(question)
  await page.locator('lecturer-chat .send').click()
  await page.locator('lecturer-chat .foot:not([hidden])').nth(before).waitFor()
}

/** Walks through every state of the panel; `look` is called in each. */
async function everyState(page: Page, look: (state: string) => Promise<void>): Promise<void> {
  const chat = page.locator('lecturer-chat')
  await chat.locator('.notice').waitFor()
  await look('opening, with the first notice')
  await chat.locator('.notice .button').click()
  await ask(page, '你的师傅是谁？')
  await look('answered')
  const turn = [...site.sessions.values()].at(-1)?.turns.at(-1)
  const words = { turnId: turn?.turnId ?? '', question: '您得过哪些奖？', answer: '得过省五一劳动奖章。' }
  site.send({ type: 'notice', kind: 'lecturer-reply', text: '林悦回复了您。', data: words })
  site.send({ type: 'notice', kind: 'answer-corrected', text: '更正了一段回答。', data: words })
  await chat.locator('.badge:not([hidden])').waitFor()
  await look('replied to and corrected')
  await chat.locator('.news').first().click()
  await chat.locator('.personal').waitFor()
  await look('reply')
  await page.keyboard.press('Escape')
  await chat.locator('.cite').first().click()
  await chat.locator('.sheet').waitFor()
  await look('sources')
  await chat.locator('.source .button').first().click()
  await chat.locator('.document mark').waitFor()
  await look('document')
  await page.keyboard.press('Escape')
  await chat.getByRole('button', { name: '分享' }).click()
  await chat.locator('.picture').waitFor()
  await look('share')
  await page.keyboard.press('Escape')
  await chat.locator('.act').nth(1).click()
  await look('reasons')
  await ask(page, '你得过哪些奖？')
  await look('declined')
  await chat.locator('.ask-person').click()
  await look('message to the lecturer')
  await chat.locator('.declined .reasons .button').click()
  await look('message left')
  await chat.getByRole('button', { name: '更多', exact: true }).click()
  await chat.locator('.sheet').waitFor()
  await chat.locator('.menu-row.danger').click()
  await look('menu')
  await chat.getByRole('button', { name: '投诉举报' }).click()
  await look('report')
  await page.keyboard.press('Escape')
  await chat.getByRole('button', { name: '更多', exact: true }).click()
  await chat.getByRole('button', { name: '关于' }).click()
  await look('about')
  await page.keyboard.press('Escape')
  await chat.getByRole('button', { name: '更多', exact: true }).click()
  await chat.getByRole('switch', { name: '高对比' }).click()
  await page.keyboard.press('Escape')
  await look('high contrast')
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('accessibility of <lecturer-chat>', () => {
  for (const [name, query, dark] of [
    ['light', '', false],
    ['dark', '?theme=dark', true],
    ['elder', '?elder=1', false],
    ['elder and dark', '?elder=1&theme=dark', true],
  ] as const) {
    it(`has no serious finding in any state: ${name}`, async () => {
      const page = await openPage(`p/lin-yue${query}`, { dark })
      const found: string[] = []
      await everyState(page, async (state) => {
        for (const finding of await seriousFindings(page)) found.push(`${state}: ${finding}`)
      })
      await page.context().close()
      expect(found).toEqual([])
    })
  }

  it('has no serious finding on the portal page', async () => {
    const page = await openPage('')
    await page.locator('.card').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  it('keeps the numbers of the elder mode in every state', async () => {
    const page = await openPage('p/lin-yue?elder=1', { width: 390, height: 844 })
    const faults: string[] = []
    await everyState(page, async (state) => {
      for (const fault of await elderFaults(page)) faults.push(`${state}: ${fault}`)
    })
    await page.context().close()
    expect([...new Set(faults)]).toEqual([])
  })

  it('offers the elder mode on the first screen, with at most three questions and no times', async () => {
    const page = await openPage('p/lin-yue', { width: 390, height: 844 })
    const chat = page.locator('lecturer-chat')
    await chat.locator('.opening .topics').waitFor()
    expect(await chat.locator('.opening .suggestion').count()).toBe(4)
    await chat.getByRole('button', { name: '长辈版' }).click()
    expect(await chat.locator('.opening .suggestion').count()).toBe(3)
    await ask(page, '你的师傅是谁？')
    expect(await chat.locator('.quick .suggestion').count()).toBeLessThanOrEqual(3)
    expect(await chat.locator('.time').first().isVisible()).toBe(false)
    await chat.getByRole('button', { name: '更多' }).click()
    await chat.getByRole('button', { name: '特大' }).click()
    const size = await chat
      .locator('.text p')
      .first()
      .evaluate((element) => getComputedStyle(element).fontSize)
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(29.9)
    // Nothing is deleted by one tap.
    await chat.getByRole('button', { name: '清除我的记录' }).click()
    expect(await chat.locator('.turn').count()).toBe(1)
    await chat.getByRole('button', { name: '清除', exact: true }).click()
    await expect.poll(() => chat.locator('.turn').count()).toBe(0)
    await page.context().close()
  })

  it('can be used with the keys alone', async () => {
    const page = await openPage('p/lin-yue')
    const chat = page.locator('lecturer-chat')
    await chat.locator('.notice').waitFor()
    /** Tabs until the focus is on what `name` names; fails when it never comes by. */
    const tabTo = async (name: string): Promise<void> => {
      for (let step = 0; step < 40; step++) {
        await page.keyboard.press('Tab')
        const found = await page.evaluate((wanted) => {
          const active = document.querySelector('lecturer-chat')?.shadowRoot?.activeElement
          if (!(active instanceof HTMLElement)) return false
          const label = active.getAttribute('aria-label') ?? active.textContent ?? ''
          if (label !== wanted) return false
          const style = getComputedStyle(active)
          if (style.outlineStyle === 'none') throw new Error(`no focus ring on ${wanted}`)
          return true
        }, name)
        if (found) return
      }
      throw new Error(`the keys never reach ${name}`)
    }
    await tabTo('知道了')
    await page.keyboard.press('Enter')
    await page.keyboard.type('你的师傅是谁？')
    await page.keyboard.press('Enter')
    await chat.locator('.foot:not([hidden])').waitFor()
    await page.keyboard.press('Shift+Tab')
    await chat.locator('.log').focus()
    await tabTo('出处 1：第一道焊缝')
    await page.keyboard.press('Enter')
    await tabTo('查看原文')
    await page.keyboard.press('Enter')
    await chat.locator('.document mark').waitFor()
    await page.keyboard.press('Escape')
    expect(await chat.locator('.sheet').count()).toBe(0)
    const back = await page.evaluate(
      () => document.querySelector('lecturer-chat')?.shadowRoot?.activeElement?.className ?? '',
    )
    expect(back).toBe('cite')
    await tabTo('不准')
    await page.keyboard.press('Enter')
    await tabTo('事实不对')
    await page.keyboard.press('Enter')
    await tabTo('提交')
    await page.keyboard.press('Enter')
    await chat.getByText('谢谢，已经记下了').waitFor()
    await page.context().close()
  })

  it('keeps edges and marks with forced colours', async () => {
    const page = await openPage('p/lin-yue', { width: 390, height: 844 })
    await page.emulateMedia({ forcedColors: 'active' })
    const chat = page.locator('lecturer-chat')
    await chat.locator('.opening .topics').waitFor()
    await ask(page, '你的师傅是谁？')
    for (const part of ['.bubble', '.send', '.cite']) {
      const edge = await chat
        .locator(part)
        .first()
        .evaluate((element) => getComputedStyle(element).borderTopStyle)
      expect(edge, part).toBe('solid')
    }
    await chat.locator('.cite').first().click()
    const mark = chat.locator('.source mark').first()
    const [ground, around] = await mark.evaluate((element) => [
      getComputedStyle(element).backgroundColor,
      getComputedStyle(element.closest('.source') as Element).backgroundColor,
    ])
    expect(ground).not.toBe(around)
    expect(await seriousFindings(page)).toEqual([])
    await page.context().close()
  })

  it('reflows at 320 pixels and at 200 % text without sideways scrolling', async () => {
    for (const [width, query] of [
      [320, ''],
      [320, '?elder=1'],
      // A window of 780 pixels at 200 % zoom.
      [390, ''],
    ] as const) {
      const page = await openPage(`p/lin-yue${query}`, { width, height: 640 })
      await page.locator('lecturer-chat .opening .topics').waitFor()
      await ask(page, '你的师傅是谁？')
      const wide = await page.evaluate(() => {
        const root = document.querySelector('lecturer-chat')?.shadowRoot
        const parts = [
          root?.querySelector('.log'),
          root?.querySelector('.head'),
          root?.querySelector('.compose'),
          document.documentElement,
        ]
        return parts.filter((part) => part && part.scrollWidth > part.clientWidth + 1).map((part) => part?.className)
      })
      expect(wide).toEqual([])
      await page.context().close()
    }
  })

  it.each([
    ['a browser at 200 %: half the width in CSS pixels, twice the device pixels', 390, 1],
    ['a page that zooms itself', 780, 2],
  ])('keeps everything in reach in %s', async (_what, width, zoom) => {
    for (const query of ['', '?elder=1']) {
      const page = await openPage(`p/lin-yue${query}`, { width, height: Math.round(width * 1.6) })
      const session = await page.context().newCDPSession(page)
      const metrics = { width, height: Math.round(width * 1.6), deviceScaleFactor: zoom === 1 ? 2 : 1, mobile: false }
      await session.send('Emulation.setDeviceMetricsOverride', metrics)
      await page.evaluate((by) => {
        if (by !== 1) document.documentElement.style.setProperty('zoom', String(by))
        window.dispatchEvent(new Event('resize'))
      }, zoom)
      const chat = page.locator('lecturer-chat')
      await chat.locator('.opening .topics').waitFor()
      await chat.locator('.notice .button').click()
      await ask(page, '你的师傅是谁？')
      for (const part of ['.log', '.compose', '.send', '.label', '.head .tag']) {
        const box = await chat.locator(part).first().boundingBox()
        if (box === null) throw new Error(`${part} is not drawn`)
        expect(box.x, part).toBeGreaterThanOrEqual(-1)
        expect(box.x + box.width, part).toBeLessThanOrEqual(width + 1)
        expect(box.y + box.height, part).toBeLessThanOrEqual(metrics.height + 1)
      }
      const wide = await chat.locator('.log').evaluate((log) => log.scrollWidth - log.clientWidth)
      expect(wide).toBeLessThanOrEqual(1)
      await chat.locator('.cite').first().click()
      const end = async (): Promise<number> => {
        const sheet = await chat.locator('.sheet').boundingBox()
        return sheet === null ? Number.NaN : sheet.y + sheet.height
      }
      // It slides in.
      await expect.poll(end).toBeLessThanOrEqual(metrics.height + 1)
      expect(await seriousFindings(page)).toEqual([])
      await page.context().close()
    }
  })

  it('tells a screen reader boundaries, not words', async () => {
    const page = await openPage('p/lin-yue')
    const chat = page.locator('lecturer-chat')
    await chat.locator('.opening .topics').waitFor()
    await page.evaluate(() => {
      const root = document.querySelector('lecturer-chat')?.shadowRoot
      const status = root?.querySelector('[role=status]')
      const said: string[] = []
      Object.assign(window, { said })
      if (status)
        new MutationObserver(() => said.push(status.textContent ?? '')).observe(status, {
          childList: true,
          characterData: true,
          subtree: true,
        })
    })
    await ask(page, '你的师傅是谁？')
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said)
    expect(said.at(-1)).toMatch(/^回答完成，约 \d+ 字，3 份资料$/)
    expect(said.length).toBeLessThanOrEqual(4)
    const log = chat.locator('.log')
    expect(await log.getAttribute('role')).toBe('log')
    expect(await log.getAttribute('aria-live')).toBe('off')
    expect(await log.getAttribute('tabindex')).toBe('0')
    expect(await log.getAttribute('aria-label')).toBe('与林悦 AI 分身的对话')
    expect(await chat.locator('article').last().getAttribute('aria-label')).toMatch(/^林悦 AI 分身，\d\d:\d\d$/)
    await page.context().close()
  })
})
