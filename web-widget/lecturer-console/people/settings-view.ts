import './people.css'
import type { SiteSettings } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { ask } from '../parts/dialog.ts'
import type { MakeView } from '../view.ts'
import { settingsTexts } from './settings-texts.ts'

const NAMES = ['lecturerApproves', 'secondPersonPublishes', 'requireSecondFactor'] as const

/** The choices of the whole site; each is kept the moment it is changed. */
export const makeSettingsView: MakeView = async ({ api, me, language, toast, fail, refresh }) => {
  const texts = settingsTexts(language)
  const settings = await api.get<SiteSettings>('/settings')
  const lacksSecond = !me.account.secondFactor

  const row = (name: (typeof NAMES)[number]) => {
    const { title, on, off } = texts.settings[name]
    const state = h('p', { class: 'setting-state', id: `${name}-state` })
    const box = h('input', {
      type: 'checkbox',
      role: 'switch',
      class: 'switch',
      'aria-describedby': `${name}-state`,
      onchange: () => void change(),
    })
    const show = (value: boolean) => {
      box.checked = value
      state.textContent = value ? on : off
    }
    const change = async () => {
      const wanted = box.checked
      show(wanted)
      const risky = name === 'requireSecondFactor' && wanted && lacksSecond
      if (risky && !(await ask(texts.ownSecondAsk, { yes: texts.goOn, no: texts.cancel, close: texts.close })))
        return show(false)
      try {
        // Another operator may have changed the others meanwhile.
        const latest = await api.get<SiteSettings>('/settings')
        const saved = await api.put<SiteSettings>('/settings', { ...latest, [name]: wanted })
        // The other pages go by what was known at sign-in.
        Object.assign(me.settings, saved)
        toast(texts.saved)
        if (risky) {
          await refresh()
          location.hash = formatAddress('/account')
        }
      } catch (error) {
        show(!wanted)
        fail(error)
      }
    }
    show(settings[name])
    return h(
      'section',
      { class: 'card setting' },
      h('label', { class: 'setting-name' }, h('span', {}, title), box),
      state,
    )
  }

  const element = h(
    'section',
    { class: 'people-page narrow stack' },
    h('h1', {}, texts.title),
    h('p', { class: 'lead' }, texts.lead),
    ...NAMES.map(row),
  )
  return { element, title: texts.title }
}
