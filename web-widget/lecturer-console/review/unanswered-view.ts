import '../parts/lists.css'
import './review.css'
import '../corrections/correction.css'
import type { UnansweredCluster } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { formatAddress } from '../address.ts'
import { dictationButton } from '../corrections/dictation.ts'
import { emptyWords, keepDraft } from '../corrections/draft.ts'
import { field, form } from '../parts/fields.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleContext, MakeView } from '../view.ts'
import { type ReviewTexts, reviewTexts } from './texts.ts'

/** Questions that found no answer, gathered by meaning; they are answered where they stand. */
export const makeUnansweredView: MakeView = async (context) => {
  const texts = reviewTexts(context.language)
  const { clusters } = await context.api.get<{ clusters: UnansweredCluster[] }>('/unanswered', {
    personaId: context.persona(),
  })
  const list = h(
    'ol',
    { class: 'plain-list cards' },
    ...clusters.map((cluster) => clusterCard(cluster, context, texts)),
  )
  const writing = () => [...list.querySelectorAll('textarea')].some(({ value }) => value.trim() !== '')
  let leaving = false
  list.addEventListener('submit', () => {
    leaving = true
  })
  return {
    element: h(
      'section',
      { class: 'stack list-page' },
      h(
        'div',
        { class: 'row' },
        h('h1', {}, texts.unansweredTitle),
        h('span', { class: 'left' }, texts.total(clusters.length)),
      ),
      clusters.length === 0
        ? h(
            'div',
            { class: 'notice empty' },
            h('p', { class: 'empty-title' }, texts.unansweredEmptyTitle),
            h('p', {}, texts.unansweredEmptyText),
          )
        : h('p', { class: 'lead' }, texts.unansweredLead),
      list,
    ),
    title: texts.unansweredTitle,
    keys: [
      { key: 'j', label: texts.keyDown, run: () => step(list, 1) },
      { key: 'k', label: texts.keyUp, run: () => step(list, -1) },
    ],
    leaving: () => (!leaving && writing() ? texts.needsLeave : undefined),
  }
}

function step(list: HTMLElement, by: 1 | -1): void {
  const buttons = [...list.querySelectorAll<HTMLElement>('.answer-it')]
  const from = buttons.findIndex((button) => button.closest('li')?.contains(document.activeElement) === true)
  buttons[Math.min(buttons.length - 1, Math.max(0, from + by))]?.focus()
}

function clusterCard(cluster: UnansweredCluster, context: ConsoleContext, texts: ReviewTexts): HTMLLIElement {
  const { question, count, asking, lastAskedAt, others, near, personaId, answerIds } = cluster
  const { language, go, me } = context
  const meta = [
    texts.asked(count),
    ago(lastAskedAt, language),
    context.persona() === '' && me.personas.length > 1 ? context.personaName(personaId) : '',
  ]
  const answer = field(h('textarea', { rows: 5, maxlength: 4000 }), {
    label: texts.yourAnswer,
    hint: texts.yourAnswerHint,
  })
  const send = async () => {
    const words = answer.control.value.trim()
    if (words === '') {
      answer.setError(texts.needsWords)
      return answer.control.focus()
    }
    const key = answerIds[0] ?? question
    keepDraft(`${me.account.id}:${key}`, {
      personaId,
      replyTo: answerIds.slice(0, 500),
      words: { ...emptyWords(question, others.slice(0, 10)), answer: words },
      keptAt: Date.now(),
    })
    go(formatAddress('/correction', { unanswered: key }))
  }
  const cancel = () => {
    sheet.hidden = true
    buttons.hidden = false
    answerIt.focus()
  }
  const sheet = form(
    [
      answer.element,
      h(
        'div',
        { class: 'row' },
        dictationButton(context, answer.control),
        h('span', { class: 'grow' }),
        h('button', { type: 'button', class: 'button quiet', onclick: cancel }, texts.cancel),
        h('button', { type: 'submit', class: 'button' }, texts.goOn),
      ),
    ],
    send,
  )
  sheet.hidden = true
  sheet.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) sheet.requestSubmit()
  })
  const answerIt = h(
    'button',
    {
      type: 'button',
      class: 'button answer-it',
      onclick: () => {
        sheet.hidden = false
        buttons.hidden = true
        answer.control.focus()
      },
    },
    icon('pen'),
    texts.answerIt,
  )
  const buttons = h(
    'div',
    { class: 'row' },
    answerIt,
    h(
      'button',
      { type: 'button', class: 'button quiet', onclick: () => void putAside(item, answerIds, context, texts) },
      texts.putAside,
    ),
  )
  const item = h(
    'li',
    { class: 'card cluster' },
    h('h2', { class: 'queue-question' }, question),
    asking > 0 && h('p', { class: 'chip warn' }, texts.asking(asking)),
    h('p', { class: 'queue-meta' }, meta.filter(Boolean).join(' · ')),
    others.length > 0 &&
      h(
        'details',
        { class: 'fold small' },
        h('summary', {}, texts.others(others.length)),
        h('ul', { class: 'other-wordings' }, ...others.map((other) => h('li', {}, other))),
      ),
    near.length > 0 &&
      h(
        'p',
        { class: 'near' },
        h('span', { class: 'hint' }, `${texts.near}：`),
        ...near.map(({ documentId, title }) => h('a', { href: formatAddress('/document', { id: documentId }) }, title)),
      ),
    buttons,
    sheet,
  )
  return item
}

/** Puts every turn of the cluster aside; it can be undone as long as the line is there. */
async function putAside(
  item: HTMLElement,
  answerIds: readonly string[],
  { api, toast, fail }: ConsoleContext,
  texts: ReviewTexts,
): Promise<void> {
  const made: { answerId: string; decisionId: string }[] = []
  const parent = item.parentElement
  const after = item.nextSibling
  try {
    for (const answerId of answerIds) {
      const { revision, state } = await api.get<{ revision: number; state: string }>(`/turns/${answerId}`)
      if (state !== 'waiting') continue
      const { decisionId } = await api.post<{ decisionId: string }>(`/turns/${answerId}/decision`, {
        verdict: 'skipped',
        revision,
        equalToo: true,
      })
      made.push({ answerId, decisionId })
    }
    item.remove()
    const undo = async () => {
      for (const { answerId, decisionId } of made) await api.post(`/turns/${answerId}/undo`, { decisionId })
      parent?.insertBefore(item, after)
    }
    toast(texts.putAsideDone, { label: texts.undo, run: () => void undo().catch(fail) })
  } catch (error) {
    fail(error)
  }
}
