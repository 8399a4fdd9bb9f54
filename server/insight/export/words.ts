import type { CorrectionState } from '../../protocol/console-correction.ts'
import type { Verdict } from '../../protocol/console-queue.ts'
import type { Outcome } from '../../protocol/outcome.ts'
import type { Channel } from '../../transcripts/transcripts.ts'

/** What the codes of a turn are called in a file for people. */
export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  grounded: '有依据的回答',
  corrected: '用修订作答',
  declined: '没答上来',
  'handed-off': '转给人工',
  filtered: '被安全规则拦下',
  stopped: '访客中止',
  interrupted: '中断',
  failed: '出错',
}

export const CHANNELS: Readonly<Record<Channel, string>> = {
  websocket: '对话窗口',
  events: '对话窗口（备用连接）',
  completions: '开放接口',
}

export const RATINGS: Readonly<Record<'up' | 'down', string>> = { up: '赞', down: '踩' }

export const FEEDBACK_REASONS: Readonly<Record<string, string>> = {
  report: '举报',
  'ask-lecturer': '想请讲师回复',
}

export const REVIEWS: Readonly<Record<Verdict | 'corrected', string>> = {
  right: '对',
  wrong: '不对',
  'not-my-words': '我不会这么说',
  skipped: '先放着',
  corrected: '已修订',
}

export const CORRECTION_STATES: Readonly<Record<CorrectionState, string>> = {
  draft: '草稿',
  reviewed: '等讲师批准',
  live: '已上线',
  superseded: '已被新版本替换',
  withdrawn: '已撤下',
}

/** The name of a code; the code itself where it has none. */
export function nameOf(names: Readonly<Record<string, string>>, code: string | null): string | null {
  return code === null ? null : (names[code] ?? code)
}
