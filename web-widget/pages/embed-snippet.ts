import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { PortalTexts } from './portal-texts.ts'

/** How a lecturer is put on a page. */
export type EmbedForm = 'bubble' | 'inline' | 'frame' | 'link'

export const EMBED_FORMS: readonly EmbedForm[] = ['bubble', 'inline', 'frame', 'link']

/** The HTML to paste for one lecturer. `home` is the server's address with a slash at the end. */
export function embedSnippet(form: EmbedForm, persona: PersonaCard, home: string, texts: PortalTexts): string {
  const id = escapeAttribute(persona.id)
  const path = escapeAttribute(encodeURIComponent(persona.id))
  const name = escapeAttribute(persona.name)
  const script = `${escapeAttribute(home)}widget.js`
  switch (form) {
    case 'bubble':
      return `<script async src="${script}"\n  data-persona="${id}" data-name="${name}"></script>`
    case 'inline':
      return `<script async src="${script}"></script>\n<lecturer-chat persona="${id}"></lecturer-chat>`
    case 'frame':
      return `<iframe src="${escapeAttribute(home)}e/${path}"\n  title="${escapeAttribute(texts.frameTitle(persona.name))}"\n  width="100%" height="640"></iframe>`
    case 'link':
      return `<a href="${escapeAttribute(home)}p/${path}">${escapeAttribute(texts.linkText(persona.name))}</a>`
  }
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
