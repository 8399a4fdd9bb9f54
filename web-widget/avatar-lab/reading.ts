import type { SpeechPlan } from '../../server/protocol/speech-lab.ts'
import { h } from '../parts/dom.ts'
import type { LabTexts } from './texts.ts'

/** The source beside what is said, what differs marked, and the pinyin over each character, a line a clause. */
export function drawReading(plan: SpeechPlan, texts: LabTexts): HTMLElement {
  if (plan.clauses.length === 0) return h('p', { class: 'hint' }, texts.empty)
  const source = plan.pieces.map(({ source: own, spoken, changed }) =>
    !changed ? h('span', {}, own) : spoken === '' ? h('del', {}, own) : h('mark', {}, own),
  )
  const spoken = plan.pieces.map(({ spoken: own, changed }) => h(changed && own !== '' ? 'mark' : 'span', {}, own))
  const clauses = plan.clauses.map(({ sounds }) =>
    h(
      'li',
      { lang: 'zh-CN' },
      ...sounds.map(({ text, pinyin }) => (pinyin === null ? h('span', {}, text) : ruby(text, pinyin))),
    ),
  )
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'lab-pair' },
      h('div', {}, h('h3', {}, texts.source), h('p', { class: 'lab-source', lang: 'zh-CN' }, ...source)),
      h('div', {}, h('h3', {}, texts.spoken), h('p', { class: 'lab-spoken', lang: 'zh-CN' }, ...spoken)),
    ),
    h('p', { class: 'hint' }, texts.changedHint),
    h('h3', {}, `${texts.pinyin} · ${texts.clauses(plan.clauses.length, (plan.length / 1000).toFixed(1))}`),
    h('ol', { class: 'lab-ruby' }, ...clauses),
  )
}

function ruby(text: string, pinyin: string): HTMLElement {
  return h('ruby', {}, text, h('rt', {}, pinyin))
}
