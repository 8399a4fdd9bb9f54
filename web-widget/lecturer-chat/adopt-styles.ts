import frame from './frame.css?inline'
import media from './media.css?inline'
import sheet from './sheet.css?inline'
import transcript from './transcript.css?inline'

const CSS = frame + transcript + sheet + media
let shared: CSSStyleSheet | null = null

/**
 * Gives a shadow root the widget's styles: one shared constructed sheet, which needs no permission from a content
 * security policy; in engines without them (Safari before 16.4) a style element with the page's nonce.
 */
export function adoptStyles(root: ShadowRoot, nonce: string | null): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    if (shared === null) {
      shared = new CSSStyleSheet()
      shared.replaceSync(CSS)
    }
    root.adoptedStyleSheets = [shared]
    return
  }
  const style = document.createElement('style')
  if (nonce !== null) style.setAttribute('nonce', nonce)
  style.textContent = CSS
  ;(root as ShadowRoot).prepend(style)
}
