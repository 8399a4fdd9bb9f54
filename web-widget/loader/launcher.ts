// biome-ignore-all lint/suspicious/noVar: the loader is read by engines that know only ES5
// biome-ignore-all lint/correctness/noInnerDeclarations: as above
import { launcherText, pageOf, type ScriptOptions, textColorOn } from './script-options.ts'

/** What stands on the page for one script tag. */
export interface Launcher {
  /** The page's own buttons, or the one drawn here. */
  buttons: HTMLElement[]
  hide(hidden: boolean): void
  /** Shows how many answers wait to be read; `words` says it to a screen reader. */
  badge(count: number, words: string): void
}

/** The launcher of the n-th script on one side stands above those before it. */
var STACK_PX = 72

/** Draws the launcher: a real button in a shadow root of its own, out of reach of the page's styles. */
export function drawLauncher(options: ScriptOptions, place: number): Launcher {
  var host = document.createElement('div')
  keep(host, 'display', 'contents')
  var root = host.attachShadow({ mode: 'open' })
  var button = document.createElement('button')
  var text = launcherText(options)
  button.type = 'button'
  button.setAttribute('aria-haspopup', 'dialog')
  button.setAttribute('aria-expanded', 'false')
  var wide = window.innerWidth > 640
  if (!wide) button.setAttribute('aria-label', text)
  var ink = textColorOn(options.color)
  style(button, {
    all: 'initial',
    position: 'fixed',
    'z-index': String(options.z),
    bottom: `${options.offsetY + place * STACK_PX}px`,
    'box-sizing': 'border-box',
    display: 'flex',
    'align-items': 'center',
    'justify-content': 'center',
    gap: '8px',
    'min-width': '60px',
    height: '60px',
    padding: wide ? '0 20px 0 16px' : '0',
    'border-radius': '30px',
    background: options.color,
    color: ink,
    cursor: 'pointer',
    font: '600 17px/1.2 -apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif',
    'box-shadow': '0 4px 16px rgba(0,0,0,.28)',
    'touch-action': 'manipulation',
    '-webkit-tap-highlight-color': 'transparent',
  })
  button.style.setProperty(options.side, `${options.offsetX}px`)
  button.appendChild(bubbleIcon(ink, wide ? '' : 'AI'))
  if (wide) button.appendChild(document.createTextNode(text))
  button.addEventListener('focus', () => {
    if (matches(button, ':focus-visible')) button.style.outline = '3px solid #0b57d0'
    button.style.outlineOffset = '3px'
  })
  button.addEventListener('blur', () => {
    button.style.outline = ''
  })
  root.appendChild(button)
  // Below <html>, so that a transform, zoom or filter on the body does not move it.
  document.documentElement.appendChild(host)
  var mark = document.createElement('span')
  style(mark, {
    position: 'absolute',
    top: '-4px',
    right: '-4px',
    display: 'none',
    'min-width': '22px',
    height: '22px',
    padding: '0 6px',
    'box-sizing': 'border-box',
    'border-radius': '11px',
    background: '#c9252d',
    color: '#fff',
    font: '600 13px/22px system-ui,sans-serif',
    'text-align': 'center',
  })
  button.appendChild(mark)
  return {
    buttons: [button],
    hide: (hidden) => {
      button.style.display = hidden ? 'none' : 'flex'
    },
    badge: (count, words) => {
      mark.style.display = count ? 'block' : 'none'
      mark.textContent = count > 99 ? '99+' : count ? String(count) : ''
      mark.setAttribute('aria-hidden', 'true')
      if (count || !wide) button.setAttribute('aria-label', count ? `${text}, ${words}` : text)
      else button.removeAttribute('aria-label')
    },
  }
}

/** For engines that cannot run the panel: a plain link to the full page. */
export function drawPlainLink(options: ScriptOptions, place: number): void {
  var link = document.createElement('a')
  link.href = pageOf(options)
  link.target = '_blank'
  link.appendChild(document.createTextNode(launcherText(options)))
  var css = link.style
  css.position = 'fixed'
  css.zIndex = String(options.z)
  css.bottom = `${options.offsetY + place * STACK_PX}px`
  css[options.side] = `${options.offsetX}px`
  css.padding = '18px 20px'
  css.borderRadius = '30px'
  css.background = options.color
  css.color = textColorOn(options.color)
  css.font = '600 17px/24px "Microsoft YaHei",sans-serif'
  css.textDecoration = 'none'
  document.body.appendChild(link)
}

function bubbleIcon(ink: string, word: string): SVGSVGElement {
  var space = 'http://www.w3.org/2000/svg'
  var svg = document.createElementNS(space, 'svg') as SVGSVGElement
  var path = document.createElementNS(space, 'path')
  svg.setAttribute('viewBox', '0 0 32 32')
  svg.setAttribute('width', word ? '36' : '28')
  svg.setAttribute('height', word ? '36' : '28')
  svg.setAttribute('aria-hidden', 'true')
  svg.setAttribute('focusable', 'false')
  svg.style.flex = 'none'
  path.setAttribute('d', 'M5 6h22a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2H15l-7 5v-5H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2z')
  path.setAttribute('fill', 'none')
  path.setAttribute('stroke', ink)
  path.setAttribute('stroke-width', '2.2')
  path.setAttribute('stroke-linejoin', 'round')
  svg.appendChild(path)
  if (word) {
    var text = document.createElementNS(space, 'text')
    text.setAttribute('x', '16')
    text.setAttribute('y', '18.5')
    text.setAttribute('text-anchor', 'middle')
    text.setAttribute('font-size', '11')
    text.setAttribute('font-weight', '700')
    text.setAttribute('fill', ink)
    text.appendChild(document.createTextNode(word))
    svg.appendChild(text)
  } else {
    var dots = document.createElementNS(space, 'path')
    dots.setAttribute('d', 'M10.5 14.5h.01M16 14.5h.01M21.5 14.5h.01')
    dots.setAttribute('stroke', ink)
    dots.setAttribute('stroke-width', '3')
    dots.setAttribute('stroke-linecap', 'round')
    svg.appendChild(dots)
  }
  return svg
}

function style(element: HTMLElement, rules: Record<string, string>): void {
  for (var name in rules) element.style.setProperty(name, rules[name] || '')
}

function keep(element: HTMLElement, name: string, value: string): void {
  element.style.setProperty(name, value, 'important')
}

function matches(element: Element, selector: string): boolean {
  try {
    return element.matches(selector)
  } catch (_error) {
    return true
  }
}
