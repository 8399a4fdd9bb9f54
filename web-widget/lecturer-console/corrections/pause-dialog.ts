import type { NewPause, Pause } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton, field } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { pauseTexts } from './pause-texts.ts'

export interface PauseTarget {
  readonly kind: NewPause['kind']
  readonly targetId: string
  readonly personaId: string
  /** What people call it: the question, the document's title, the lecturer's name. */
  readonly title: string
}

/** Asks whether something is really to fall silent, says what will happen, and pauses it. */
export function openPauseDialog(
  { api, language, toast, fail }: Pick<ConsoleContext, 'api' | 'language' | 'toast' | 'fail'>,
  { kind, targetId, personaId, title }: PauseTarget,
  onPaused: (pause: Pause) => void = () => undefined,
): void {
  const texts = pauseTexts(language)
  const reason = field(h('input', { type: 'text', maxlength: 500, autocomplete: 'off' }), {
    label: texts.reason,
    hint: texts.reasonHint,
  })
  const pause = async () => {
    const words = reason.control.value.trim()
    try {
      const made = await api.post<Pause>('/pauses', {
        kind,
        targetId,
        personaId,
        ...(words === '' ? {} : { reason: words }),
      } satisfies NewPause)
      close()
      toast(texts.done, {
        label: texts.end,
        run: () => void api.remove(`/pauses/${made.id}`).then(() => toast(texts.ended), fail),
      })
      onPaused(made)
    } catch (error) {
      fail(error)
    }
  }
  const close = openDialog({
    title: texts.ask[kind],
    closeLabel: texts.close,
    content: [
      h('p', { class: 'pause-title' }, title),
      h('ul', { class: 'consequences' }, ...texts.happens[kind].map((line) => h('li', {}, line))),
      reason.element,
    ],
    actions: [
      h('button', { type: 'button', class: 'button quiet', onclick: () => close() }, texts.keep),
      actionButton(texts.pause[kind], pause, 'button danger'),
    ],
  })
}
