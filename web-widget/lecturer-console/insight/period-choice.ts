import type { Insight } from '../../../server/protocol/console-insight.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { field, form, select } from '../parts/fields.ts'
import { chinaDayKey, ownPeriod, PERIODS, type Period } from './period.ts'
import type { InsightTexts } from './texts.ts'

export interface PeriodChoiceOptions {
  readonly period: Period
  readonly site: string
  readonly sites: Insight['sites']
  readonly texts: InsightTexts
  readonly go: (hash: string) => void
}

/** Which period and which website; all of it is in the address. */
export function drawPeriodChoice({ period, site, sites, texts, go }: PeriodChoiceOptions): HTMLElement {
  const isOwn = period.days === null
  const first = h('input', { type: 'date', value: chinaDayKey(period.from) })
  const last = h('input', { type: 'date', value: chinaDayKey(period.to - 1) })
  const lastField = field(last, { label: texts.to })
  const own = form(
    [
      field(first, { label: texts.from }).element,
      lastField.element,
      h('button', { type: 'submit', class: 'button quiet' }, texts.show),
    ],
    async () => {
      const isPeriod = ownPeriod(first.value, last.value) !== undefined
      lastField.setError(isPeriod ? undefined : texts.badPeriod)
      if (isPeriod) go(formatAddress('/insight', { from: first.value, to: last.value, site }))
    },
  )
  own.classList.add('own-period')
  own.hidden = !isOwn
  const ownButton = h(
    'button',
    {
      type: 'button',
      class: 'choice',
      'aria-pressed': isOwn ? 'true' : null,
      'aria-expanded': String(isOwn),
      onclick: () => {
        own.hidden = !own.hidden
        ownButton.setAttribute('aria-expanded', String(!own.hidden))
        if (!own.hidden) first.focus()
      },
    },
    texts.own,
  )
  const choices = PERIODS.map((days) =>
    h(
      'a',
      {
        class: 'choice',
        href: formatAddress('/insight', { days, site }),
        'aria-current': period.days === days ? 'true' : null,
      },
      texts.lastDays(days),
    ),
  )
  const known = sites.flatMap((row) => (row.site === null ? [] : [row.site]))
  const offered = site === '' || known.includes(site) ? known : [site, ...known]
  const chosen = isOwn
    ? { from: chinaDayKey(period.from), to: chinaDayKey(period.to - 1) }
    : { days: period.days ?? undefined }
  const websites = select([['', texts.allSites], ...offered.map((name) => [name, name] as const)], site, (value) =>
    go(formatAddress('/insight', { ...chosen, site: value })),
  )
  return h(
    'div',
    { class: 'stack' },
    h('div', { class: 'chip-row', role: 'group', 'aria-label': texts.period }, ...choices, ownButton),
    own,
    offered.length > 1 || site !== '' ? field(websites, { label: texts.site }).element : null,
  )
}
