const sheets = new Map<string, CSSStyleSheet>()

/**
 * Gives a shadow root styles, once, after those that it has: as a constructed sheet that all roots share and that needs
 * no permission from a content security policy; in engines without them (Safari before 16.4) as a style element, with
 * `nonce` or that of the styles before.
 */
export function addStyles(root: ShadowRoot, css: string, nonce: string | null = null): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    let sheet = sheets.get(css)
    if (sheet === undefined) {
      sheet = new CSSStyleSheet()
      sheet.replaceSync(css)
      sheets.set(css, sheet)
    }
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return
  }
  const styles = [...(root as ShadowRoot).querySelectorAll('style')]
  if (styles.some(({ textContent }) => textContent === css)) return
  const last = styles[styles.length - 1]
  const style = document.createElement('style')
  const allowed = nonce ?? last?.nonce ?? ''
  if (allowed !== '') style.setAttribute('nonce', allowed)
  style.textContent = css
  ;(root as ShadowRoot).insertBefore(style, last === undefined ? (root as ShadowRoot).firstChild : last.nextSibling)
}
