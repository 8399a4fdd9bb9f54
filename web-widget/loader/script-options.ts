// biome-ignore-all lint/suspicious/noVar: the loader is read by engines that know only ES5

/** What one script tag asks for. */
export interface ScriptOptions {
  persona: string
  /** The server's address, with a slash at the end: where the script came from. */
  home: string
  name: string
  label: string
  side: 'left' | 'right'
  offsetX: number
  offsetY: number
  z: number
  /** Empty: draw one. `none`: draw none. Else a selector of the page's own buttons. */
  launcher: string
  color: string
  locale: string
  theme: string
  elder: boolean
  nonce: string
  preload: string
}

/** Reads the `data-` attributes of the loader's own script tag. */
export function readScriptOptions(script: HTMLScriptElement): ScriptOptions {
  var read = (name: string): string => script.getAttribute(`data-${name}`) || ''
  var count = (name: string, fallback: number): number => {
    var value = parseInt(read(name), 10)
    return value >= 0 ? value : fallback
  }
  return {
    persona: read('persona'),
    home: script.src.replace(/[?#].*$/, '').replace(/[^/]*$/, ''),
    name: read('name'),
    label: read('label'),
    side: read('side') === 'left' ? 'left' : 'right',
    offsetX: count('offset-x', 24),
    offsetY: count('offset-y', 24),
    z: count('z', 2147482000),
    launcher: read('launcher'),
    color: /^#[0-9a-f]{6}$/i.test(read('color')) ? read('color') : '#067a3e',
    locale: read('locale') || document.documentElement.lang || navigator.language || 'zh-CN',
    theme: read('theme'),
    elder: script.hasAttribute('data-elder') && read('elder') !== 'false',
    nonce: read('nonce') || script.nonce || '',
    preload: read('preload'),
  }
}

/** The full page of the lecturer, for where the panel cannot be. */
export function pageOf(options: ScriptOptions): string {
  return `${options.home}p/${encodeURIComponent(options.persona)}`
}

/** The loader's few words; the panel has the rest. */
export function launcherText(options: ScriptOptions): string {
  if (options.label) return options.label
  var locale = options.locale.toLowerCase()
  if (locale.indexOf('zh') !== 0) return options.name ? `Ask ${options.name} · AI` : 'Ask the AI avatar'
  if (/^zh-(tw|hk|mo|hant)/.test(locale)) return options.name ? `問問${options.name} · AI` : '問問 AI 分身'
  return options.name ? `问问${options.name} · AI` : '问问 AI 分身'
}

/** Black or white, whichever reads better on `color` (#rrggbb), by relative luminance (WCAG 2). */
export function textColorOn(color: string): string {
  var light = (start: number): number => {
    var value = parseInt(color.slice(start, start + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * light(1) + 0.7152 * light(3) + 0.0722 * light(5) > 0.179 ? '#000' : '#fff'
}
