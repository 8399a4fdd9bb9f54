/** Declarations by which nothing of an element is seen. */
const UNSEEN =
  /(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden|opacity\s*:\s*0?\.?0*%?\s*(?:[;!}]|$)|font-size\s*:\s*0?\.?0*(?:px|pt|em|rem|%)?\s*(?:[;!}]|$)|color\s*:\s*transparent|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01]?(?:px)?[\s,]+[01]?(?:px)?[\s,]+[01]?(?:px)?[\s,]+[01]?(?:px)?\s*\)|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0\s*\))/i
const MOST_RULES = 2_000

/**
 * Removes what a reader of the page never sees: hidden by attribute, by a style of its own or by a rule of the page's
 * style sheets. Words that only machines read must not become what an avatar says. Rules for other media are left out.
 */
export function removeHidden(document: Document): void {
  for (const selector of hidingSelectors(document)) {
    for (const element of elementsOf(document, selector)) element.remove()
  }
  for (const element of elementsOf(document, '[hidden], [aria-hidden="true"], [style], dialog:not([open])')) {
    const style = element.getAttribute('style')
    const isMarked = element.hasAttribute('hidden') || element.getAttribute('aria-hidden') === 'true'
    const isClosed = element.tagName.toUpperCase() === 'DIALOG' && !element.hasAttribute('open')
    if (isMarked || isClosed || (style !== null && UNSEEN.test(style))) element.remove()
  }
}

/** The selectors of rules that hide, of the page's own style sheets; nothing is fetched. */
function hidingSelectors(document: Document): string[] {
  const css = elementsOf(document, 'style')
    .map((style) => style.textContent ?? '')
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
  const selectors: string[] = []
  let rules = 0
  for (const [, selector = '', body = ''] of withoutMedia(css).matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    rules += 1
    if (rules > MOST_RULES) break
    // What a state hides (`:hover`) or what stands beside an element (`::before`) is no element that is hidden.
    if (UNSEEN.test(body) && !/:(?!not\()/.test(selector)) selectors.push(selector.trim())
  }
  return selectors
}

/** The rules outside of blocks such as `@media print`. Braces are counted, since blocks stand in blocks. */
function withoutMedia(css: string): string {
  let kept = ''
  let depth = 0
  for (const piece of css.split(/([{}])/)) {
    if (depth === 0 && piece.includes('@')) {
      const at = piece.indexOf('@')
      const after = piece.slice(at).split(';')
      // `@import x;` ends by itself; what follows the last semicolon opens a block, if any.
      const last = after.pop() ?? ''
      kept += piece.slice(0, at)
      if (last.trim().startsWith('@')) depth = 1
      else kept += last
      continue
    }
    if (depth > 0) {
      if (piece === '{') depth += 1
      if (piece === '}') depth -= 1
      if (depth === 1 && piece === '}') depth = 0
      continue
    }
    kept += piece
  }
  return kept
}

/** None where the selector is none that is understood. */
function elementsOf(document: Document, selector: string): Element[] {
  try {
    return [...document.querySelectorAll(selector)]
  } catch {
    return []
  }
}
