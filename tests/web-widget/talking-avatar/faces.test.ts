import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHARACTER_NAMES } from '../../../web-widget/talking-avatar/svg-face/characters.ts'
import { launchBrowser } from '../../helpers/browser.ts'
import { bundleForPage } from './bundle-for-page.ts'

interface Measured {
  readonly viseme: string
  readonly width: number
  readonly height: number
  /** Of the opening between the lips, in square units of a drawing of 200 by 200. */
  readonly inner: number
}

let browser: Browser | null = null
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  page = await browser.newPage()
  await page.addScriptTag({
    content: await bundleForPage(`
      import { loadCharacter } from './svg-face/characters.ts'
      import { createSvgFace } from './svg-face/svg-face.ts'
      import { mouthOf } from './mouth.ts'
        import { VISEME_NAMES } from './viseme-names.ts'
      import { poseOf } from './pose.ts'
      const area = (path) => {
        const length = path.getTotalLength()
        let sum = 0
        let before = path.getPointAtLength(0)
        for (let step = 1; step <= 40; step++) {
          const point = path.getPointAtLength((length * step) / 40)
          sum += before.x * point.y - point.x * before.y
          before = point
        }
        return Math.abs(sum / 2)
      }
      window.measure = async (name, pose) => {
        const face = createSvgFace(await loadCharacter(name))
        document.body.append(face.element)
        const measured = VISEME_NAMES.map((viseme, index) => {
          face.draw({ mouth: mouthOf(index, 1), pose: { ...poseOf(pose) } })
          const inside = face.element.querySelector('path[fill="#6b1f22"]')
          const box = inside.getBBox()
          return { viseme, width: box.width, height: box.height, inner: index < 2 ? area(inside) : 0 }
        })
        face.dispose()
        return measured
      }`),
  })
}, 60_000)

afterAll(async () => browser?.close())

describe.each(CHARACTER_NAMES)('the mouth of %s', (name) => {
  it.each(['neutral', 'smile', 'sorry'])('tells the vowels apart with a %s face', async (pose) => {
    if (browser === null) return
    const list = await page.evaluate(
      ([who, how]) => (window as unknown as { measure: (...of: unknown[]) => Promise<Measured[]> }).measure(who, how),
      [name, pose],
    )
    const of = (viseme: string): Measured => {
      const found = list.find((each) => each.viseme === viseme)
      if (found === undefined) throw new Error(`${viseme} was not drawn`)
      return found
    }
    expect(list).toHaveLength(15)
    for (const other of list) {
      if (other.viseme !== 'U') expect(of('U').width, `U beside ${other.viseme}`).toBeLessThan(other.width)
      if (other.viseme !== 'aa') expect(of('aa').height, `aa beside ${other.viseme}`).toBeGreaterThan(other.height)
    }
    expect(of('PP').inner).toBeLessThan(0.5)
    expect(of('sil').inner).toBeLessThan(0.5)
    expect(of('I').width).toBeGreaterThan(of('E').width)
    // In a face of 96 px no two vowels have nearly the same box: 2 px is what an eye sees.
    const vowels = ['aa', 'E', 'I', 'O', 'U'].map(of)
    for (const [index, one] of vowels.entries()) {
      for (const two of vowels.slice(index + 1)) {
        const apart = Math.max(Math.abs(one.width - two.width), Math.abs(one.height - two.height)) * 0.48
        expect(apart, `${one.viseme} and ${two.viseme}`).toBeGreaterThan(2)
      }
    }
  })
})
