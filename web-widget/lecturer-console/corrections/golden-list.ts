import type { GoldenCheckLine, GoldenQuestion } from '../../../server/protocol/console-correction.ts'
import { h, setText } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { actionButton } from '../parts/fields.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { correctionTexts } from './texts.ts'

/** Questions whose answers must stay right, with a button that has the avatar answer all of them again. */
export async function drawGolden(context: ConsoleContext): Promise<HTMLElement> {
  const { api, language, toast, fail } = context
  const texts = correctionTexts(language)
  const personaId = context.persona()
  const { rows } = await api.get<{ rows: GoldenQuestion[] }>('/golden', { personaId })
  const answers = new Map<string, HTMLElement>()
  const bar = h('progress', { hidden: true, max: 1, value: 0, 'aria-label': texts.goldenCheck })
  const outcome = h('p', { class: 'summary-line', role: 'status' })

  async function check(): Promise<void> {
    for (const answered of answers.values()) answered.textContent = ''
    bar.hidden = false
    try {
      const lines = api.lines<GoldenCheckLine>('/golden/check', undefined, { query: { personaId }, method: 'GET' })
      for await (const line of lines) {
        if (line.type === 'progress') {
          bar.max = Math.max(1, line.total)
          bar.value = line.done
          setText(outcome, texts.goldenChecking(line.done, line.total))
        } else if (line.type === 'row') {
          const answered = answers.get(line.id)
          answered?.replaceChildren(
            h(
              'span',
              { class: `chip ${line.right ? 'good' : 'bad'}` },
              line.right ? texts.goldenRight : texts.goldenWrong,
            ),
            ...(line.right ? [] : [h('p', {}, line.after || texts.declined)]),
          )
        } else setText(outcome, texts.goldenDone(line.checked - line.wrong, line.checked))
      }
    } catch (error) {
      setText(outcome, '')
      fail(error)
    } finally {
      bar.hidden = true
    }
  }

  const list = h(
    'ul',
    { class: 'plain-list cards' },
    ...rows.map((row) => {
      const answered = h('div', { class: 'answered' })
      answers.set(row.id, answered)
      const remove = () =>
        api.remove(`/golden/${row.id}`).then(() => {
          item.remove()
          toast(texts.goldenRemoved)
        }, fail)
      const item = h(
        'li',
        { class: 'card golden-card' },
        h(
          'div',
          { class: 'grow' },
          h('h2', { class: 'queue-question' }, row.question),
          h('p', { class: 'queue-answer' }, row.answer),
          answered,
          h('p', { class: 'queue-meta' }, texts.keptBy(row.keptBy, ago(row.keptAt, language))),
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'tool',
            'aria-label': `${texts.goldenRemove}：${row.question}`,
            onclick: () => void remove(),
          },
          icon('trash'),
        ),
      )
      return item
    }),
  )
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'lead' }, texts.goldenLead),
    rows.length === 0
      ? h('p', { class: 'notice' }, texts.goldenEmpty)
      : h('div', { class: 'row' }, actionButton(texts.goldenCheck, check, 'button quiet'), outcome),
    bar,
    list,
  )
}
