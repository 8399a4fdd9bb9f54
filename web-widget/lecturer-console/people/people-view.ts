import '../parts/lists.css'
import './people.css'
import type { Account, Invitation } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { ask } from '../parts/dialog.ts'
import { actionButton, field } from '../parts/fields.ts'
import { ago, day } from '../parts/format.ts'
import type { ConsoleContext, MakeView } from '../view.ts'
import { openInviteDialog } from './invite-dialog.ts'
import { openManageDialog } from './manage-dialog.ts'
import { type PeopleTexts, peopleTexts } from './people-texts.ts'

/** Beyond so many accounts the list can be searched. */
const MANY = 6

/** All accounts of the site and the invitations that wait. */
export const makePeopleView: MakeView = async (context) => {
  const { api, language } = context
  const texts = peopleTexts(language)
  const accounts = h('ul', { class: 'people' })
  const heading = h('h2', {})
  const invitations = h('section', { class: 'stack' })
  let rows: readonly Account[] = []
  const find = field(h('input', { type: 'search', autocomplete: 'off', oninput: () => drawAccounts() }), {
    label: texts.search,
  })

  async function load(): Promise<void> {
    const [known, links] = await Promise.all([
      api.get<{ rows: Account[] }>('/accounts'),
      api.get<{ rows: Invitation[] }>('/invitations'),
    ])
    rows = known.rows
    find.element.hidden = rows.length <= MANY
    drawAccounts()
    drawInvitations(links.rows.filter(({ usedAt, expiresAt }) => usedAt === null && expiresAt > Date.now()))
  }

  function drawAccounts(): void {
    const words = find.control.value.trim().toLowerCase()
    const shown = rows
      .filter(({ name, login }) => `${name} ${login}`.toLowerCase().includes(words))
      .sort((one, other) => Number(one.disabled) - Number(other.disabled))
    heading.textContent = texts.people(rows.length)
    accounts.replaceChildren(...shown.map((account) => accountCard(context, account, texts, load)))
    if (shown.length === 0) accounts.append(h('li', { class: 'notice' }, texts.nobody))
  }

  function drawInvitations(open: readonly Invitation[]): void {
    invitations.replaceChildren(
      h('h2', {}, texts.open(open.length)),
      open.length === 0
        ? h('p', { class: 'hint' }, texts.noneOpen)
        : h('ul', { class: 'people' }, ...open.map((one) => invitationCard(context, one, texts, load))),
    )
  }

  await load()
  const element = h(
    'section',
    { class: 'people-page stack' },
    h(
      'div',
      { class: 'people-head' },
      h('div', {}, h('h1', {}, texts.title), h('p', { class: 'lead' }, texts.lead)),
      h(
        'button',
        { type: 'button', class: 'button', onclick: () => openInviteDialog(context, texts, load) },
        texts.invite,
      ),
    ),
    heading,
    find.element,
    accounts,
    invitations,
  )
  return { element, title: texts.title }
}

function accountCard(
  context: ConsoleContext,
  account: Account,
  texts: PeopleTexts,
  reload: () => Promise<void>,
): HTMLElement {
  const { me, language, personaName } = context
  const { name, login, role, personaId, secondFactor, disabled, lastSeenAt, createdAt } = account
  const seen = lastSeenAt === null ? texts.neverSeen : texts.lastSeen(ago(lastSeenAt, language))
  return h(
    'li',
    { class: disabled ? 'card person off' : 'card person' },
    h(
      'div',
      { class: 'person-main' },
      h(
        'p',
        { class: 'person-name' },
        h('b', {}, name),
        h('span', { class: 'hint' }, login),
        account.id === me.account.id && h('span', { class: 'chip' }, texts.you),
      ),
      h(
        'p',
        { class: 'chips' },
        h(
          'span',
          { class: 'chip' },
          personaId === null ? texts.roles[role] : `${texts.roles[role]} · ${personaName(personaId)}`,
        ),
        h('span', { class: secondFactor ? 'chip good' : 'chip' }, secondFactor ? texts.secondOn : texts.secondOff),
        disabled && h('span', { class: 'chip bad' }, texts.disabled),
      ),
      h('p', { class: 'hint' }, `${seen} · ${texts.since(day(createdAt, language))}`),
    ),
    h(
      'button',
      {
        type: 'button',
        class: 'button quiet',
        'aria-label': texts.manageWho(name),
        onclick: () => openManageDialog(context, account, texts, reload),
      },
      texts.manage,
    ),
  )
}

function invitationCard(
  { api, language, personaName, toast, fail }: ConsoleContext,
  { id, name, role, personaId, createdBy, createdAt, expiresAt }: Invitation,
  texts: PeopleTexts,
  reload: () => Promise<void>,
): HTMLElement {
  const revoke = async () => {
    if (!(await ask(texts.revokeAsk(name), { yes: texts.revoke, no: texts.cancel, close: texts.close }))) return
    try {
      await api.remove(`/invitations/${id}`)
      toast(texts.revoked)
      await reload()
    } catch (error) {
      fail(error)
    }
  }
  const button = actionButton(texts.revoke, revoke, 'button quiet')
  button.setAttribute('aria-label', `${texts.revoke} · ${name}`)
  return h(
    'li',
    { class: 'card person' },
    h(
      'div',
      { class: 'person-main' },
      h('p', { class: 'person-name' }, h('b', {}, name)),
      h(
        'p',
        { class: 'chips' },
        h(
          'span',
          { class: 'chip' },
          personaId === null ? texts.roles[role] : `${texts.roles[role]} · ${personaName(personaId)}`,
        ),
      ),
      h(
        'p',
        { class: 'hint' },
        `${texts.invitedBy(createdBy, ago(createdAt, language))} · ${texts.until(day(expiresAt, language))}`,
      ),
    ),
    button,
  )
}
