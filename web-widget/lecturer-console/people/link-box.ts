import { h } from '../../parts/dom.ts'
import { actionButton } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { copyText } from './copy.ts'
import { qrCode } from './qr-code.ts'

export interface LinkBoxTexts {
  readonly link: string
  readonly linkHint: string
  readonly copy: string
  readonly copied: string
  readonly copyFailed: string
  readonly qr: string
}

/** A link to be handed on: as text, to be copied, and as a QR code to be scanned from the screen. `path` begins with `/`. */
export function linkBox(path: string, texts: LinkBoxTexts, toast: ConsoleContext['toast']): HTMLElement {
  const link = new URL(path, location.origin).href
  const text = h('input', {
    type: 'text',
    readonly: true,
    value: link,
    class: 'link-text',
    'aria-label': texts.link,
    onfocus: () => text.select(),
  })
  const said = h('p', { class: 'hint', role: 'status' })
  const copy = async () => {
    const copied = await copyText(link)
    said.textContent = copied ? texts.copied : texts.copyFailed
    if (copied) toast(texts.copied)
    else text.select()
  }
  return h(
    'div',
    { class: 'link-box' },
    qrCode(link, texts.qr),
    h('div', { class: 'field' }, text, actionButton(texts.copy, copy), said, h('p', { class: 'hint' }, texts.linkHint)),
  )
}
