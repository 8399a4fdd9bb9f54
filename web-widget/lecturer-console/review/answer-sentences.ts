import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import type { TurnTexts } from './turn-texts.ts'

/** Below this the server calls the evidence of a sentence weak. */
const WEAK = 0.6

type Level = 'backed' | 'weak' | 'plainTalk'

export interface AnswerSentences {
  readonly element: HTMLElement
  /** Outlines the sentences that rest on a citation; null outlines none. */
  light(citation: number | null): void
}

function levelOf({ support, citations }: TurnDetail['sentences'][number]): Level {
  if (support === null) return citations.length > 0 ? 'backed' : 'plainTalk'
  return support < WEAK ? 'weak' : 'backed'
}

/**
 * The answer sentence by sentence, each with a bar that tells how far its evidence carries it: solid, dashed or none,
 * and in words. A sentence that is pressed shows its evidence, here on narrow screens, beside on wide ones.
 */
export function answerSentences(
  { sentences, citations }: Pick<TurnDetail, 'sentences' | 'citations'>,
  texts: TurnTexts,
  onChoose: (citations: readonly number[]) => void,
): AnswerSentences {
  const rows = sentences.map((sentence) => {
    const level = levelOf(sentence)
    const marks = sentence.citations.length > 0 ? texts.marks(sentence.citations.map((index) => index + 1)) : ''
    const words = sentence.text.trim()
    const quotes = sentence.citations.flatMap((index) => {
      const citation = citations[index]
      return citation === undefined
        ? []
        : [h('blockquote', { class: 'inline-quote' }, h('cite', {}, citation.title), citation.quote)]
    })
    if (quotes.length === 0)
      return h(
        'li',
        { class: 'sentence', 'data-level': level },
        h('p', {}, words),
        h('span', { class: 'support' }, texts[level]),
      )
    const inline = h('div', { class: 'inline-quotes', hidden: true }, ...quotes)
    const button = h(
      'button',
      {
        type: 'button',
        class: 'sentence-button',
        'aria-expanded': 'false',
        onclick: () => {
          inline.hidden = !inline.hidden
          button.setAttribute('aria-expanded', String(!inline.hidden))
          onChoose(inline.hidden ? [] : sentence.citations)
        },
        onfocus: () => onChoose(sentence.citations),
        onmouseenter: () => onChoose(sentence.citations),
        onmouseleave: () => {
          if (inline.hidden && document.activeElement !== button) onChoose([])
        },
        onblur: () => {
          if (inline.hidden) onChoose([])
        },
      },
      h('span', { class: 'sentence-text' }, words),
      h('span', { class: 'support' }, [texts[level], marks].filter(Boolean).join(' · ')),
    )
    return h('li', { class: 'sentence', 'data-level': level }, button, inline)
  })
  return {
    element: h('ol', { class: 'sentences' }, ...rows),
    light(citation) {
      for (const [index, row] of rows.entries())
        row.classList.toggle('lit', citation !== null && sentences[index]?.citations.includes(citation) === true)
    },
  }
}
