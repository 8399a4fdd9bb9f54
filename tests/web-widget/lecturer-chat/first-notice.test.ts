import { describe, expect, it } from 'vitest'
import { isNoticeDue, noticeTexts } from '../../../web-widget/lecturer-chat/first-notice.ts'
import { en } from '../../../web-widget/translations/en.ts'
import { zhCN } from '../../../web-widget/translations/zh-cn.ts'
import { ADVISER, WELDER } from '../../helpers/widget-site.ts'

const DAY = 86_400_000

describe('the first notice', () => {
  it('comes at first, not again within 30 days, and then again', () => {
    const now = Date.UTC(2026, 10, 22)
    expect(isNoticeDue(null, now)).toBe(true)
    expect(isNoticeDue(now - 30 * DAY, now)).toBe(false)
    expect(isNoticeDue(now - 30 * DAY - 1, now)).toBe(true)
    expect(isNoticeDue(now + DAY, now)).toBe(true)
  })

  it('says that no person answers, whoever speaks, and for how long words are kept', () => {
    const real = { ...WELDER, speaker: 'real' as const }
    for (const persona of [WELDER, ADVISER, real]) {
      for (const texts of [zhCN, en]) {
        const words = noticeTexts({ persona, keptDays: 180, kiosk: false }, texts).join('\n')
        expect(words).toContain('AI')
        expect(words).toContain(persona.name)
        expect(words).toContain('180')
        expect(noticeTexts({ persona, keptDays: null, kiosk: false }, texts).join('')).not.toMatch(/null|NaN/)
      }
    }
    expect(noticeTexts({ persona: real, keptDays: null, kiosk: false }, zhCN)[0]).toContain('不是本人')
    expect(noticeTexts({ persona: WELDER, keptDays: null, kiosk: false }, zhCN)[0]).toContain('虚构人物')
  })
})
