import type { Pause } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { actionButton } from '../parts/fields.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { openPauseDialog } from './pause-dialog.ts'
import { pauseTexts } from './pause-texts.ts'

/** What is paused now, with a way to end it, and a way to pause each avatar. */
export async function drawPauses(context: ConsoleContext): Promise<HTMLElement> {
  const { api, language, me, persona, personaName, toast, fail, refresh } = context
  const texts = pauseTexts(language)
  const { rows: all } = await api.get<{ rows: Pause[] }>('/pauses')
  const pauses = all.filter(({ personaId }) => persona() === '' || personaId === null || personaId === persona())
  const list = h(
    'ul',
    { class: 'plain-list cards' },
    ...pauses.map(({ id, kind, title, personaId, by, at, reason }) => {
      const end = async () => {
        try {
          await api.remove(`/pauses/${id}`)
          toast(texts.ended)
          await refresh()
        } catch (error) {
          fail(error)
        }
      }
      return h(
        'li',
        { class: 'card pause-card' },
        h(
          'div',
          { class: 'grow' },
          h('span', { class: 'chip bad' }, texts.kinds[kind]),
          h(
            'p',
            { class: 'queue-question' },
            kind === 'persona' && personaId !== null ? personaName(personaId) : title,
          ),
          reason !== null && reason !== '' && h('p', {}, reason),
          h('p', { class: 'hint' }, texts.by(by, ago(at, language))),
        ),
        actionButton(texts.end, end, 'button quiet'),
      )
    }),
  )
  const silent = new Set(all.filter(({ kind }) => kind === 'persona').map(({ targetId }) => targetId))
  const speaking = me.personas.filter(({ id }) => !silent.has(id) && (persona() === '' || id === persona()))
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'lead' }, texts.lead),
    pauses.length === 0 ? h('p', { class: 'notice' }, texts.none) : list,
    h(
      'div',
      { class: 'row' },
      ...speaking.map(({ id, name }) =>
        h(
          'button',
          {
            type: 'button',
            class: 'button danger',
            onclick: () =>
              openPauseDialog(
                context,
                { kind: 'persona', targetId: id, personaId: id, title: name },
                () => void refresh(),
              ),
          },
          texts.pausePersona(name),
        ),
      ),
    ),
  )
}
