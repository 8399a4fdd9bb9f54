import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { formatAddress } from '../address.ts'
import { ApiError } from '../api.ts'
import { openPauseDialog } from '../corrections/pause-dialog.ts'
import { openDialog } from '../parts/dialog.ts'
import type { ConsoleContext, Shortcut } from '../view.ts'
import { type Lease, openLease } from './lease.ts'
import { type QueueChoice, queryOf, queueHash, turnHash } from './queue-address.ts'
import type { QueueList } from './queue-list.ts'
import { drawTurn, type TurnPage } from './turn-page.ts'
import { turnTexts } from './turn-texts.ts'
import { type Choice, createVerdictBar, type VerdictBar, verdictWords } from './verdict-bar.ts'

/** A turn that was fetched ahead is shown as it was for this long. */
const FRESH_MS = 60_000

export interface TurnPanel {
  readonly element: HTMLElement
  /** Opens a turn; `focus` moves the focus to its question. */
  open(answerId: string, choice: QueueChoice, focus: boolean): Promise<void>
  close(): void
  isOpen(): boolean
  readonly keys: readonly Shortcut[]
}

interface Shown {
  readonly detail: TurnDetail
  readonly page: TurnPage
  readonly bar: VerdictBar
  readonly lease: Lease
}

/** One turn at a time, its decision, and the way to the next, which is fetched ahead. */
export function createTurnPanel(context: ConsoleContext, queue: QueueList): TurnPanel {
  const { api, language, me, go, toast, fail } = context
  const texts = turnTexts(language)
  const words = verdictWords(texts, me.account.role)
  const element = h('div', { class: 'turn-panel' })
  const ahead = new Map<string, { readonly at: number; readonly detail: Promise<TurnDetail> }>()
  const decided = new Set<string>()
  let choice: QueueChoice = {}
  let shown: Shown | null = null
  let visit = 0
  let busy = false
  let last: { readonly answerId: string; readonly decisionId: string } | null = null

  const fetchTurn = (answerId: string) => api.get<TurnDetail>(`/turns/${answerId}`, queryOf(choice))

  function fetchAhead(answerId: string | null): void {
    if (answerId === null || ahead.has(answerId)) return
    const detail = fetchTurn(answerId)
    detail.catch(() => ahead.delete(answerId))
    ahead.set(answerId, { at: Date.now(), detail })
  }

  async function open(answerId: string, wanted: QueueChoice, focus: boolean, notice?: HTMLElement): Promise<void> {
    visit += 1
    const mine = visit
    if (queueHash(wanted) !== queueHash(choice)) ahead.clear()
    choice = wanted
    close()
    const early = ahead.get(answerId)
    ahead.delete(answerId)
    const usable = early !== undefined && Date.now() - early.at < FRESH_MS
    if (!usable) element.replaceChildren(h('p', { class: 'notice', role: 'status' }, texts.loading))
    try {
      const detail = await (usable ? early.detail : fetchTurn(answerId))
      if (mine !== visit) return
      show(detail, focus, notice)
    } catch (error) {
      if (mine !== visit) return
      element.replaceChildren(
        h(
          'div',
          { class: 'notice', role: 'alert' },
          h('p', {}, error instanceof Error ? error.message : String(error)),
          h('a', { class: 'button quiet', href: queueHash(choice) }, texts.toQueue),
        ),
      )
    }
  }

  function show(detail: TurnDetail, focus: boolean, notice?: HTMLElement): void {
    const page = drawTurn({
      detail,
      context,
      onPauseDocument: (targetId, title) =>
        openPauseDialog(context, { kind: 'document', targetId, title, personaId: detail.personaId }),
    })
    const bar = createVerdictBar({
      detail,
      role: me.account.role,
      texts,
      decide: (made, equalToo) => void decide(made, equalToo),
      rewrite: () => rewrite(),
    })
    const lease = openLease(api, detail.answerId, () => void reload())
    const held = detail.lease !== null && !detail.lease.mine ? holderNotice(detail.lease.by) : undefined
    shown = { detail, page, bar, lease }
    element.replaceChildren(...[head(detail), notice ?? held, page.element, bar.element].filter((node) => !!node))
    queue.mark(detail.answerId)
    if (element.getClientRects().length > 0 && focus) {
      window.scrollTo(0, 0)
      ;(notice ?? page.heading).focus({ preventScroll: true })
    }
    fetchAhead(nextOf(detail))
  }

  function head(detail: TurnDetail): HTMLElement {
    const step = (answerId: string | null, label: string, className: string) =>
      answerId === null
        ? h('span', { class: `step ${className}`, 'aria-hidden': 'true' }, icon('back'))
        : h('a', { class: `step ${className}`, href: turnHash(answerId, choice), 'aria-label': label }, icon('back'))
    return h(
      'div',
      { class: 'turn-head' },
      h('a', { class: 'back', href: queueHash(choice) }, icon('back'), texts.back),
      h('span', { class: 'grow' }),
      step(detail.previous, texts.previous, ''),
      step(nextOf(detail), texts.next, 'forward'),
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          'aria-label': texts.more,
          'aria-haspopup': 'dialog',
          onclick: () => openMore(detail),
        },
        icon('more'),
      ),
    )
  }

  function openMore(detail: TurnDetail): void {
    const item = (label: string, run: () => void) =>
      h(
        'button',
        {
          type: 'button',
          class: 'more-link',
          onclick: () => {
            shut()
            run()
          },
        },
        label,
      )
    const { personaId, personaName, answerId, question } = detail
    const shut = openDialog({
      title: texts.more,
      closeLabel: texts.close,
      content: [
        h(
          'div',
          { class: 'more-list' },
          item(
            texts.keepGolden,
            () => void api.post('/golden', { answerId }).then(() => toast(texts.keptGolden), fail),
          ),
          item(texts.pauseAnswer, () =>
            openPauseDialog(context, { kind: 'answer', targetId: answerId, title: question, personaId }),
          ),
          item(texts.pausePersona(personaName), () =>
            openPauseDialog(context, { kind: 'persona', targetId: personaId, title: personaName, personaId }),
          ),
        ),
      ],
    })
  }

  /** The next one that has not been decided here meanwhile. */
  function nextOf({ answerId, next }: TurnDetail): string | null {
    if (next !== null && !decided.has(next)) return next
    const at = queue.rows.findIndex((row) => row.answerId === answerId)
    const rest = [...queue.rows.slice(at + 1), ...queue.rows.slice(0, Math.max(0, at))]
    return rest.find((row) => row.answerId !== answerId && !decided.has(row.answerId))?.answerId ?? null
  }

  async function decide({ verdict, reason }: Choice, equalToo: boolean): Promise<void> {
    if (shown === null || busy) return
    const { detail } = shown
    const { answerId } = detail
    busy = true
    try {
      const answer = await api.post<{ decided: number; decisionId: string }>(`/turns/${answerId}/decision`, {
        verdict,
        revision: detail.revision,
        ...(reason === undefined ? {} : { reason }),
        ...(equalToo ? { equalToo } : {}),
      })
      last = { answerId, decisionId: answer.decisionId }
      decided.add(answerId)
      const next = nextOf(detail)
      queue.take(answerId)
      const said = reason === undefined ? words[verdict] : `${words[verdict]} · ${texts.verdictReasons[reason]}`
      const undoIt = { label: texts.undo, run: () => void undo() }
      const line = verdict === 'skipped' ? texts.skippedDone : texts.done(said, answer.decided)
      if (verdict === 'wrong' || verdict === 'not-my-words')
        toast(line, undoIt, { label: rewriteLabel(), run: () => goRewrite(answerId) })
      else toast(line, undoIt)
      if (next === null) finished()
      else go(turnHash(next, choice), { replace: true })
    } catch (error) {
      if (error instanceof ApiError && (error.code === 'changed-meanwhile' || error.code === 'being-worked-on'))
        await reload(error.code === 'changed-meanwhile' ? texts.changedTitle : texts.takenTitle)
      else fail(error)
    } finally {
      busy = false
    }
  }

  const rewriteLabel = () => (me.account.role === 'lecturer' ? texts.rewrite : texts.rewriteFor)
  const goRewrite = (answerId: string) => go(formatAddress('/correction', { from: answerId }))

  function rewrite(): void {
    if (shown !== null) goRewrite(shown.detail.answerId)
  }

  async function undo(): Promise<void> {
    if (last === null) return
    const { answerId, decisionId } = last
    last = null
    try {
      await api.post(`/turns/${answerId}/undo`, { decisionId })
      decided.delete(answerId)
      ahead.clear()
      queue.putBack(answerId)
      toast(texts.undoDone)
      if (shown?.detail.answerId === answerId) await reload()
      else go(turnHash(answerId, choice), { replace: true })
    } catch (error) {
      fail(error)
    }
  }

  function finished(): void {
    close()
    visit += 1
    queue.mark(null)
    const title = h('p', { class: 'empty-title', tabindex: -1 }, texts.lastTitle)
    element.replaceChildren(
      h(
        'div',
        { class: 'notice empty' },
        title,
        h('p', {}, texts.lastText),
        h('a', { class: 'button', href: queueHash(choice) }, texts.toQueue),
      ),
    )
    title.focus()
  }

  /** Shows the turn as it is now; with `title`, says that somebody else was at it and nothing was recorded. */
  async function reload(title?: string): Promise<void> {
    if (shown === null) return
    const { answerId } = shown.detail
    ahead.delete(answerId)
    const text = title === texts.changedTitle ? texts.changedText : texts.takenText
    const notice =
      title === undefined
        ? undefined
        : h('div', { class: 'card banner', role: 'alert', tabindex: -1 }, h('b', {}, title), h('p', {}, text))
    await open(answerId, choice, title !== undefined, notice)
  }

  function holderNotice(name: string): HTMLElement {
    const next = shown === null ? null : nextOf(shown.detail)
    return h(
      'div',
      { class: 'card banner', role: 'status' },
      h('b', {}, texts.workingOn(name)),
      h('p', {}, texts.workingOnText),
      next !== null && h('a', { class: 'button quiet', href: turnHash(next, choice) }, texts.next),
    )
  }

  function close(): void {
    shown?.lease.release()
    shown = null
  }

  function step(answerId: string | null): void {
    if (answerId !== null) go(turnHash(answerId, choice), { replace: true })
  }

  const key = (name: string, label: string, run: (now: Shown) => void): Shortcut => ({
    key: name,
    label,
    run: () => {
      if (shown !== null) run(shown)
    },
  })
  const keys: Shortcut[] = [
    key('j', texts.next, ({ detail }) => step(nextOf(detail))),
    key('k', texts.previous, ({ detail }) => step(detail.previous)),
    key('a', words.right, ({ bar }) => bar.right()),
    key('f', texts.keyReason, ({ bar }) => bar.wrong()),
    key('n', words['not-my-words'], ({ bar }) => bar.notMine()),
    key('s', words.skipped, ({ bar }) => bar.skip()),
    key('e', texts.keyEdit, () => rewrite()),
    { key: 'z', label: texts.undo, run: () => void undo() },
    key('o', texts.keySource, ({ page }) => page.evidence.open(0)),
    ...Array.from({ length: 9 }, (_, index) =>
      key(String(index + 1), `${texts.evidence} ${index + 1}`, ({ page }) => page.evidence.focus(index)),
    ),
  ]

  return {
    element,
    keys,
    open: (answerId, wanted, focus) => open(answerId, wanted, focus),
    isOpen: () => shown !== null,
    close() {
      visit += 1
      close()
    },
  }
}
