/** Puts words on the clipboard. False where the browser does not let it, as without HTTPS. */
export async function copyText(words: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(words)
    return true
  } catch {
    return copyBySelection(words)
  }
}

/** The old way works on plain HTTP, too. A modal dialog makes the page behind it inert, so it happens inside. */
function copyBySelection(words: string): boolean {
  const before = document.activeElement
  const area = document.createElement('textarea')
  area.value = words
  area.className = 'copy-area'
  const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  root.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (before instanceof HTMLElement) before.focus()
  return copied
}
