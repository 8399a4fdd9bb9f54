import type { Locator, Page } from 'playwright-core'

/** The most presses of Tab from anywhere on a page to anywhere else on it. */
const MOST_TABS = 150

/** Goes to a control by Tab alone, backwards where asked. Throws where it is not reached, as a trap would have it. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses <= MOST_TABS; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  const name = await target.evaluate((element) => element.outerHTML.slice(0, 160))
  throw new Error(`Not reached with ${MOST_TABS} presses of ${key}: ${name}`)
}

/** Presses a button or follows a link without a pointer. */
export async function pressByKeys(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

/** Replaces what stands in a field without a pointer. */
export async function typeByKeys(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(text)
}

/** What has the focus, for an assertion that can be read. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    return element === null ? '' : (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60)
  })
}
