import type { Page } from 'playwright-core'

/** Sets the text spacing of WCAG 1.4.12 inside the panel, over everything that the panel itself asks for. */
export async function spaceText(page: Page): Promise<void> {
  await page.evaluate(() => {
    const root = document.querySelector('lecturer-chat')?.shadowRoot
    if (!root) throw new Error('no shadow root')
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(
      `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
      p { margin-bottom: 2em !important }`,
    )
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  })
}

/**
 * Where the panel clips words, lets them out of their box, scrolls sideways, lays one part over another, or has a
 * control that cannot be brought to where it can be pressed.
 */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shadow = document.querySelector('lecturer-chat')?.shadowRoot
    const root = shadow?.querySelector('.root')
    if (!shadow || !root) return ['no panel']
    const wrong: string[] = []
    const named = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').slice(0, 16)}”`
    const drawn = (element: Element): boolean =>
      element.getBoundingClientRect().width > 0 && element.closest('.unseen, svg') === null
    for (const element of shadow.querySelectorAll<HTMLElement>('*')) {
      if (!drawn(element) || element.matches('.quick, textarea')) continue
      const { overflowX, overflowY } = getComputedStyle(element)
      const wide = element.scrollWidth - element.clientWidth
      const high = element.scrollHeight - element.clientHeight
      if (overflowX !== 'visible' && wide > 1) wrong.push(`${named(element)} is ${wide} px too wide`)
      if (overflowY === 'hidden' && high > 1) wrong.push(`${named(element)} is ${high} px too high`)
      // The badge has a larger place to press than it shows.
      if (
        !element.matches('button:not(.badge), a, .tag, .label, .head, .reasons, .sheet-head') ||
        element.clientHeight === 0
      )
        continue
      if (wide > 1 || high > 1) wrong.push(`${named(element)} lets its words out by ${wide} × ${high} px`)
    }
    const parts = [...root.children].filter((part) => drawn(part) && !part.matches('.veil'))
    let end = 0
    for (const part of parts) {
      const box = part.getBoundingClientRect()
      if (box.top < end - 1) wrong.push(`${named(part)} lies over what is above it`)
      if (box.left < -1 || box.right > innerWidth + 1) wrong.push(`${named(part)} stands out at the side`)
      end = box.bottom
    }
    if (end > innerHeight + 1) wrong.push(`the panel ends ${end - innerHeight} px below the window`)
    const log = root.querySelector('.log')
    if ((log?.clientHeight ?? 0) < 64) wrong.push(`only ${log?.clientHeight} px of the conversation can be seen`)
    const within = root.querySelector('.sheet') ?? root
    for (const control of within.querySelectorAll<HTMLElement>('button, a[href], textarea, input')) {
      if (!drawn(control)) continue
      control.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      const box = control.getBoundingClientRect()
      const hit = shadow.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
      if (hit === null || !(control.contains(hit) || hit.contains(control)) || hit.matches('.veil, .log'))
        wrong.push(`${named(control)} cannot be reached: ${hit === null ? 'outside' : named(hit)}`)
    }
    return wrong
  })
}
