import { h } from '../../parts/dom.ts'
import { field } from '../parts/fields.ts'
import { dayKey } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { dictationButton } from './dictation.ts'
import type { DraftWords } from './draft.ts'
import { createPhraseList } from './phrase-list.ts'
import { createSourceChooser, type SourceOffer } from './source-chooser.ts'
import type { CorrectionTexts } from './texts.ts'
import { areAlike, drawDiff, wordDiff } from './word-diff.ts'

export interface EditorForm {
  readonly element: HTMLElement
  read(): DraftWords & { readonly reason: string }
  /** The first thing that is missing, shown and focused; true where all is there. */
  check(): boolean
  addPhrasing(question: string): void
  addNotThese(question: string): void
}

export interface EditorFormOptions {
  readonly words: DraftWords
  /** What the avatar answered; null where the correction comes from no turn. */
  readonly original: string | null
  readonly offers: readonly SourceOffer[]
  /** How a question that leans on the chat before it was recognised; null for one that stands alone. */
  readonly understood: string | null
  /** Whose words they are, where the writer is another. */
  readonly speaker: string | null
  readonly context: ConsoleContext
  readonly texts: CorrectionTexts
  readonly onChange: () => void
}

/** The fields of a correction, with the old answer and what was changed of it beside the new one. */
export function createEditorForm(options: EditorFormOptions): EditorForm {
  const { words, original, offers, understood, speaker, context, texts: given, onChange } = options
  const texts = speaker === null ? given : { ...given, ownWords: given.ownWordsOf(speaker) }
  const question = field(
    h('textarea', { rows: 2, maxlength: 500, class: 'short', oninput: onChange }, words.question),
    { label: texts.question, hint: understood === null ? texts.questionHint : texts.followUpHint },
  )
  // A whole question reads better; what was recognised stays, so that whoever asks on like this gets the answer, too.
  question.control.addEventListener('change', () => {
    const known = [question.control.value.trim(), ...phrasings.read()]
    if (understood === null || known[0] === '' || known.includes(understood)) return
    phrasings.write([...phrasings.read(), understood])
    onChange()
  })
  const answer = field(
    h(
      'textarea',
      {
        rows: 7,
        maxlength: 4000,
        class: 'answer-field',
        oninput: () => {
          drawDifference()
          onChange()
        },
      },
      words.answer,
    ),
    { label: texts.answer, hint: texts.answerHint },
  )
  const phrasings = createPhraseList({
    label: texts.phrasings,
    hint: texts.phrasingsHint,
    addLabel: texts.addPhrasing,
    removeLabel: texts.removePhrasing,
    most: 30,
    onChange,
  })
  phrasings.write(words.phrasings)
  const notThese = createPhraseList({
    label: texts.notThese,
    hint: texts.notTheseHint,
    addLabel: texts.addNotThese,
    removeLabel: texts.removePhrasing,
    most: 60,
    onChange,
  })
  notThese.write(words.notThese)
  const validUntil = field(
    h('input', { type: 'date', value: words.validUntil ?? '', min: dayKey(), oninput: onChange }),
    { label: texts.validUntil, hint: texts.validUntilHint },
  )
  const reason = field(h('input', { type: 'text', maxlength: 500, autocomplete: 'off', oninput: onChange }), {
    label: texts.reason,
  })
  const source = createSourceChooser(words.source, offers, texts, onChange)
  const sourceError = h('p', { class: 'field-error', role: 'alert' })
  const difference = h('div', { class: 'difference' })
  const differencePart = h('section', { hidden: true }, h('h3', {}, texts.difference), difference)
  const beside =
    original === null
      ? null
      : h(
          'aside',
          { class: 'card beside' },
          h('h3', {}, texts.before),
          h('p', { class: 'old-answer' }, original === '' ? texts.noBefore : original),
          differencePart,
        )
  const more = h(
    'details',
    { class: 'fold', open: words.notThese.length > 0 || words.validUntil !== undefined },
    h('summary', {}, texts.more),
    notThese.element,
    validUntil.element,
    reason.element,
  )
  const element = h(
    'div',
    { class: beside === null ? 'editor' : 'editor with-beside' },
    question.element,
    h('div', { class: 'answer-part' }, answer.element, dictationButton(context, answer.control)),
    beside,
    phrasings.element,
    h('div', {}, source.element, sourceError),
    more,
  )

  function drawDifference(): void {
    const now = answer.control.value.trim()
    const parts = wordDiff(original ?? '', now)
    differencePart.hidden = original === null || original === '' || now === '' || now === original || !areAlike(parts)
    if (!differencePart.hidden) difference.replaceChildren(...drawDiff(parts))
  }
  drawDifference()

  return {
    element,
    read: () => ({
      question: question.control.value,
      answer: answer.control.value,
      phrasings: phrasings.read(),
      notThese: notThese.read(),
      source: source.read(),
      ...(validUntil.control.value === '' ? {} : { validUntil: validUntil.control.value }),
      reason: reason.control.value.trim(),
    }),
    check() {
      const chosen = source.read()
      question.setError(question.control.value.trim() === '' ? texts.needsQuestion : undefined)
      answer.setError(answer.control.value.trim() === '' ? texts.needsAnswer : undefined)
      const noSource = chosen.kind === 'document' ? chosen.quote === '' : chosen.saidOn === ''
      sourceError.textContent = noSource ? texts.needsSource : ''
      const wrong = element.querySelector<HTMLElement>('[aria-invalid="true"]')
      if (wrong !== null) wrong.focus()
      else if (noSource) source.element.querySelector('input')?.focus()
      return wrong === null && !noSource
    },
    addPhrasing(text) {
      phrasings.write([...phrasings.read(), text])
      onChange()
    },
    addNotThese(text) {
      notThese.write([...notThese.read(), text])
      more.open = true
      onChange()
    },
  }
}
