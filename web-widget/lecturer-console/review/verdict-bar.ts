import type { Role } from '../../../server/protocol/console-account.ts'
import type { TurnDetail, Verdict, VerdictReason } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { openDialog } from '../parts/dialog.ts'
import type { TurnTexts } from './turn-texts.ts'

export interface Choice {
  readonly verdict: Verdict
  readonly reason?: VerdictReason
}

export interface VerdictBarOptions {
  readonly detail: TurnDetail
  readonly role: Role
  readonly texts: TurnTexts
  readonly decide: (choice: Choice, equalToo: boolean) => void
  readonly rewrite: () => void
}

export interface VerdictBar {
  readonly element: HTMLElement
  right(): void
  notMine(): void
  skip(): void
  /** Asks what is wrong. */
  wrong(): void
}

/** The words of the verdicts for a role: only a lecturer says 「我」. */
export function verdictWords(texts: TurnTexts, role: Role): Readonly<Record<Verdict, string>> {
  return role === 'lecturer' ? texts.verdicts : texts.reviewerVerdicts
}

/** The three answers to a turn and a way to put it aside; each is recorded by one press. */
export function createVerdictBar({ detail, role, texts, decide, rewrite }: VerdictBarOptions): VerdictBar {
  const words = verdictWords(texts, role)
  const equalBox = h('input', { type: 'checkbox', checked: true })
  const choose = (choice: Choice) => decide(choice, detail.equal > 0 && equalBox.checked)
  const right = () => choose({ verdict: 'right' })
  const notMine = () => choose({ verdict: 'not-my-words' })
  const skip = () => choose({ verdict: 'skipped' })

  function wrong(): void {
    const press = (reason: VerdictReason) => () => {
      close()
      choose({ verdict: 'wrong', reason })
    }
    const reasons = Object.entries(texts.verdictReasons) as [VerdictReason, string][]
    const list = h(
      'div',
      {
        class: 'reasons',
        onkeydown: (event: KeyboardEvent) => {
          const reason = reasons[Number(event.key) - 1]?.[0]
          if (reason !== undefined) press(reason)()
        },
      },
      ...reasons.map(([reason, label], index) =>
        h(
          'button',
          { type: 'button', class: 'reason', onclick: press(reason) },
          h('kbd', { class: 'key', 'aria-hidden': 'true' }, String(index + 1)),
          label,
        ),
      ),
    )
    const close = openDialog({
      title: texts.whichWrong,
      closeLabel: texts.close,
      content: [
        list,
        h(
          'div',
          { class: 'rewrite' },
          h('p', { class: 'hint' }, texts.rewriteHint),
          h(
            'button',
            {
              type: 'button',
              class: 'button wide',
              onclick: () => {
                close()
                rewrite()
              },
            },
            icon('pen'),
            role === 'lecturer' ? texts.rewrite : texts.rewriteFor,
          ),
        ),
      ],
    })
    list.querySelector('button')?.focus()
  }

  const button = (className: string, label: string, key: string, run: () => void, ...front: Node[]) =>
    h(
      'button',
      { type: 'button', class: `verdict ${className}`, onclick: run },
      ...front,
      h('span', {}, label),
      h('kbd', { class: 'key', 'aria-hidden': 'true' }, key),
    )
  const element = h(
    'div',
    { class: 'verdict-bar', role: 'group', 'aria-label': texts.verdictGroup },
    h(
      'div',
      { class: 'verdicts' },
      button('right', words.right, 'A', right, icon('check')),
      button('wrong', words.wrong, 'F', wrong, icon('close')),
      button('not-mine', words['not-my-words'], 'N', notMine),
    ),
    h(
      'div',
      { class: 'verdict-more' },
      detail.equal > 0 && h('label', { class: 'check equal' }, equalBox, texts.equal(detail.equal)),
      h(
        'button',
        { type: 'button', class: 'plain', onclick: rewrite },
        role === 'lecturer' ? texts.rewrite : texts.rewriteFor,
        h('kbd', { class: 'key', 'aria-hidden': 'true' }, 'E'),
      ),
      h(
        'button',
        { type: 'button', class: 'plain', onclick: skip },
        words.skipped,
        h('kbd', { class: 'key', 'aria-hidden': 'true' }, 'S'),
      ),
    ),
  )
  return { element, right, notMine, skip, wrong }
}
