import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'

export interface DialogOptions {
  readonly title: string
  readonly content: readonly Node[]
  readonly closeLabel: string
  /** Shown below the content, the main one last. */
  readonly actions?: readonly HTMLElement[]
  readonly onClose?: () => void
}

/** Opens a modal dialog (the browser's own, so focus and Escape are right). Returns the function that closes it. */
export function openDialog({ title, content, closeLabel, actions = [], onClose }: DialogOptions): () => void {
  const close = () => dialog.close()
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-label': title },
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', {}, title),
      h('button', { type: 'button', class: 'tool', 'aria-label': closeLabel, onclick: close }, icon('close')),
    ),
    h('div', { class: 'dialog-body' }, ...content),
    actions.length > 0 && h('div', { class: 'dialog-actions' }, ...actions),
  )
  dialog.addEventListener('close', () => {
    dialog.remove()
    onClose?.()
  })
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) close()
  })
  document.body.append(dialog)
  dialog.showModal()
  return close
}

/** Asks a question with two answers; resolves to true for `yes`. */
export function ask(question: string, answers: { yes: string; no: string; close: string }): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = false
    const decide = (value: boolean) => () => {
      answer = value
      close()
    }
    const close = openDialog({
      title: question,
      content: [],
      closeLabel: answers.close,
      actions: [
        h('button', { type: 'button', class: 'button quiet', onclick: decide(false) }, answers.no),
        h('button', { type: 'button', class: 'button danger', onclick: decide(true) }, answers.yes),
      ],
      onClose: () => resolve(answer),
    })
  })
}
