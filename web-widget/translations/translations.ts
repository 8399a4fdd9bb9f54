import { type Texts, zhCN } from './zh-cn.ts'

export interface Language {
  /** The BCP 47 tag that `Intl` and the `lang` attribute get. */
  readonly tag: string
  readonly texts: Texts
}

/**
 * The tag for a wish such as `en-GB`, `zh-Hant` or an empty string: `zh-CN`, `zh-TW`, `zh-HK` or `en`. An empty wish
 * asks the page's own `lang` and then the browser; whatever is neither English nor Traditional Chinese gets
 * Simplified Chinese, save that a browser in another language gets English.
 */
export function pickTag(wish: string, pageLanguage: string, browserLanguage: string): string {
  for (const candidate of [wish, pageLanguage, browserLanguage]) {
    const tag = candidate.toLowerCase()
    if (/^zh-(tw|hk|mo|hant)/.test(tag)) return /^zh-(hk|mo)/.test(tag) ? 'zh-HK' : 'zh-TW'
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return browserLanguage === '' ? 'zh-CN' : 'en'
}

/**
 * The texts for a tag from `pickTag`. Simplified Chinese comes with the panel, so it is there at once; a page that
 * needs another language loads that one alone, and gets Chinese where it cannot be loaded.
 */
export function languageOf(tag: string): Language | Promise<Language> {
  if (tag === 'zh-CN') return { tag, texts: zhCN }
  const loaded = tag === 'en' ? import('./en.ts').then(({ en }) => en) : import('./zh-tw.ts').then(({ zhTW }) => zhTW)
  return loaded.then(
    (texts) => ({ tag, texts }),
    () => ({ tag: 'zh-CN', texts: zhCN }),
  )
}
