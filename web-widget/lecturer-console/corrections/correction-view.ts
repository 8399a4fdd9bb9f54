import '../parts/lists.css'
import './correction.css'
import type { Correction, CorrectionAction } from '../../../server/protocol/console-correction.ts'
import { h, setAttribute } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { formatAddress } from '../address.ts'
import type { ConsoleContext, MakeView } from '../view.ts'
import { type Beginning, begin } from './begin.ts'
import { asUnderstood, dropDraft, sameWords } from './draft.ts'
import { createEditorForm, type EditorForm } from './editor-form.ts'
import { askReturn, askWithdraw, drawHistory, stateChip } from './history.ts'
import { createPreviewStep, type PreviewStep } from './preview-step.ts'
import { createSaver, type Saver } from './saver.ts'
import { type CorrectionTexts, correctionTexts } from './texts.ts'
import { askWhoseWords } from './whose-words.ts'

/** The page on which a correction is written, its effect looked at, and put live. */
export const makeCorrectionView: MakeView = async (context, address) => {
  const texts = correctionTexts(context.language)
  const page = await createPage(context, await begin(context, address), texts)
  return {
    element: page.element,
    title: texts.editTitle,
    wholeScreen: true,
    keys: [{ key: 'p', label: texts.keyPreview, run: () => page.preview() }],
    takes: ({ path }) => path === `/correction/${page.id() ?? '-'}`,
    leaving: () => (page.pending() ? texts.leave : undefined),
    dispose: () => page.stop(),
  }
}

async function createPage(context: ConsoleContext, start: Beginning, texts: CorrectionTexts) {
  const { api, me, go, toast, fail, personaName } = context
  const { origin, key, original, turn } = start
  const restored = start.kept !== null && !sameWords(start.kept.words, start.words) ? start.kept : null
  let step: 0 | 1 | 2 = 0
  let preview: PreviewStep | null = null
  let over = false

  const form: EditorForm = createEditorForm({
    words: restored?.words ?? start.words,
    original,
    offers: start.offers,
    understood: turn === null || asUnderstood(turn) === turn.question ? null : asUnderstood(turn),
    speaker: me.account.role === 'lecturer' ? null : personaName(origin.personaId),
    context,
    texts,
    onChange: () => saver?.changed(),
  })
  const saver: Saver = createSaver({
    context,
    origin,
    key,
    start: start.correction,
    saved: start.words,
    read: form.read,
    onMade: ({ id }) => go(formatAddress(`/correction/${id}`), { replace: true }),
    askWhose: (theirs) => askWhoseWords(theirs, form.read().answer, texts),
  })

  const steps = texts.steps.map((label, index) =>
    h('li', { 'aria-current': index === 0 ? 'step' : null }, h('span', { class: 'number' }, String(index + 1)), label),
  )
  const content = h('div', { class: 'step-content' })
  const heading = h('h1', { class: 'page-title', tabindex: -1 }, texts.editTitle)
  const back =
    turn === null || start.correction !== null
      ? h('a', { class: 'back', href: formatAddress('/corrections') }, icon('back'), texts.back)
      : h('a', { class: 'back', href: formatAddress(`/turn/${turn.answerId}`) }, icon('back'), texts.backToTurn)
  const element = h(
    'section',
    {
      class: 'correction-page',
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        if (step === 1) preview?.finish()
        else void showPreview()
      },
    },
    h('div', { class: 'turn-head' }, back, h('span', { class: 'grow' }), saver.element),
    h('div', { class: 'row title-row' }, heading, h('span', { class: 'hint' }, personaName(origin.personaId))),
    h('ol', { class: 'steps', 'aria-label': texts.stepsLabel }, ...steps),
    content,
  )

  function enter(next: 0 | 1 | 2, ...children: (HTMLElement | null)[]): void {
    preview?.stop()
    preview = null
    step = next
    for (const [index, item] of steps.entries()) {
      setAttribute(item, 'aria-current', index === next ? 'step' : null)
      item.classList.toggle('done', index < next)
    }
    content.replaceChildren(...children.filter((child) => child !== null))
  }

  function write(focus = true): void {
    const correction = saver.correction()
    const next = h('button', { type: 'button', class: 'button wide', onclick: () => void showPreview() }, texts.next)
    enter(
      0,
      restored !== null && correction?.state !== 'live' ? restoredNotice() : null,
      correction === null ? null : stateNotice(correction),
      form.element,
      h('div', { class: 'end-bar' }, next),
      correction === null ? null : drawHistory(correction, start.versions, context, act),
    )
    if (focus) {
      window.scrollTo(0, 0)
      heading.focus({ preventScroll: true })
    }
  }

  function restoredNotice(): HTMLElement {
    const discard = () => {
      over = true
      dropDraft(key)
      void context.refresh()
    }
    return h(
      'div',
      { class: 'card banner', role: 'status' },
      h('p', {}, texts.restored),
      h('button', { type: 'button', class: 'plain', onclick: discard }, texts.discardRestored),
    )
  }

  function stateNotice(correction: Correction): HTMLElement {
    const { state, awaits, authorName, approvedByName, sourceChanged, hits, liveVersion } = correction
    const mine = me.account.role === 'lecturer'
    const button = (label: string, run: () => void) =>
      h('button', { type: 'button', class: 'plain', onclick: run }, label)
    return h(
      'div',
      { class: 'card state-card' },
      h(
        'div',
        { class: 'row' },
        stateChip(state, texts),
        state !== 'live' &&
          liveVersion !== undefined &&
          h('span', { class: 'chip good' }, texts.stillLive(liveVersion)),
        sourceChanged && h('span', { class: 'chip bad' }, texts.sourceChanged),
        h(
          'span',
          { class: 'hint' },
          [texts.by(authorName, approvedByName), hits > 0 ? texts.hits(hits) : ''].filter(Boolean).join(' · '),
        ),
      ),
      sourceChanged && h('p', {}, texts.sourceChangedText),
      state === 'reviewed' &&
        h('p', {}, awaits === 'lecturer' && !mine ? texts.waitingForLecturer : texts.onlyOwn(authorName)),
      h(
        'div',
        { class: 'row' },
        state === 'reviewed' && button(texts.return, () => askReturn(context, act)),
        (state === 'live' || state === 'reviewed' || state === 'draft') &&
          button(texts.withdraw, () => askWithdraw(context, act)),
      ),
    )
  }

  async function showPreview(): Promise<void> {
    if (step !== 0 || !form.check()) return
    try {
      const correction = await saver.save()
      if (correction === null) return reload()
      if (over) return
      begun(correction)
    } catch (error) {
      fail(error)
    }
  }

  function begun(correction: Correction): void {
    const mayApprove = me.account.role === 'lecturer' || !me.settings.lecturerApproves
    const again = (add: (question: string) => void) => (question: string) => {
      add(question)
      enter(0, form.element)
      void showPreview()
    }
    const made = createPreviewStep({
      context,
      correction,
      mayApprove,
      edit: () => write(),
      shouldNot: again(form.addNotThese),
      should: again(form.addPhrasing),
      finish: async (seen) => {
        const body: CorrectionAction = mayApprove
          ? { action: 'approve', revision: correction.revision, ...seen }
          : { action: 'submit', revision: correction.revision, ...seen }
        saver.setCorrection(await api.post<Correction>(`/corrections/${correction.id}/action`, body))
        dropDraft(key)
        finished(mayApprove)
      },
    })
    enter(1, made.element)
    preview = made
    window.scrollTo(0, 0)
    made.heading.focus({ preventScroll: true })
  }

  function finished(live: boolean): void {
    const title = h('h2', { class: 'empty-title', tabindex: -1 }, live ? texts.liveTitle : texts.submittedTitle)
    enter(
      2,
      h(
        'div',
        { class: 'notice empty' },
        h('span', { class: 'seal big', 'aria-hidden': 'true' }, '匠'),
        title,
        h('p', {}, live ? texts.liveText : texts.submittedText),
        h(
          'div',
          { class: 'row centre' },
          h('a', { class: 'button', href: formatAddress('/queue') }, texts.toQueue),
          h('a', { class: 'button quiet', href: formatAddress('/corrections') }, texts.toCorrections),
        ),
      ),
    )
    window.scrollTo(0, 0)
    title.focus({ preventScroll: true })
  }

  async function act(action: Omit<CorrectionAction, 'revision'>, said: string): Promise<void> {
    const correction = saver.correction()
    if (correction === null) return
    try {
      await api.post(`/corrections/${correction.id}/action`, { ...action, revision: correction.revision })
      dropDraft(key)
      toast(said)
      over = true
      go(formatAddress('/corrections'))
    } catch (error) {
      fail(error)
    }
  }

  /** Draws the page anew from what the server has. */
  function reload(): void {
    over = true
    void context.refresh()
  }

  write(false)
  return {
    element,
    id: () => saver.correction()?.id,
    pending: () => !over && step === 0 && saver.pending(),
    preview: () => void showPreview(),
    stop() {
      preview?.stop()
      if (!over) saver.stop()
    },
  }
}
