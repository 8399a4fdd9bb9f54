import type { Turn } from '../connection/conversation-state.ts'
import { h } from '../parts/dom.ts'
import type { AllTexts } from '../translations/more-texts.ts'
import type { ShareFacts } from './panel-sheets.ts'
import { labelledPicture } from './png-label.ts'
import { drawPicture } from './share-picture.ts'
import type { ViewContext } from './view-context.ts'

/** The question and answer as plain words, with the label at the end. */
export function shareText(texts: AllTexts, turn: Turn, mark: string): string {
  return `${texts.shareQuestion}：${turn.question}\n\n${plainWords(turn.answer?.text ?? '')}\n\n${mark}`
}

/** A picture to keep (a real image, for a long press in WeChat), and the other ways to pass an answer on. */
export function drawShare(context: ViewContext, texts: AllTexts, turn: Turn, facts: ShareFacts): HTMLElement[] {
  const titles = [...new Set((turn.answer?.citations ?? []).map((citation) => citation.title))]
  const text = shareText(texts, turn, facts.mark)
  const drawn = drawPicture({
    head: `${context.name()} · ${texts.aiTag}`,
    question: `${texts.shareQuestion}：${turn.question}`,
    answer: plainWords(turn.answer?.text ?? ''),
    sources: titles.length === 0 ? '' : `${texts.shareSources}：${titles.join('、')}`,
    label: facts.label,
    mark: facts.mark,
  })
  const origin = { producer: new URL(facts.address).host, id: turn.answer?.answerId ?? turn.turnId }
  const picture = drawn === null ? null : labelledPicture(drawn, origin)
  // WeChat blocks downloads; there the picture is kept by a long press.
  const saves = picture !== null && !/MicroMessenger\//.test(navigator.userAgent)
  const button = (words: string, onclick: () => void): HTMLElement =>
    h('button', { type: 'button', class: 'button plain', onclick }, words)
  const ways = h(
    'div',
    { class: 'choices' },
    saves &&
      h('a', { class: 'button', href: picture, download: `${context.name()}-AI-${turn.turnId}.png` }, texts.shareSave),
    button(texts.shareCopy, () => context.actions.copy(text)),
    typeof navigator.share === 'function' &&
      button(texts.shareSend, () => {
        // Whoever closes the system's dialog has changed their mind.
        navigator.share({ text, url: facts.address }).catch(() => {})
      }),
  )
  return [
    ...(picture === null
      ? [h('p', { class: 'whole' }, text)]
      : [h('p', { class: 'hint' }, texts.shareHint), h('img', { class: 'picture', src: picture, alt: text })]),
    ways,
  ]
}

/** An answer's text without its marks of emphasis. */
function plainWords(text: string): string {
  return text
    .replace(/\*\*/g, '')
    .replace(/^#{1,6}\s+/gm, '')
    .trim()
}
