import type { Correction } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import type { CorrectionTexts } from './texts.ts'
import { drawDiff, wordDiff } from './word-diff.ts'

/** Somebody else has saved meanwhile: shows both, and asks which to keep. Nothing is overwritten unseen. */
export function askWhoseWords(
  theirs: Correction,
  mine: string,
  texts: CorrectionTexts,
): Promise<'mine' | 'theirs' | 'neither'> {
  return new Promise((resolve) => {
    let answer: 'mine' | 'theirs' | 'neither' = 'neither'
    const choose = (value: typeof answer) => () => {
      answer = value
      close()
    }
    const close = openDialog({
      title: texts.changedTitle,
      closeLabel: texts.close,
      content: [
        h('p', {}, texts.changedText),
        h(
          'div',
          { class: 'two-texts' },
          h('section', { class: 'card' }, h('h3', {}, texts.theirs), h('p', {}, theirs.answer)),
          h(
            'section',
            { class: 'card' },
            h('h3', {}, texts.mine),
            h('p', { class: 'difference' }, ...drawDiff(wordDiff(theirs.answer, mine))),
          ),
        ),
      ],
      actions: [
        h('button', { type: 'button', class: 'button quiet', onclick: choose('theirs') }, texts.useTheirs),
        h('button', { type: 'button', class: 'button', onclick: choose('mine') }, texts.useMine),
      ],
      onClose: () => resolve(answer),
    })
  })
}
