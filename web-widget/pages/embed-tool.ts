import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import {
  EMBED_FORMS,
  EMBED_LOCALES,
  EMBED_THEMES,
  type EmbedChoice,
  embedPolicy,
  embedSnippet,
  FIRST_CHOICE,
  pageAddress,
} from './embed-snippet.ts'
import type { PortalTexts } from './portal-texts.ts'

const COLORS = ['#067a3e', '#9c1c1f', '#0b57d0', '#8a4b08', '#37474f'] as const
const DEVICES = ['desktop', 'phone'] as const

export interface EmbedTool {
  /** Draws all of it anew, in another language or with other lecturers. */
  update(personas: readonly PersonaCard[], texts: PortalTexts): void
}

/** Where an editor puts an embed together: the choices, what is to be pasted, and the very thing beside it. */
export function createEmbedTool(choices: HTMLElement, result: HTMLElement, home: string): EmbedTool {
  let choice: EmbedChoice = FIRST_CHOICE
  let persona: PersonaCard | undefined
  let device: (typeof DEVICES)[number] = 'desktop'

  const draw = (personas: readonly PersonaCard[], texts: PortalTexts): void => {
    persona = personas.find(({ id }) => id === persona?.id) ?? personas[0]
    choices.textContent = ''
    result.textContent = ''
    const pressed: (() => void)[] = []
    const group = <T>(
      title: string,
      values: readonly T[],
      words: (value: T) => string,
      isOn: (value: T) => boolean,
      choose: (value: T) => void,
    ): HTMLElement => {
      const buttons = values.map((value) => {
        const button = h(
          'button',
          {
            type: 'button',
            class: 'pick',
            onclick: () => {
              choose(value)
              show()
            },
          },
          words(value),
        )
        pressed.push(() => setAttribute(button, 'aria-pressed', String(isOn(value))))
        return button
      })
      return h('fieldset', { class: 'picker' }, h('legend', {}, title), ...buttons)
    }
    const pick = <K extends keyof EmbedChoice>(
      title: string,
      key: K,
      values: readonly EmbedChoice[K][],
      words: (value: EmbedChoice[K]) => string,
    ): HTMLElement =>
      group(
        title,
        values,
        words,
        (value) => choice[key] === value,
        (value) => {
          choice = { ...choice, [key]: value }
        },
      )

    const side = pick(texts.pickSide, 'side', ['right', 'left'], (value) => texts.sides[value])
    const color = pick(texts.pickColor, 'color', COLORS, (value) => texts.colorName(value))
    for (const [index, button] of [...color.querySelectorAll<HTMLElement>('.pick')].entries()) {
      button.classList.add('swatch')
      button.style.setProperty('--swatch', COLORS[index] ?? '')
      setAttribute(button, 'aria-label', button.textContent)
      setAttribute(button, 'title', button.textContent)
      button.textContent = ''
    }
    const own = h('input', { type: 'color', 'aria-label': texts.ownColor, title: texts.ownColor, value: choice.color })
    own.addEventListener('change', () => {
      choice = { ...choice, color: own.value }
      show()
    })
    color.append(own)
    choices.append(
      group(
        texts.pickPersona,
        personas,
        ({ name }) => name,
        ({ id }) => id === persona?.id,
        (value) => {
          persona = value
        },
      ),
      pick(texts.pickForm, 'form', EMBED_FORMS, (value) => texts.forms[value]),
      side,
      color,
      pick(texts.pickTheme, 'theme', EMBED_THEMES, (value) => texts.themes[value]),
      pick(texts.pickLanguage, 'locale', EMBED_LOCALES, (value) => texts.locales[value === '' ? 'page' : value]),
      pick(texts.pickElder, 'elder', [false, true], (value) => (value ? texts.elderOn : texts.elderOff)),
    )

    const code = h('code', { id: 'snippet' })
    const policy = h('code', { id: 'policy' })
    const policyBox = h(
      'div',
      {},
      h('p', { class: 'caption' }, texts.policy),
      h('pre', { tabindex: 0, 'aria-label': texts.policy }, policy),
    )
    const said = h('span', { id: 'copied', role: 'status' })
    const copy = (): void => {
      const write = navigator.clipboard?.writeText(code.textContent ?? '') ?? Promise.reject(new Error('no clipboard'))
      write.then(
        () => setText(said, texts.copied),
        () => {
          getSelection()?.selectAllChildren(code)
          setText(said, texts.copyByHand)
        },
      )
    }
    const frame = h('iframe', { title: texts.preview, loading: 'lazy' })
    const stage = h('div', { class: 'stage' }, frame)
    const address = h('span', { class: 'stage-address', 'aria-hidden': 'true' }, texts.previewAddress)
    result.append(
      h('h3', {}, texts.paste),
      h('pre', { id: 'snippet-box', tabindex: 0, 'aria-label': texts.paste }, code),
      h(
        'p',
        { class: 'tool-row' },
        h('button', { type: 'button', class: 'button', id: 'copy', onclick: copy }, texts.copy),
        said,
      ),
      policyBox,
      h(
        'div',
        { class: 'preview-head' },
        h('h3', {}, texts.preview),
        group(
          texts.pickDevice,
          DEVICES,
          (value) => texts.devices[value],
          (value) => value === device,
          (value) => {
            device = value
          },
        ),
      ),
      h('div', { class: 'window' }, h('div', { class: 'window-bar' }, h('i'), h('i'), h('i'), address), stage),
    )

    const show = (): void => {
      for (const mark of pressed) mark()
      side.hidden = choice.form !== 'bubble'
      own.value = choice.color
      stage.className = `stage ${device}`
      setText(said, '')
      if (persona === undefined) return
      setText(code, embedSnippet(choice, persona, home, texts))
      const line = embedPolicy(choice.form, home)
      setText(policy, line)
      policyBox.hidden = line === ''
      const source = choice.form === 'page' ? pageAddress(choice, persona, home) : previewAddress(persona)
      // An unchanged preview goes on: a conversation in it is not lost.
      if (frame.getAttribute('src') !== source) frame.setAttribute('src', source)
    }
    const previewAddress = ({ id }: PersonaCard): string => {
      const { form, side, color, elder, theme, locale } = choice
      const query = new URLSearchParams({ persona: id, form, side, color, elder: elder ? '1' : '0', theme, locale })
      return `${home}demo/preview.html?${query.toString()}`
    }
    show()
  }

  return { update: draw }
}
