import type axe from 'axe-core'
import type { Page } from 'playwright-core'

/** The serious and critical findings of axe, each with the first places where it is. The page has `axe.source`. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const results = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document))
  return results.violations
    .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
    .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}

/**
 * What on the page misses the numbers of the elder mode (MIIT design norm 2021): text from 18 px, lines from 1.3,
 * from paragraph to paragraph 1.3 lines, main controls 60 × 60 px, all others 44 × 44.
 */
export function elderFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('lecturer-chat')?.shadowRoot
    if (!root) return ['no shadow root']
    const wrong: string[] = []
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      const style = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      if (box.width === 0 || style.visibility === 'hidden' || element.closest('.unseen') !== null) continue
      const named = `${element.tagName}.${element.className}`
      const ownText = [...element.childNodes].some(
        (node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '',
      )
      const size = Number.parseFloat(style.fontSize)
      const line = Number.parseFloat(style.lineHeight)
      if (ownText && size < 18) wrong.push(`${named} font ${style.fontSize}`)
      if (element.matches('p, li') && ownText) {
        if (line < 1.3 * size) wrong.push(`${named} line ${style.lineHeight}`)
        if (element.matches('.bubble :is(p + p, li + li)') && line + Number.parseFloat(style.marginTop) < 1.3 * line) {
          wrong.push(`${named} paragraph ${style.marginTop}`)
        }
      }
      if (element.matches('button, a, input, textarea, [tabindex="0"]:not(.log)')) {
        const main = element.matches('.send, .head .tool, .suggestion, .button, .choice, .menu-row, textarea')
        const least = (main ? 60 : 44) - 0.5
        if (box.height < least) wrong.push(`${named} height ${box.height}`)
        if (box.width < least) wrong.push(`${named} width ${box.width}`)
      }
    }
    return wrong
  })
}
