import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { ask, createWidgetPages, hostPage, launcherOf } from '../../helpers/widget-page.ts'
import { mentorAnswer, scriptedAnswer, startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'

let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite({
    answer: (question) =>
      question.includes('慢') ? { ...mentorAnswer(), pauseMs: 600_000 } : scriptedAnswer(question),
  })
  site.page('/bubble.html', hostPage())
  site.page(
    '/inline.html',
    hostPage('', '<script src="/widget.js"></script><lecturer-chat persona="lin-yue"></lecturer-chat>'),
  )
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

const chat = (page: Page) => page.locator('lecturer-chat')

/** How the things that `selector` names look, apart from colours: what is pressed must differ in it. */
function shapeOf(page: Page, selector: string): Promise<string> {
  return chat(page)
    .locator(selector)
    .first()
    .evaluate((element) => {
      const style = getComputedStyle(element)
      const after = getComputedStyle(element, '::after')
      const knob = after.backgroundImage.replace(/rgba?\([^)]*\)|#\w+/g, '')
      return [style.fontWeight, style.textDecorationLine, style.boxShadow.replace(/rgba?\([^)]*\)/g, ''), knob].join(
        ' ',
      )
    })
}

/** The names of the animations that run now for more than five seconds in all. */
function longAnimations(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('.root')
    return (root?.getAnimations({ subtree: true }) ?? [])
      .filter((animation) => animation.playState === 'running')
      .filter((animation) => Number(animation.effect?.getComputedTiming().endTime ?? 0) > 5_000)
      .map((animation) => (animation instanceof CSSAnimation ? animation.animationName : 'unnamed'))
  })
}

async function slowQuestion(page: Page): Promise<void> {
  await chat(page).locator('textarea').fill('慢慢想：你的师傅是谁？')
  await chat(page).locator('.send').click()
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('rules of accessibility', () => {
  it('says nothing by colour alone (A-05)', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`, { reducedMotion: 'reduce' })
    await ask(page, '你的师傅是谁？')
    await chat(page).locator('.act').nth(1).click()
    await chat(page).locator('.act[aria-pressed="true"]').waitFor()
    await chat(page).locator('.reasons .choice').first().click()
    for (const kind of ['.act', '.reasons .choice']) {
      const pressed = await shapeOf(page, `${kind}[aria-pressed="true"]`)
      expect(pressed, kind).not.toBe(await shapeOf(page, `${kind}[aria-pressed="false"]`))
    }
    const elder = await shapeOf(page, '.tool.wordy[aria-pressed="false"]')
    await chat(page).locator('.tool.wordy').first().click()
    expect(await shapeOf(page, '.tool.wordy[aria-pressed="true"]')).not.toBe(elder)
    await chat(page).locator('.foot button.label-line').click()
    await chat(page).locator('.source').first().waitFor()
    await page.keyboard.press('Escape')
    await chat(page).getByRole('button', { name: '更多', exact: true }).click()
    const off = await shapeOf(page, '.menu-row[aria-checked="false"]')
    expect(await shapeOf(page, '.menu-row[aria-checked="true"]')).not.toBe(off)
    await page.keyboard.press('Escape')
    await chat(page).locator('.cite').first().click()
    await chat(page).locator('.source.chosen').waitFor()
    expect(await shapeOf(page, '.source.chosen')).not.toBe(await shapeOf(page, '.source:not(.chosen)'))
    // What leads on is underlined or has an edge.
    expect(await shapeOf(page, '.foot button.label-line')).toContain('underline')
  })

  it('takes nothing away and brings nothing up while the visitor is busy (A-08, A-09)', async () => {
    const page = await pages.visit('about:blank', { reducedMotion: 'reduce' })
    await page.clock.install()
    await page.addInitScript(() => {
      Object.assign(window, { popped: 0 })
      for (const name of ['open', 'alert', 'confirm', 'prompt', 'print'])
        Object.assign(window, { [name]: () => Object.assign(window, { popped: 1 }) })
    })
    await page.goto(`${site.address}p/lin-yue`)
    await chat(page).locator('.notice').waitFor()
    await ask(page, '你的师傅是谁？')
    await chat(page).locator('.act').nth(1).click()
    await chat(page).locator('.reasons input').fill('没写完的话')
    await chat(page).locator('textarea').fill('没写完的问题')
    await chat(page).locator('.cite').first().click()
    await chat(page).locator('.source').first().waitFor()
    const shown = (): Promise<unknown> =>
      page.evaluate(() => {
        const root = document.querySelector('lecturer-chat')?.shadowRoot
        const fields = [...(root?.querySelectorAll<HTMLInputElement>('textarea, input') ?? [])]
        return {
          fields: fields.map((field) => field.value),
          dialogs: [...(root?.querySelectorAll('[role=dialog], .notice, .idle') ?? [])].map((part) => part.textContent),
          children: document.body.children.length,
          pages: (window as unknown as { popped: number }).popped,
        }
      })
    const before = await shown()
    for (let minute = 0; minute < 60; minute += 5) await page.clock.runFor(300_000)
    expect(await shown()).toEqual(before)
    expect(before).toMatchObject({ fields: ['没写完的话', '没写完的问题'], pages: 0 })
    expect(page.context().pages()).toHaveLength(1)
  })

  it('has no shortcut of a single key outside its fields (A-17)', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`, { reducedMotion: 'reduce' })
    await chat(page).locator('.notice .button').click()
    await ask(page, '你的师傅是谁？')
    const state = (): Promise<string | undefined> =>
      page.evaluate(() => document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('.root')?.outerHTML)
    for (const place of ['.log', '.head .tool', '.act']) {
      await chat(page).locator(place).first().focus()
      const before = await state()
      for (const key of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789?/.,;-+*!@#')
        await page.keyboard.press(key)
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
      expect(await state(), place).toBe(before)
      expect(await chat(page).locator('textarea').inputValue()).toBe('')
    }
  })

  it('moves nothing for more than five seconds but the dots of an answer that can be stopped (A-20)', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`)
    await chat(page).locator('.notice').waitFor()
    expect(await longAnimations(page)).toEqual([])
    site.freeze(true)
    await slowQuestion(page)
    await chat(page).locator('.spinner').waitFor({ state: 'attached' })
    expect(await longAnimations(page)).toEqual([])
    site.freeze(false)
    await page.reload()
    await chat(page).locator('.thinking .dots').waitFor()
    expect([...new Set(await longAnimations(page))]).toEqual(['dots'])
    expect(await chat(page).locator('.send.stopper').isVisible()).toBe(true)
  })

  it('moves nothing at all where the visitor asked for that (A-20)', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`, { reducedMotion: 'reduce' })
    await chat(page).locator('.notice').waitFor()
    await slowQuestion(page)
    await chat(page).locator('.thinking .dots').waitFor()
    await chat(page).getByRole('button', { name: '更多', exact: true }).click()
    await chat(page).locator('.menu-row').first().waitFor()
    await page.waitForTimeout(100)
    const running = await page.evaluate(() => {
      const root = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('.root')
      return (root?.getAnimations({ subtree: true }) ?? []).filter(({ playState }) => playState === 'running').length
    })
    expect(running).toBe(0)
  })

  it('has the menu, the complaint and 关于 at the same place on every surface (A-22)', async () => {
    const places: unknown[] = []
    for (const path of ['bubble.html', 'inline.html', 'p/lin-yue']) {
      const page = await pages.visit(site.address + path)
      if (path === 'bubble.html') await launcherOf(page).click()
      await chat(page).locator('.opening .topics').waitFor()
      const tools = await chat(page)
        .locator('.head .tool:visible')
        .evaluateAll((all) => all.map((tool) => tool.getAttribute('aria-label') ?? tool.textContent))
      await chat(page).getByRole('button', { name: '更多', exact: true }).click()
      const rows = await chat(page).locator('.menu-row').allTextContents()
      // What only a floating panel has, its size and the way out, comes after.
      places.push({ tools: tools.slice(0, 3), rows: rows.slice(-3), first: rows.slice(0, 4) })
    }
    expect(places[0]).toMatchObject({ rows: ['清除我的记录', '投诉举报', '关于'] })
    expect(places[1]).toEqual(places[0])
    expect(places[2]).toEqual(places[0])
  })
})
