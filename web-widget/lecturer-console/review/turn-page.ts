import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { type Child, h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { asUnderstood } from '../corrections/draft.ts'
import { moment } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { type AnswerSentences, answerSentences } from './answer-sentences.ts'
import { createEvidence, type Evidence } from './evidence.ts'
import { reasonChip } from './queue-card.ts'
import { type ReviewTexts, reviewTexts } from './texts.ts'
import { type TurnTexts, turnTexts } from './turn-texts.ts'

export interface TurnPage {
  readonly element: HTMLElement
  readonly heading: HTMLElement
  readonly evidence: Evidence
}

export interface TurnPageOptions {
  readonly detail: TurnDetail
  readonly context: Pick<ConsoleContext, 'language' | 'me'>
  readonly onPauseDocument: (documentId: string, title: string) => void
}

/** Everything that is known of one turn: its conversation, the answer beside its evidence, and what people said of it. */
export function drawTurn({ detail, context, onPauseDocument }: TurnPageOptions): TurnPage {
  const { language } = context
  const texts = turnTexts(language)
  const queueTexts = reviewTexts(language)
  const understood = asUnderstood(detail)
  const heading = h('h1', { class: 'asked', tabindex: -1 }, detail.question || queueTexts.forgotten)
  const sentences: AnswerSentences = answerSentences(detail, texts, (lit) => evidence.light(lit))
  const evidence = createEvidence({ detail, texts, onFocus: (index) => sentences.light(index), onPauseDocument })
  const element = h(
    'article',
    { class: 'turn' },
    h(
      'div',
      { class: 'turn-main' },
      earlierTurns(detail, texts),
      h(
        'section',
        { class: 'card asked-card' },
        h(
          'p',
          { class: 'hint' },
          [texts.question, moment(detail.askedAt, language), siteName(detail.site)].filter(Boolean).join(' · '),
        ),
        heading,
        understood !== detail.question && h('p', { class: 'hint' }, texts.takenAs(understood)),
        h('div', { class: 'chips' }, ...detail.reasons.map((reason) => reasonChip(reason, queueTexts))),
      ),
      h(
        'section',
        { class: 'card answer-card' },
        h(
          'div',
          { class: 'answer-head' },
          h('h2', {}, texts.answer(detail.personaName)),
          h('span', { class: 'chip' }, texts.aiMade),
          detail.outcome !== null && h('span', { class: 'chip' }, queueTexts.outcomes[detail.outcome]),
        ),
        detail.forgotten && h('p', { class: 'hint' }, texts.forgotten),
        detail.sentences.length > 0 ? sentences.element : h('p', { class: 'hint' }, texts.noAnswer),
        withheld(detail, texts),
      ),
      feedback(detail, texts),
      corrections(detail, texts),
      history(detail, texts, context),
    ),
    h('div', { class: 'turn-side' }, evidence.element, making(detail, texts, queueTexts, language)),
  )
  return { element, heading, evidence }
}

function earlierTurns({ earlier }: TurnDetail, texts: TurnTexts): Child {
  if (earlier.length === 0) return null
  return h(
    'details',
    { class: 'fold earlier' },
    h('summary', {}, texts.earlier(earlier.length)),
    ...earlier.flatMap(({ question, answer }) => [
      h('p', { class: 'earlier-question' }, question),
      h('p', { class: 'earlier-answer' }, answer),
    ]),
  )
}

function withheld({ withheld: held }: TurnDetail, texts: TurnTexts): Child {
  if (held.length === 0) return null
  return h(
    'section',
    { class: 'withheld' },
    h('h3', {}, texts.withheld(held.length)),
    h('p', { class: 'hint' }, texts.withheldLead),
    h(
      'ul',
      { class: 'plain-list' },
      ...held.map(({ text, reason, detail }) => {
        const why = texts.withheldReasons[reason] ?? texts.otherReason
        return h(
          'li',
          { class: 'withheld-sentence' },
          h('p', {}, text.trim()),
          h('p', { class: 'withheld-why' }, detail === '' ? why : `${why}：${detail}`),
        )
      }),
    ),
  )
}

function feedback({ feedback: given }: TurnDetail, texts: TurnTexts): Child {
  if (given === null) return null
  // These two are stored as a thumb down, and say something else.
  const isWish = given.reason === 'ask-lecturer' || given.reason === 'report'
  const rating = isWish ? '' : given.rating === 'up' ? texts.feedbackUp : texts.feedbackDown
  const reason = given.reason === null ? '' : (texts.feedbackReasons[given.reason] ?? given.reason)
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, texts.feedback),
    h('p', {}, [rating, reason].filter(Boolean).join(' · ')),
    given.comment !== null && given.comment !== '' && h('blockquote', { class: 'comment' }, given.comment),
  )
}

function corrections({ corrections: list }: TurnDetail, texts: TurnTexts): Child {
  if (list.length === 0) return null
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, texts.fromIt),
    h(
      'ul',
      { class: 'plain-list' },
      ...list.map(({ id, state, question }) =>
        h(
          'li',
          { class: 'row' },
          h('a', { class: 'grow', href: formatAddress(`/correction/${id}`) }, question),
          h('span', { class: `chip ${state === 'live' ? 'good' : ''}` }, texts.correctionStates[state] ?? state),
        ),
      ),
    ),
  )
}

function history({ decisions }: TurnDetail, texts: TurnTexts, { language }: Pick<ConsoleContext, 'language'>): Child {
  if (decisions.length === 0) return null
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, texts.history),
    h(
      'ul',
      { class: 'plain-list' },
      ...decisions.map(({ verdict, reason, note, by, at, undone }) =>
        h(
          'li',
          { class: undone ? 'decision undone' : 'decision' },
          h(
            'p',
            {},
            texts.decidedNow(by, texts.verdicts[verdict]),
            reason === null ? '' : ` · ${texts.verdictReasons[reason]}`,
            undone ? ` · ${texts.undone}` : '',
          ),
          note !== null && note !== '' && h('blockquote', { class: 'comment' }, note),
          h('p', { class: 'hint' }, moment(at, language)),
        ),
      ),
    ),
  )
}

function making(
  detail: TurnDetail,
  texts: TurnTexts,
  queueTexts: ReviewTexts,
  language: ConsoleContext['language'],
): Child {
  const { making: made, channel, askedAt, site } = detail
  const channels: Readonly<Record<string, string>> = queueTexts.channels
  const facts: (readonly [string, string])[] = [
    [texts.asked, moment(askedAt, language)],
    [texts.channel, channels[channel] ?? channel],
    ...(site === null ? [] : [[texts.site, siteName(site)] as const]),
  ]
  if (made !== null) {
    const timings = Object.entries(made.timings)
      .sort(([, a], [, b]) => a - b)
      .map(([step, ms]) => texts.timing(texts.steps[step] ?? step, (ms / 1000).toFixed(ms < 10_000 ? 2 : 1)))
    facts.push(
      [texts.understood, made.searchText],
      [texts.model, made.model],
      ...(made.promptId === null
        ? []
        : [[texts.prompt, [made.promptId, made.promptHash?.slice(0, 8)].filter(Boolean).join(' · ')] as const]),
      ...(made.answerability === null
        ? []
        : [[texts.answerability, `${Math.round(made.answerability * 100)}%`] as const]),
      ...(made.fallbackReason === null ? [] : [[texts.fallback, made.fallbackReason] as const]),
      ...(timings.length === 0 ? [] : [['', timings.join(' → ')] as const]),
    )
  }
  return h(
    'details',
    { class: 'fold' },
    h('summary', {}, texts.making),
    h(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => h('div', {}, name !== '' && h('dt', {}, name), h('dd', {}, value))),
    ),
  )
}

/** An origin as people write it. */
function siteName(site: string | null): string {
  return (site ?? '').replace(/^https?:\/\//, '')
}
