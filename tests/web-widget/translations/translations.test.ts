import { describe, expect, it } from 'vitest'
import { en } from '../../../web-widget/translations/en.ts'
import { separatorText } from '../../../web-widget/translations/times.ts'
import { languageOf, pickTag } from '../../../web-widget/translations/translations.ts'
import { zhCN } from '../../../web-widget/translations/zh-cn.ts'
import { zhTW } from '../../../web-widget/translations/zh-tw.ts'

describe('languages', () => {
  it('picks by wish, then page, then browser', () => {
    expect(pickTag('en-GB', 'zh-CN', 'zh-CN')).toBe('en')
    expect(pickTag('', 'zh-CN', 'en-US')).toBe('zh-CN')
    expect(pickTag('', '', 'zh-TW')).toBe('zh-TW')
    expect(pickTag('zh-Hant-HK', '', '')).toBe('zh-TW')
    expect(pickTag('zh-MO', '', '')).toBe('zh-HK')
    expect(pickTag('', 'fr', 'de')).toBe('en')
    expect(pickTag('', '', '')).toBe('zh-CN')
  })

  it('gives the texts of each tag, Chinese at once', async () => {
    expect(languageOf('zh-CN')).toEqual({ tag: 'zh-CN', texts: zhCN })
    expect(await languageOf('en')).toEqual({ tag: 'en', texts: en })
    expect(await languageOf('zh-HK')).toEqual({ tag: 'zh-HK', texts: zhTW })
  })

  it('says AI in every label, in every language', () => {
    for (const texts of [zhCN, zhTW, en]) {
      for (const words of [
        texts.aiTag,
        texts.aiLabel,
        texts.answeredFrom(2),
        texts.generated,
        texts.launcher('林悦'),
      ]) {
        expect(words).toContain('AI')
      }
    }
  })

  it('has no Chinese left in the English texts, and no Simplified forms in the Traditional', () => {
    const flat = (value: unknown): string =>
      typeof value === 'string'
        ? value
        : typeof value === 'object' && value !== null
          ? Object.values(value).map(flat).join('')
          : ''
    expect(flat(en)).not.toMatch(/[\u3400-\u9fff]/)
    expect(flat(zhTW)).not.toMatch(/[这请问说话对开关闭发资点错误网络经还没复制务码]/)
  })
})

describe('the time between messages', () => {
  const now = new Date(2026, 10, 22, 15, 30).getTime()
  const at = (day: number, hour: number, minute: number): number => new Date(2026, 10, day, hour, minute).getTime()

  it('is written as people say it', () => {
    expect(separatorText(at(22, 9, 5), now, 'zh-CN')).toBe('09:05')
    expect(separatorText(at(21, 23, 59), now, 'zh-CN')).toBe('昨天 23:59')
    expect(separatorText(at(18, 8, 0), now, 'zh-CN')).toBe('星期三 08:00')
    expect(separatorText(at(1, 0, 0), now, 'zh-CN')).toBe('2026年11月1日 00:00')
    expect(separatorText(at(21, 23, 59), now, 'en')).toBe('yesterday 23:59')
  })
})
