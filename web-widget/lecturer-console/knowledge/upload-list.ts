import type { UploadLine } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { ApiError } from '../api.ts'
import type { ConsoleContext } from '../view.ts'
import type { KnowledgeTexts } from './knowledge-texts.ts'
import type { UploadTarget } from './upload-dialog.ts'
import { createUploadRow, type UploadRow } from './upload-row.ts'

/** What the server refuses anyway is not sent first. */
const MOST_BYTES = 50 * 1024 * 1024
const BUSY_MS = 3_000

/**
 * Sends files one after the other and shows of each what happens to it: a file that is refused, or cannot be sent,
 * stands beside those that were taken and holds none of them up. `onTaken` runs when a batch is done.
 */
export function createUploads(context: ConsoleContext, texts: KnowledgeTexts, onTaken: () => void) {
  const { api, language } = context
  const queue: { file: File; target: UploadTarget; row: UploadRow }[] = []
  const list = h('ul', { class: 'upload-rows' })
  const summary = h('p', { class: 'upload-summary', role: 'status' })
  const stopButton = h('button', { type: 'button', class: 'button quiet', onclick: () => stop() }, texts.stop)
  const clear = h('button', { type: 'button', class: 'button quiet', onclick: () => reset() }, texts.clear)
  const element = h(
    'section',
    { class: 'card stack uploads', hidden: true, 'aria-label': texts.progressTitle },
    h('h2', {}, texts.progressTitle),
    list,
    summary,
    h('div', { class: 'row' }, stopButton, clear),
  )
  let running: AbortController | null = null
  let taken = 0
  let refused = 0

  function reset(): void {
    list.replaceChildren()
    summary.textContent = ''
    element.hidden = true
    taken = 0
    refused = 0
  }

  function stop(): void {
    for (const { row } of queue.splice(0)) row.stopped()
    running?.abort()
  }

  function add(files: readonly File[], target: UploadTarget): void {
    element.hidden = false
    for (const file of files) {
      const row = createUploadRow(file.name, texts, language)
      list.append(row.element)
      if (file.size > MOST_BYTES) {
        refused += 1
        row.refused(texts.tooLarge)
      } else queue.push({ file, target, row })
    }
    element.scrollIntoView({ block: 'nearest' })
    if (running === null) void work()
  }

  async function work(): Promise<void> {
    const abort = new AbortController()
    running = abort
    stopButton.hidden = false
    clear.hidden = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await send(next, abort.signal)
    running = null
    stopButton.hidden = true
    clear.hidden = false
    summary.textContent = texts.summary(taken, refused)
    if (taken > 0) onTaken()
  }

  async function send({ file, target, row }: (typeof queue)[number], signal: AbortSignal): Promise<void> {
    row.working(texts.sending)
    const body = new FormData()
    body.append('file', file, file.name)
    // An archive answers for each file in it, by the archive's name and its own.
    const inside = new Map<string, UploadRow>([[file.name, row]])
    const rowOf = (name: string) => {
      const known = inside.get(name.includes('/') ? name : file.name)
      if (known !== undefined) return known
      const made = createUploadRow(name, texts, language)
      inside.set(name, made)
      const last = [...inside.values()].at(-2)
      ;(last ?? row).element.after(made.element)
      return made
    }
    const settle = (line: UploadLine) => {
      const one = rowOf(line.file)
      if (line.type === 'progress') one.working(texts.steps[line.step] ?? texts.working)
      else if (line.type === 'refused') {
        refused += 1
        one.refused(line.message)
      } else {
        taken += 1
        one.taken(line)
      }
    }
    for (;;) {
      try {
        const lines = api.lines<UploadLine>('/documents/upload', body, { query: { ...target }, signal })
        for await (const line of lines) settle(line)
        if (inside.size > 1) row.done()
        return
      } catch (error) {
        if (signal.aborted) return row.stopped()
        if (error instanceof ApiError && error.code === 'rate-limited') {
          // Others are uploading; the server takes a few at a time.
          row.working(texts.waiting)
          await new Promise((resolve) => setTimeout(resolve, BUSY_MS))
          continue
        }
        refused += 1
        const tooLarge = error instanceof ApiError && error.status === 413
        return row.refused(tooLarge ? texts.tooLarge : messageOf(error))
      }
    }
  }

  return { element, add, stop, busy: () => running !== null }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
