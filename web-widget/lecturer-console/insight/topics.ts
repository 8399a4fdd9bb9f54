import type { Insight } from '../../../server/protocol/console-insight.ts'
import { h } from '../../parts/dom.ts'
import type { Formats } from './figures.ts'
import { sparkline } from './sparkline.ts'
import type { InsightTexts } from './texts.ts'

const SHOWN = 8

/** What people ask about, each with a small line of how often over the period; null where there is nothing. */
export function drawTopics(topics: Insight['topics'], texts: InsightTexts, { count }: Formats): HTMLElement | null {
  if (topics.length === 0) return null
  const rows = topics.map(({ topic, questions, declined, days }, index) =>
    h(
      'li',
      { class: 'topic', hidden: index >= SHOWN },
      h('span', { class: 'topic-name' }, topic, declined > 0 && h('span', { class: 'chip bad' }, texts.topicDeclined)),
      sparkline(days),
      h('span', { class: 'topic-count' }, texts.topicCount(count(questions))),
    ),
  )
  const list = h('ol', { class: 'topics' }, ...rows)
  const more = h(
    'button',
    {
      type: 'button',
      class: 'button quiet',
      onclick: () => {
        for (const row of rows) row.hidden = false
        more.remove()
        rows[SHOWN]?.setAttribute('tabindex', '-1')
        rows[SHOWN]?.focus()
      },
    },
    texts.moreTopics(rows.length - SHOWN),
  )
  return h(
    'section',
    { class: 'card stack' },
    h('div', {}, h('h2', {}, texts.topics), h('p', { class: 'hint' }, texts.topicsNote)),
    list,
    rows.length > SHOWN ? more : null,
  )
}
