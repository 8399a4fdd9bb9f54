import './people.css'
import type { AuditPage, AuditRow } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { actionButton, field, select } from '../parts/fields.ts'
import { day, dayKey } from '../parts/format.ts'
import type { ConsoleContext, MakeView } from '../view.ts'
import { auditSentence } from './audit-sentences.ts'
import { type AuditTexts, auditTexts } from './audit-texts.ts'

const PAGE = 50

/** What was done on the site, in sentences, by day; of one persona where one is chosen. */
export const makeAuditView: MakeView = async (context) => {
  const { api, me, language, fail } = context
  const texts = auditTexts(language)
  const list = h('div', { class: 'stack' })
  const foot = h('div', { class: 'audit-foot' })
  let next: string | null = null
  let lastDay = ''
  let entries: HTMLElement | null = null

  const filter = field(
    select([['', texts.all], ...me.personas.map(({ id, name }) => [id, name] as const)], context.persona(), (id) => {
      context.setPersona(id)
      void begin().catch(fail)
    }),
    { label: texts.persona },
  )

  async function begin(): Promise<void> {
    lastDay = ''
    entries = null
    const page = await read(undefined)
    list.replaceChildren()
    add(page)
    if (page.rows.length === 0) list.append(h('p', { class: 'notice' }, texts.none))
  }

  function read(before: string | undefined): Promise<AuditPage> {
    return api.get<AuditPage>('/audit', { personaId: context.persona(), before, limit: PAGE })
  }

  function add(page: AuditPage): void {
    for (const row of page.rows) {
      const key = dayKey(row.at)
      if (key !== lastDay || entries === null) {
        lastDay = key
        entries = h('ol', { class: 'card audit-day' })
        list.append(h('section', {}, h('h2', { class: 'audit-date' }, dayName(row.at, texts, context)), entries))
      }
      entries.append(entry(row, context, texts))
    }
    next = page.next
    foot.replaceChildren(
      next === null
        ? (page.rows.length > 0 && h('p', { class: 'hint' }, texts.end)) || ''
        : actionButton(texts.older, more, 'button quiet'),
    )
  }

  async function more(): Promise<void> {
    if (next === null) return
    try {
      const before = list.querySelectorAll('.audit-entry').length
      add(await read(next))
      // The button may be gone; reading goes on where the new rows begin.
      const first = list.querySelectorAll<HTMLElement>('.audit-entry')[before]
      first?.setAttribute('tabindex', '-1')
      first?.focus()
    } catch (error) {
      fail(error)
    }
  }

  await begin()
  const element = h(
    'section',
    { class: 'people-page narrow stack' },
    h('h1', {}, texts.title),
    h('p', { class: 'lead' }, texts.lead),
    filter.element,
    list,
    foot,
  )
  return { element, title: texts.title }
}

function entry(row: AuditRow, { language, personaName }: ConsoleContext, texts: AuditTexts): HTMLElement {
  const { text, path, grave } = auditSentence(row, language, personaName)
  const time = new Date(row.at)
  const clock = time.toLocaleTimeString(language === 'en' ? 'en-GB' : 'zh-CN', { hour: '2-digit', minute: '2-digit' })
  const who = row.accountId === null && row.accountName === 'command line' ? texts.commandLine : row.accountName
  return h(
    'li',
    { class: grave ? 'audit-entry grave' : 'audit-entry' },
    h('time', { datetime: time.toISOString() }, clock),
    h('p', {}, h('b', {}, who), ` ${text}`),
    path !== undefined && h('a', { class: 'audit-link', href: formatAddress(path.path, path.parameters) }, texts.open),
  )
}

function dayName(at: number, texts: AuditTexts, { language }: ConsoleContext): string {
  const today = new Date()
  const yesterday = new Date(today)
  yesterday.setDate(today.getDate() - 1)
  const names = new Map([
    [dayKey(today.getTime()), texts.today],
    [dayKey(yesterday.getTime()), texts.yesterday],
  ])
  const near = names.get(dayKey(at))
  return near === undefined ? day(at, language) : `${near} · ${day(at, language)}`
}
