import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { h } from '../parts/dom.ts'
import type { Texts } from '../translations/zh-cn.ts'

/** After this many ms the notice is shown again. */
const AGAIN_MS = 30 * 86_400_000

export interface NoticeFacts {
  readonly persona: PersonaCard
  /** How many days the server keeps the words; null where it does not say. */
  readonly keptDays: number | null
  readonly kiosk: boolean
}

/** Who speaks here, and what is kept: the sentences of the first notice, and of 关于. */
export function noticeTexts({ persona, keptDays, kiosk }: NoticeFacts, texts: Texts): string[] {
  const who =
    persona.speaker === 'institution'
      ? texts.noticeOffice
      : persona.speaker === 'fictional'
        ? texts.noticeFiction
        : texts.noticeWho
  return [who(persona.name), kiosk ? texts.noticeKiosk : texts.noticeKept(keptDays)]
}

/** Whether the notice is due: never seen on this device, or 30 days ago. `seenAt` and `now` are epoch ms. */
export function isNoticeDue(seenAt: number | null, now: number): boolean {
  return seenAt === null || now - seenAt > AGAIN_MS || seenAt > now
}

/** A notice above the composer. It leaves the conversation usable: nothing waits for 知道了. */
export function drawNotice(lines: readonly string[], texts: Texts, seen: () => void): HTMLElement {
  return h(
    'section',
    { class: 'notice', 'aria-label': texts.noticeTitle },
    h('div', { class: 'notice-text', tabindex: 0 }, ...lines.map((words) => h('p', {}, words))),
    h('button', { type: 'button', class: 'button', onclick: seen }, texts.noticeOk),
  )
}
