export type Child = Node | string | null | undefined | false

type Handler = (event: never) => void

/**
 * Makes an element. Attributes: a string or number is set, `true` sets it empty, `false`, null and undefined leave it
 * out; a function under `onclick` and the like becomes a listener. Text stays text: nothing is parsed as markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number | boolean | null | undefined | Handler>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener)
    else setAttribute(element, name, value)
  }
  for (const child of children) if (child) element.append(child)
  return element
}

/** Sets, empties or removes an attribute, and only touches the document when it changes. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name)
    return
  }
  const text = value === true ? '' : String(value)
  if (element.getAttribute(name) !== text) element.setAttribute(name, text)
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

const SVG = 'http://www.w3.org/2000/svg'

export type Shape = readonly [tag: string, attributes: Readonly<Record<string, string | number>>]

/** A drawing from plain shapes; hidden from screen readers, since its button or text names it. */
export function drawing(viewBox: string, shapes: readonly Shape[], className = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', viewBox)
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('focusable', 'false')
  if (className !== '') svg.setAttribute('class', className)
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value))
    svg.append(shape)
  }
  return svg
}
