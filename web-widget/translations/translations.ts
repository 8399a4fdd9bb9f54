import { en } from './en.ts'
import { type Texts, zhCN } from './zh-cn.ts'
import { zhTW } from './zh-tw.ts'

export interface Language {
  /** The BCP 47 tag that `Intl` and the `lang` attribute get. */
  readonly tag: string
  readonly texts: Texts
}

/**
 * The language for a wish such as `en-GB`, `zh-Hant` or an empty string. An empty wish asks the page's own `lang`
 * and then the browser; whatever is neither English nor Traditional Chinese gets Simplified Chinese, save that a
 * browser in another language gets English.
 */
export function pickLanguage(wish: string, pageLanguage: string, browserLanguage: string): Language {
  for (const candidate of [wish, pageLanguage, browserLanguage]) {
    const tag = candidate.toLowerCase()
    if (/^zh-(tw|hk|mo|hant)/.test(tag)) return { tag: /^zh-(hk|mo)/.test(tag) ? 'zh-HK' : 'zh-TW', texts: zhTW }
    if (tag.startsWith('zh')) return { tag: 'zh-CN', texts: zhCN }
    if (tag.startsWith('en')) return { tag: 'en', texts: en }
  }
  return browserLanguage === '' ? { tag: 'zh-CN', texts: zhCN } : { tag: 'en', texts: en }
}
