import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { PortalTexts } from './portal-texts.ts'

/** How a lecturer is put on a page; `page` is the bare address, for QR codes and menus. */
export type EmbedForm = 'bubble' | 'inline' | 'frame' | 'page' | 'link'

export const EMBED_FORMS: readonly EmbedForm[] = ['bubble', 'inline', 'frame', 'page', 'link']
export const EMBED_THEMES = ['light', 'dark', 'auto'] as const
/** Empty: whatever the page is in. */
export const EMBED_LOCALES = ['', 'zh-CN', 'zh-TW', 'en'] as const
export const DEFAULT_COLOR = '#067a3e'

/** All that an editor chooses. */
export interface EmbedChoice {
  readonly form: EmbedForm
  readonly side: 'left' | 'right'
  /** `#rrggbb` */
  readonly color: string
  readonly elder: boolean
  readonly theme: (typeof EMBED_THEMES)[number]
  readonly locale: (typeof EMBED_LOCALES)[number]
}

export const FIRST_CHOICE: EmbedChoice = {
  form: 'bubble',
  side: 'right',
  color: DEFAULT_COLOR,
  elder: false,
  theme: 'light',
  locale: '',
}

/** One element of an embed. The code that is shown and the preview are made from the same list. */
export interface EmbedPart {
  readonly tag: 'script' | 'lecturer-chat' | 'iframe' | 'a'
  readonly attributes: Readonly<Record<string, string>>
  readonly text?: string
}

/** The lecturer's own page with what was chosen in its query. A full page follows the visitor's system by itself. */
export function pageAddress(
  { elder, theme, locale, color }: EmbedChoice,
  persona: PersonaCard,
  home: string,
  path = 'p',
): string {
  const query = new URLSearchParams()
  if (elder) query.set('elder', '1')
  if (theme !== 'auto') query.set('theme', theme)
  if (locale !== '') query.set('locale', locale)
  if (color !== DEFAULT_COLOR) query.set('color', color.slice(1))
  const words = query.toString()
  return `${home}${path}/${encodeURIComponent(persona.id)}${words === '' ? '' : `?${words}`}`
}

/** The elements for one lecturer. `home` is the server's address with a slash at the end. */
export function embedParts(choice: EmbedChoice, persona: PersonaCard, home: string, texts: PortalTexts): EmbedPart[] {
  const look: [string, string][] = []
  if (choice.color !== DEFAULT_COLOR) look.push(['color', choice.color])
  if (choice.theme !== 'light') look.push(['theme', choice.theme])
  if (choice.elder) look.push(['elder', 'true'])
  if (choice.locale !== '') look.push(['locale', choice.locale])
  const src = `${home}widget.js`
  switch (choice.form) {
    case 'bubble': {
      if (choice.side === 'left') look.unshift(['side', 'left'])
      const data = look.map(([name, value]) => [`data-${name}`, value])
      const who = { 'data-persona': persona.id, 'data-name': persona.name }
      return [{ tag: 'script', attributes: { async: '', src, ...who, ...Object.fromEntries(data) } }]
    }
    case 'inline':
      return [
        { tag: 'script', attributes: { async: '', src } },
        { tag: 'lecturer-chat', attributes: { persona: persona.id, ...Object.fromEntries(look) } },
      ]
    case 'frame':
      return [
        {
          tag: 'iframe',
          attributes: {
            src: pageAddress(choice, persona, home, 'e'),
            title: texts.frameTitle(persona.name),
            width: '100%',
            height: '640',
            allow: 'microphone',
          },
        },
      ]
    case 'page':
    case 'link':
      return [
        {
          tag: 'a',
          attributes: { href: pageAddress(choice, persona, home) },
          text: texts.linkText(persona.name),
        },
      ]
  }
}

/** What is to be pasted: HTML, or for `page` the address alone. */
export function embedSnippet(choice: EmbedChoice, persona: PersonaCard, home: string, texts: PortalTexts): string {
  if (choice.form === 'page') return pageAddress(choice, persona, home)
  return embedParts(choice, persona, home, texts)
    .map(({ tag, attributes, text }) => {
      const written = Object.entries(attributes).map(([name, value]) =>
        value === '' ? name : `${name}="${escapeAttribute(value)}"`,
      )
      return `<${[tag, ...written].join(' ')}>${escapeAttribute(text ?? '')}</${tag}>`
    })
    .join('\n')
}

/** What a page with a content security policy must add for this form; empty where it needs nothing. */
export function embedPolicy(form: EmbedForm, home: string): string {
  const { origin, host, protocol } = new URL(home)
  if (form === 'frame') return `frame-src ${origin};`
  if (form === 'page' || form === 'link') return ''
  const socket = `${protocol === 'http:' ? 'ws' : 'wss'}://${host}`
  return `script-src ${origin}; connect-src ${origin} ${socket}; img-src ${origin} data:;`
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
