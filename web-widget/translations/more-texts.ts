import type { Texts } from './zh-cn.ts'
import { type MoreTexts, zhCNMore } from './zh-cn-more.ts'

/** What the sheets may say: the panel's texts and their own. */
export type AllTexts = Texts & MoreTexts

/** The texts of the rarely opened sheets for a tag from `pickTag`; Chinese where they cannot be loaded. */
export async function moreTextsOf(tag: string): Promise<MoreTexts> {
  try {
    if (tag === 'en') return (await import('./en-more.ts')).enMore
    if (tag !== 'zh-CN') return (await import('./zh-tw-more.ts')).zhTWMore
  } catch {
    // Chinese is there already.
  }
  return zhCNMore
}
