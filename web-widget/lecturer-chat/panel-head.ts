import { h, setAttribute, setText } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { Texts } from '../translations/zh-cn.ts'

export interface HeadOptions {
  readonly texts: Texts
  readonly toggleElder: () => void
  readonly openMenu: () => void
  /** Opens the talking avatar. */
  readonly voice: HTMLElement
  /** How the panel is left; null where it stands in the page. */
  readonly leave: { readonly words: string; readonly run: () => void } | null
}

export interface PanelHead {
  readonly element: HTMLElement
  update(shown: { name: string; tag: string; title: string; elder: boolean }): void
}

/** The bar at the top: who speaks, the AI label, 长辈版, ⋯, and for a floating panel its size and the way out. */
export function createPanelHead(options: HeadOptions): PanelHead {
  const { texts, leave } = options
  const name = h('span', { class: 'name' })
  const tag = h('span', { class: 'tag' }, texts.aiTag)
  const title = h('span', { class: 'title' })
  const tool = (words: string, sign: 'more' | 'close' | 'grow', onclick: () => void, more = ''): HTMLButtonElement =>
    h('button', { type: 'button', class: `tool${more}`, 'aria-label': words, title: words, onclick }, icon(sign))
  const elder = h('button', { type: 'button', class: 'tool wordy', onclick: options.toggleElder }, texts.elder)
  const more = tool(texts.menu, 'more', options.openMenu)
  const size = tool(
    texts.expand,
    'grow',
    () => {
      const wide = element.parentElement?.classList.toggle('wide') === true
      setAttribute(size, 'aria-pressed', String(wide))
      setAttribute(size, 'aria-label', wide ? texts.shrink : texts.expand)
      setAttribute(size, 'title', wide ? texts.shrink : texts.expand)
    },
    ' size',
  )
  const element = h(
    'div',
    { class: 'head' },
    h('div', { class: 'who' }, h('div', { class: 'about' }, name, tag), title),
    h(
      'div',
      { class: 'tools' },
      elder,
      options.voice,
      more,
      leave !== null && size,
      leave !== null && tool(leave.words, 'close', leave.run),
    ),
  )
  return {
    element,
    update(shown) {
      setText(name, shown.name)
      setText(tag, shown.tag)
      setText(title, shown.title)
      setAttribute(elder, 'aria-pressed', String(shown.elder))
    },
  }
}
