import type { Correction, CorrectionVersion } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton, field } from '../parts/fields.ts'
import { moment } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { type CorrectionTexts, correctionTexts } from './texts.ts'
import { drawDiff, wordDiff } from './word-diff.ts'

type Act = (
  action: { action: 'withdraw' | 'roll-back' | 'return'; reason?: string; version?: number },
  said: string,
) => Promise<void>

/** All versions, the newest first, each compared with the words as they are now, with a way back to it. */
export function drawHistory(
  correction: Correction,
  versions: readonly CorrectionVersion[],
  context: Pick<ConsoleContext, 'language'>,
  act: Act,
): HTMLElement | null {
  const shown = newestOfEach(versions)
  if (shown.length < 2 && correction.state === 'draft') return null
  const texts = correctionTexts(context.language)
  return h(
    'details',
    { class: 'fold history' },
    h('summary', {}, `${texts.history}（${shown.length}）`),
    h(
      'ol',
      { class: 'plain-list' },
      ...shown.map((version) =>
        h(
          'li',
          { class: 'version' },
          h(
            'div',
            { class: 'row' },
            h('b', {}, texts.version(version.version)),
            stateChip(version.state, texts),
            h('span', { class: 'hint' }, `${version.by} · ${moment(version.at, context.language)}`),
          ),
          version.reason !== null && version.reason !== '' && h('p', { class: 'comment' }, version.reason),
          version.version !== correction.version &&
            h(
              'div',
              { class: 'stack' },
              h(
                'details',
                { class: 'fold small' },
                h('summary', {}, texts.compare),
                h('p', { class: 'difference' }, ...drawDiff(wordDiff(version.answer, correction.answer))),
              ),
              h(
                'button',
                {
                  type: 'button',
                  class: 'plain',
                  onclick: () =>
                    askWhy(texts, texts.rollBackAsk(version.version), texts.rollBackText, texts.rollBack, (reason) =>
                      act({ action: 'roll-back', version: version.version, ...why(reason) }, texts.rolledBack),
                    ),
                },
                texts.rollBack,
              ),
            ),
        ),
      ),
    ),
  )
}

/** Asks whether it should answer no more, and why. */
export function askWithdraw(context: Pick<ConsoleContext, 'language'>, act: Act): void {
  const texts = correctionTexts(context.language)
  askWhy(texts, texts.withdrawAsk, texts.withdrawText, texts.withdraw, (reason) =>
    act({ action: 'withdraw', ...why(reason) }, texts.withdrawn),
  )
}

/** Sends it back to whoever wrote it, with what to change. */
export function askReturn(context: Pick<ConsoleContext, 'language'>, act: Act): void {
  const texts = correctionTexts(context.language)
  askWhy(
    texts,
    texts.return,
    '',
    texts.return,
    (reason) => act({ action: 'return', ...why(reason) }, texts.returned),
    texts.returnReason,
  )
}

export function stateChip(state: Correction['state'], texts: CorrectionTexts): HTMLElement {
  const looks: Partial<Record<Correction['state'], string>> = { live: 'good', reviewed: 'warn' }
  return h('span', { class: `chip ${looks[state] ?? ''}` }, texts.states[state])
}

function askWhy(
  texts: CorrectionTexts,
  title: string,
  text: string,
  yes: string,
  run: (reason: string) => Promise<void>,
  label = texts.why,
): void {
  const reason = field(h('input', { type: 'text', maxlength: 500, autocomplete: 'off' }), { label })
  const close = openDialog({
    title,
    closeLabel: texts.close,
    content: [...(text === '' ? [] : [h('p', {}, text)]), reason.element],
    actions: [
      h('button', { type: 'button', class: 'button quiet', onclick: () => close() }, texts.keep),
      actionButton(
        yes,
        async () => {
          await run(reason.control.value.trim())
          close()
        },
        'button danger',
      ),
    ],
  })
}

const why = (reason: string) => (reason === '' ? {} : { reason })

/** A version has a row for each state that it was in; its last one tells what became of it. */
function newestOfEach(versions: readonly CorrectionVersion[]): CorrectionVersion[] {
  const newest = new Map<number, CorrectionVersion>()
  for (const version of versions) {
    const known = newest.get(version.version)
    if (known === undefined || known.at <= version.at) newest.set(version.version, version)
  }
  return [...newest.values()].sort((one, other) => other.version - one.version)
}
