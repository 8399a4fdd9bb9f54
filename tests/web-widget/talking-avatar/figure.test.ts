import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../helpers/browser.ts'
import { tinyPng, tinyVrm } from '../../helpers/tiny-vrm.ts'
import { ask, darkShare, frameTimes, SOFTWARE_GL, startFaceSite } from './real-server.ts'

const FILES = {
  'figure.vrm': { body: tinyVrm(), type: 'model/gltf-binary' },
  'portrait.png': { body: tinyPng(), type: 'image/png' },
  'broken.png': { body: Buffer.from('no picture'), type: 'image/png' },
}
const ALL = ['text', 'voice', 'likeness']

let browser: Browser | null = null
beforeAll(async () => {
  browser = await launchBrowser(SOFTWARE_GL)
}, 60_000)
afterAll(async () => browser?.close())

describe('under the server’s own content security policy', () => {
  it('loads a VRM figure with an embedded picture, and its mouth moves with the voice alone', async () => {
    if (browser === null) return
    const site = await startFaceSite('/faces/figure.vrm', ALL, FILES)
    try {
      const { page, problems } = await site.open(browser)
      await page.locator('lecturer-chat talking-avatar canvas.face').waitFor({ timeout: 20_000 })
      await expect.poll(() => darkShare(page)).toBeGreaterThanOrEqual(0)
      const closed = await darkShare(page)
      await ask(page)
      await expect.poll(() => darkShare(page), { timeout: 15_000, interval: 30 }).toBeGreaterThan(closed + 0.01)
      await page.locator('lecturer-chat textarea').press('a')
      await expect.poll(() => darkShare(page), { timeout: 3_000, interval: 30 }).toBeLessThan(closed + 0.003)
      expect(problems).toEqual([])
      const frames = (await frameTimes(page, 2_000)).sort((left, right) => left - right)
      expect(frames.length).toBeGreaterThan(10)
      expect(frames[Math.floor(frames.length / 2)]).toBeLessThan(16)
      await page.context().close()
    } finally {
      await site.close()
    }
  })

  it('shows no figure and asks for none without consent to the likeness', async () => {
    if (browser === null) return
    const site = await startFaceSite('/faces/figure.vrm', ['text', 'voice'], FILES)
    try {
      const { page, problems, asked } = await site.open(browser)
      await page.locator('lecturer-chat talking-avatar svg.face').waitFor()
      await page.waitForTimeout(1_000)
      expect(await page.locator('lecturer-chat talking-avatar canvas').count()).toBe(0)
      expect(asked).toEqual([])
      expect(problems).toEqual([])
      await page.context().close()
    } finally {
      await site.close()
    }
  })

  it('moves the chin of a photo with the voice, and says that a photo can do no more', async () => {
    if (browser === null) return
    const site = await startFaceSite('/faces/portrait.png', ALL, FILES)
    try {
      const { page, problems } = await site.open(browser)
      await page.locator('lecturer-chat talking-avatar canvas.face').waitFor()
      expect(await page.locator('lecturer-chat .remark').textContent()).toContain('照片')
      expect(await darkShare(page)).toBe(0)
      await ask(page)
      await expect.poll(() => darkShare(page), { timeout: 15_000, interval: 30 }).toBeGreaterThan(0.002)
      await page.locator('lecturer-chat textarea').press('a')
      await expect.poll(() => darkShare(page), { timeout: 3_000, interval: 30 }).toBe(0)
      expect(problems).toEqual([])
      await page.context().close()
    } finally {
      await site.close()
    }
  })

  it.each(['broken.png', 'missing.png'])('keeps the drawn face where the photo is %s', async (name) => {
    if (browser === null) return
    const site = await startFaceSite(`/faces/${name}`, ALL, FILES)
    try {
      const { page, problems, asked } = await site.open(browser)
      await expect.poll(() => page.locator('lecturer-chat .remark').textContent()).toContain('手绘')
      expect(await page.locator('lecturer-chat talking-avatar svg.face').count()).toBe(1)
      expect(asked.length).toBeGreaterThan(0)
      expect(problems).toEqual([])
      await page.context().close()
    } finally {
      await site.close()
    }
  })
})
