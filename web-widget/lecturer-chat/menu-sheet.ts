import { h } from '../parts/dom.ts'
import { type IconName, icon } from '../parts/icons.ts'
import type { AllTexts } from '../translations/more-texts.ts'
import { type Appearance, SCALES } from './appearance.ts'

export interface MenuChoices {
  setAppearance(change: Partial<Appearance>): void
  startOver(): void
  forget(): void
  report(): void
  about(): void
  /** Null where there is nothing to print. */
  readonly print: (() => void) | null
}

/** The rows of the ⋯ menu. Deleting asks once more in place. */
export function drawMenu(appearance: Appearance, texts: AllTexts, choices: MenuChoices): HTMLElement[] {
  const sizes = h('div', { class: 'sizes', role: 'group', 'aria-label': texts.textSize })
  sizes.append(
    h('span', { class: 'caption' }, texts.textSize),
    ...SCALES.map((scale, index) =>
      h(
        'button',
        {
          type: 'button',
          class: 'choice',
          'aria-pressed': String(Math.abs(appearance.scale - scale) < 0.01),
          onclick: (event: MouseEvent) => {
            for (const other of sizes.querySelectorAll('.choice')) {
              other.setAttribute('aria-pressed', String(other === event.currentTarget))
            }
            choices.setAppearance({ scale })
          },
        },
        texts.sizes[index] ?? String(scale),
      ),
    ),
  )
  const asking = h('div', { class: 'asking', hidden: true, role: 'group', 'aria-label': texts.forget })
  const forgetRow = row('trash', texts.forget, () => {
    asking.hidden = false
    asking.querySelector('button')?.focus()
  })
  forgetRow.classList.add('danger')
  asking.append(
    h('p', {}, texts.forgetAsk),
    h(
      'button',
      {
        type: 'button',
        class: 'button plain',
        onclick: () => {
          asking.hidden = true
          forgetRow.focus()
        },
      },
      texts.cancel,
    ),
    h('button', { type: 'button', class: 'button danger', onclick: choices.forget }, texts.forgetYes),
  )
  return [
    sizes,
    toggle('text', texts.elder, appearance.elder, (elder) => choices.setAppearance({ elder })),
    toggle('moon', texts.darkTheme, appearance.dark, (dark) => choices.setAppearance({ dark })),
    toggle('contrast', texts.contrast, appearance.contrast, (contrast) => choices.setAppearance({ contrast })),
    row('fresh', texts.newConversation, choices.startOver),
    ...(choices.print === null ? [] : [row('print', texts.print, choices.print)]),
    forgetRow,
    asking,
    row('flag', texts.report, choices.report),
    row('info', texts.aboutTitle, choices.about),
  ]
}

function row(name: IconName, words: string, onclick: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: 'menu-row', onclick }, icon(name), h('span', { class: 'grow' }, words))
}

function toggle(name: IconName, words: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const button = row(name, words, () => {
    const next = button.getAttribute('aria-checked') !== 'true'
    button.setAttribute('aria-checked', String(next))
    change(next)
  })
  button.setAttribute('role', 'switch')
  button.setAttribute('aria-checked', String(on))
  return button
}
