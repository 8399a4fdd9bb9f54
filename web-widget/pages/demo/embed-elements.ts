import type { PersonaCard } from '../../../server/protocol/persona-card.ts'

export type DemoKind = 'bubble' | 'inline' | 'iframe' | 'several' | 'host-api'

/** One element of an embed. What a demo shows as code and what it puts into its page are made from the same list. */
export interface EmbedElement {
  readonly tag: 'script' | 'lecturer-chat' | 'iframe'
  readonly attributes: Readonly<Record<string, string>>
}

/** The elements of an embed: `personas` has the chosen lecturer first, `home` ends in a slash. */
export function embedElements(kind: DemoKind, personas: readonly PersonaCard[], home: string): EmbedElement[] {
  const [persona] = personas
  if (persona === undefined) return []
  const script = (attributes: Readonly<Record<string, string>>): EmbedElement => ({
    tag: 'script',
    attributes: { async: '', src: `${home}widget.js`, ...attributes },
  })
  const floating = (card: PersonaCard): Record<string, string> => ({ 'data-persona': card.id, 'data-name': card.name })
  switch (kind) {
    case 'bubble':
      return [script(floating(persona))]
    case 'inline':
      return [script({}), { tag: 'lecturer-chat', attributes: { persona: persona.id } }]
    case 'iframe':
      return [
        {
          tag: 'iframe',
          attributes: {
            src: `${home}e/${encodeURIComponent(persona.id)}`,
            title: `${persona.name} AI 分身`,
            width: '100%',
            height: '640',
          },
        },
      ]
    case 'several':
      return personas
        .slice(0, 3)
        .map((card, at) => script({ ...floating(card), ...(at === 2 ? { 'data-side': 'left' } : {}) }))
    case 'host-api':
      return [script({ ...floating(persona), 'data-launcher': 'none' })]
  }
}

/** The embed as HTML to paste. */
export function embedCode(elements: readonly EmbedElement[]): string {
  return elements
    .map(({ tag, attributes }) => {
      const written = Object.entries(attributes).map(([name, value]) =>
        value === '' ? name : `${name}="${value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')}"`,
      )
      return `<${[tag, ...written].join(' ')}></${tag}>`
    })
    .join('\n')
}
