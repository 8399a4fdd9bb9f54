import './people.css'
import { h } from '../../parts/dom.ts'
import type { MakeView } from '../view.ts'
import { accountTexts } from './account-texts.ts'
import { passwordPart } from './password-part.ts'
import { secondFactorPart } from './second-factor-part.ts'

/** One's own account: who one is here, the password, the second step. */
export const makeAccountView: MakeView = (context) => {
  const { me, language, personaName, switchLanguage } = context
  const texts = accountTexts(language)
  const { account } = me
  const second = secondFactorPart(context, texts)
  const facts = [
    [texts.name, account.name],
    [texts.login, account.login],
    [texts.role, texts.roles[account.role]],
    ...(account.personaId === null ? [] : [[texts.persona, personaName(account.personaId)]]),
  ] as const
  const must = me.settings.requireSecondFactor && account.role !== 'lecturer' && !account.secondFactor
  const password = passwordPart(context, texts)
  const element = h(
    'section',
    { class: 'people-page narrow stack' },
    h('h1', {}, texts.title),
    h(
      'section',
      { class: 'card stack' },
      h(
        'dl',
        { class: 'own-facts' },
        ...facts.flatMap(([name = '', value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
      h('p', { class: 'hint' }, texts.mayDo[account.role]),
    ),
    ...(must ? [second.element, password] : [password, second.element]),
    h(
      'section',
      { class: 'card stack' },
      h('h2', {}, texts.language),
      h('p', { class: 'hint' }, texts.languageNow),
      h(
        'div',
        {},
        h('button', { type: 'button', class: 'button quiet', onclick: switchLanguage }, texts.switchLanguage),
      ),
    ),
  )
  return { element, title: texts.title, leaving: second.leaving }
}
