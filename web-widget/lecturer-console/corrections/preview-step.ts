import './preview.css'
import type { Correction, PreviewLine } from '../../../server/protocol/console-correction.ts'
import { h, setText } from '../../parts/dom.ts'
import { actionButton } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { createPreviewTable } from './preview-table.ts'
import { correctionTexts } from './texts.ts'

export interface PreviewStepOptions {
  readonly context: ConsoleContext
  readonly correction: Correction
  /** Whether it may go live now, or has to wait for the lecturer. */
  readonly mayApprove: boolean
  readonly edit: () => void
  readonly shouldNot: (question: string) => void
  readonly should: (question: string) => void
  /** Does what the main button says, with the preview that was seen. Rejects where it cannot. */
  readonly finish: (seen: { previewId: string; acknowledged: boolean }) => Promise<void>
}

export interface PreviewStep {
  readonly element: HTMLElement
  readonly heading: HTMLElement
  /** Presses the main button. */
  finish(): void
  stop(): void
}

type Summary = Extract<PreviewLine, { type: 'summary' }>

/** The second step: what would change, as it is found, and then the third: to go live. */
export function createPreviewStep(options: PreviewStepOptions): PreviewStep {
  const { context, correction, mayApprove, edit } = options
  const { api, language, fail } = context
  const texts = correctionTexts(language)
  const stopping = new AbortController()
  let summary: Summary | null = null

  const heading = h('h2', { tabindex: -1 }, texts.previewTitle)
  const bar = h('progress', { max: 1, value: 0, 'aria-label': texts.previewStarting })
  const progress = h('p', { class: 'hint' }, texts.previewStarting)
  const stopButton = h('button', { type: 'button', class: 'plain', onclick: () => stopping.abort() }, texts.stop)
  const running = h('div', { class: 'running' }, bar, h('div', { class: 'row' }, progress, stopButton))
  const outcome = h('div', { class: 'preview-summary', role: 'status' })
  const table = createPreviewTable({ texts, shouldNot: options.shouldNot, should: options.should })
  const seenBox = h('input', { type: 'checkbox', onchange: () => refresh() })
  const seenText = h('span', {})
  const seen = h('label', { class: 'check acknowledge', hidden: true }, seenBox, seenText)
  const main = actionButton(mayApprove ? texts.approve : texts.submit, finish, 'button wide')
  const blocked = h('p', { class: 'field-error', role: 'alert' })
  const end = h(
    'div',
    { class: 'end-bar' },
    seen,
    blocked,
    !mayApprove && h('p', { class: 'hint' }, texts.waitsHint),
    h(
      'div',
      { class: 'row end-buttons' },
      h('button', { type: 'button', class: 'button quiet', onclick: edit }, texts.edit),
      main,
    ),
  )
  const element = h('section', { class: 'stack preview-step' }, heading, running, outcome, table.element, end)

  function refresh(): void {
    const ready = summary !== null && (summary.warnings === 0 || seenBox.checked)
    main.disabled = summary === null
    main.classList.toggle('waiting', !ready)
    if (ready) setText(blocked, '')
  }

  async function finish(): Promise<void> {
    if (summary === null) return
    if (summary.warnings > 0 && !seenBox.checked) {
      setText(blocked, texts.mustAcknowledge)
      seenBox.focus()
      return
    }
    try {
      await options.finish({ previewId: summary.previewId, acknowledged: seenBox.checked })
    } catch (error) {
      fail(error)
    }
  }

  async function run(): Promise<void> {
    const lines = api.lines<PreviewLine>(`/corrections/${correction.id}/preview`, {}, { signal: stopping.signal })
    for await (const line of lines) {
      if (line.type === 'progress') {
        bar.max = Math.max(1, line.total)
        bar.value = line.done
        setText(progress, texts.previewRunning(line.done, line.total))
      } else if (line.type === 'row') table.add(line)
      else summary = line
    }
    running.hidden = true
    if (summary !== null) showSummary(summary)
    refresh()
  }

  function showSummary({ days, replayed, changed, warnings }: Summary): void {
    outcome.replaceChildren(
      h('p', { class: 'summary-line' }, texts.summary(days, replayed, changed)),
      ...(warnings === 0 ? [] : [h('p', { class: 'chip bad' }, texts.warnings(warnings))]),
    )
    seen.hidden = warnings === 0
    setText(seenText, texts.acknowledge(warnings))
  }

  run().catch((error: unknown) => {
    running.hidden = true
    outcome.replaceChildren(h('button', { type: 'button', class: 'button quiet', onclick: () => edit() }, texts.edit))
    if (!stopping.signal.aborted) fail(error)
  })
  refresh()

  return { element, heading, finish: () => main.click(), stop: () => stopping.abort() }
}
