/**
 * Fills in what the address of a whole page says: `/p/<id>` or `/e/<id>` names the persona, and the query may say
 * `elder=1`, `theme=dark|light`, `locale=en`, `color=9c1c1f` and `mode=kiosk`. The page behind is given its size and
 * colour here, so that nothing but this code stands between its HTML and the chat.
 */
export function readPageAddress(element: HTMLElement): void {
  const query = new URLSearchParams(location.search)
  const theme = query.get('theme') ?? 'auto'
  const elder = query.get('elder')
  const color = query.get('color')
  const settings: [string, string | null][] = [
    ['mode', query.get('mode') === 'kiosk' ? 'kiosk' : 'page'],
    ['theme', theme],
    ['server', new URL('../', location.href).href],
    ['elder', elder === null || elder === '0' ? null : 'true'],
    ['color', color === null ? null : `#${color}`],
    ['locale', query.get('locale')],
    ['persona', decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop() ?? '')],
  ]
  for (const [name, value] of settings) if (value !== null) element.setAttribute(name, value)
  const dark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  for (const { classList, style } of [document.documentElement, document.body]) {
    classList.toggle('dark', dark)
    style.height = '100%'
    style.margin = '0'
    style.overflow = 'hidden'
    style.backgroundColor = dark ? '#000' : '#ededed'
  }
}
