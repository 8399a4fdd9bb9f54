import '../lecturer-chat/panel.ts'

/**
 * Fills the page with the chat of the persona that the address names (`/p/<id>` or `/e/<id>`). The query may say
 * `elder=1`, `theme=dark|light`, `locale=en`, `color=9c1c1f`, `mode=kiosk`, and `q`, a question to put into words for the visitor.
 */
export function showWholePage(): HTMLElement {
  const query = new URLSearchParams(location.search)
  const persona = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop() ?? '')
  const element = document.createElement('lecturer-chat')
  element.setAttribute('mode', query.get('mode') === 'kiosk' ? 'kiosk' : 'page')
  element.setAttribute('theme', query.get('theme') ?? 'auto')
  const dark =
    query.get('theme') === 'dark' || (query.get('theme') === null && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
  element.setAttribute('server', new URL('../', location.href).href)
  const elder = query.get('elder')
  if (elder !== null && elder !== '0') element.setAttribute('elder', 'true')
  const color = query.get('color')
  if (color !== null) element.setAttribute('color', `#${color}`)
  const locale = query.get('locale')
  if (locale !== null) element.setAttribute('locale', locale)
  element.setAttribute('persona', persona)
  document.body.append(element)
  return element
}
