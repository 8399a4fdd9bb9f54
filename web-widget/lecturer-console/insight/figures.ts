import type { Insight } from '../../../server/protocol/console-insight.ts'
import { h } from '../../parts/dom.ts'
import type { ConsoleLanguage } from '../view.ts'
import type { InsightTexts } from './texts.ts'

export interface Formats {
  readonly count: (value: number) => string
  readonly share: (value: number | null) => string
  readonly decimal: (value: number) => string
}

export function formatsOf(language: ConsoleLanguage, none: string): Formats {
  const locale = language === 'en' ? 'en' : 'zh-CN'
  const whole = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  return {
    count: (value) => whole.format(value),
    share: (value) => (value === null ? none : percent.format(value)),
    decimal: (value) => decimal.format(value),
  }
}

/** The figures that matter most, each with what it means. */
export function keyFigures({ totals }: Insight, texts: InsightTexts, { count, share, decimal }: Formats): HTMLElement {
  const { questions, visitors, answered, declined, up, down, sampleErrors: sample, hoursToCorrection: hours } = totals
  const ofQuestions = (part: number) => (questions === 0 ? '' : texts.ofQuestions(share(part / questions)))
  const waited = (value: number) =>
    value < 1
      ? texts.minutesValue(count(Math.max(1, Math.round(value * 60))))
      : value < 48
        ? texts.hoursValue(decimal(value))
        : texts.daysValue(decimal(value / 24))
  const rows: readonly (readonly [name: string, value: string, note: string, className?: string])[] = [
    [texts.questions, count(questions), visitors === 0 ? '' : texts.perVisitor(decimal(questions / visitors))],
    [texts.visitors, count(visitors), ''],
    [texts.answered, count(answered), ofQuestions(answered), 'good'],
    [texts.declined, count(declined), ofQuestions(declined), declined > 0 ? 'bad' : ''],
    [texts.coverage, share(totals.coverage), texts.coverageNote],
    [
      texts.satisfaction,
      share(totals.satisfaction),
      up + down === 0 ? texts.noRatings : texts.ratings(count(up + down)),
    ],
    [texts.backlog, count(totals.backlog), texts.backlogNote],
    [texts.hours, hours === null ? texts.none : waited(hours), texts.hoursNote],
    [
      texts.sample,
      sample === null ? texts.none : share(sample.wrong / sample.of),
      sample === null ? texts.noSample : texts.sampleNote(count(sample.of), share(sample.low), share(sample.high)),
    ],
  ]
  return h(
    'dl',
    { class: 'key-figures' },
    ...rows.map(([name, value, note, className = '']) =>
      h(
        'div',
        { class: 'card key-figure' },
        h('dt', {}, name),
        h('dd', { class: `key-value ${className}` }, value),
        note !== '' && h('dd', { class: 'hint' }, note),
      ),
    ),
  )
}

/** A table in a box that scrolls by itself on a phone, also by keyboard. The first cell of a row names it. */
export function figureTable(caption: string, header: readonly string[], rows: readonly (readonly string[])[]) {
  return h(
    'div',
    { class: 'table-box', role: 'region', 'aria-label': caption, tabindex: 0 },
    h(
      'table',
      { class: 'figures' },
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, ...header.map((name) => h('th', { scope: 'col' }, name)))),
      h(
        'tbody',
        {},
        ...rows.map(([name = '', ...cells]) =>
          h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', {}, cell))),
        ),
      ),
    ),
  )
}
