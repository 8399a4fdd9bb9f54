import { type Conversation, runningTurn, type Turn } from '../connection/conversation-state.ts'
import { createAvatar } from '../parts/avatar.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import { SEPARATOR_GAP_MS, separatorText } from '../translations/times.ts'
import { type AnswerRow, createAnswerRow, topicList } from './answer-row.ts'
import { createNoticeRow } from './notice-row.ts'
import { createQuestionRow, type QuestionRow } from './question-row.ts'
import type { ViewContext } from './view-context.ts'
import { earlierRange, laterRange, newestRange, rangeAfterChange, type VisibleRange } from './visible-range.ts'

/** Within this distance of the end (px) a reader is following the conversation. */
const FOLLOW_PX = 48
/** Nearer than this to an edge of the window (px) the window moves. */
const EDGE_PX = 240

export interface TranscriptView {
  readonly element: HTMLElement
  readonly log: HTMLElement
  update(conversation: Conversation, elder: boolean): void
  /** Puts every turn into the document (for paper), or the window of them again. */
  showAll(all: boolean): void
  /** Goes to the newest message and follows from there. */
  toEnd(): void
}

interface TurnRows {
  readonly element: HTMLElement
  readonly notices: HTMLElement
  readonly question: QuestionRow
  answer: AnswerRow | null
  shown: Turn | null
}

/** The conversation as a log: a window of it is in the document, and the reader's place is never taken away. */
export function createTranscriptView(context: ViewContext): TranscriptView {
  const { texts } = context.language
  const opening = h('div', { class: 'opening' })
  const earlier = h('button', { type: 'button', class: 'earlier', hidden: true }, texts.earlier)
  const turnBox = h('div')
  const notices = h('div')
  const log = h(
    'div',
    { class: 'log', role: 'log', 'aria-live': 'off', tabindex: 0, 'aria-label': texts.logName(context.name()) },
    earlier,
    opening,
    notices,
    turnBox,
  )
  const pill = h('button', { type: 'button', class: 'pill', hidden: true }, icon('arrowDown'), texts.newContent)
  const element = h('div', { class: 'scroller' }, log, pill)

  let current: Conversation | null = null
  let range: VisibleRange = { first: 0, end: 0 }
  let count = 0
  let following = true
  let openingOf: unknown
  let openingElder = false
  const rows = new Map<string, TurnRows>()

  const distance = (): number => log.scrollHeight - log.scrollTop - log.clientHeight
  const toEnd = (): void => {
    following = true
    pill.hidden = true
    if (current !== null && range.end < current.turns.length) {
      range = newestRange(current.turns.length)
      drawTurns(current)
    }
    log.scrollTop = log.scrollHeight
  }
  const moveTo = (next: VisibleRange): void => {
    if (current === null || (next.first === range.first && next.end === range.end)) return
    range = next
    keepPlace(() => current && drawTurns(current))
  }

  /** Keeps what the reader sees where it is while rows come and go around it. */
  const keepPlace = (change: () => void): void => {
    const top = log.getBoundingClientRect().top
    const places = [...rows.values()]
      .filter((row) => row.element.isConnected)
      .map((row) => ({ element: row.element, at: row.element.getBoundingClientRect().top }))
    const inView = places.filter((place) => place.at + place.element.offsetHeight > top)
    change()
    const anchor = [...inView, ...places].find((place) => place.element.isConnected)
    if (anchor !== undefined) log.scrollTop += anchor.element.getBoundingClientRect().top - anchor.at
  }

  log.addEventListener('scroll', () => {
    following = distance() <= FOLLOW_PX && (current === null || range.end >= current.turns.length)
    if (following) pill.hidden = true
    if (log.scrollTop < EDGE_PX && range.first > 0) moveTo(earlierRange(range))
    else if (current !== null && distance() < EDGE_PX && range.end < current.turns.length) {
      moveTo(laterRange(range, current.turns.length))
    }
  })
  log.addEventListener(
    'wheel',
    (event) => {
      if (event.deltaY < 0 && log.scrollTop > 0) following = false
    },
    { passive: true },
  )
  let touchY = 0
  log.addEventListener(
    'touchstart',
    (event) => {
      touchY = event.touches[0]?.clientY ?? 0
    },
    { passive: true },
  )
  log.addEventListener(
    'touchmove',
    (event) => {
      if ((event.touches[0]?.clientY ?? 0) > touchY && log.scrollTop > 0) following = false
    },
    { passive: true },
  )
  earlier.addEventListener('click', () => {
    moveTo(earlierRange(range))
    log.focus({ preventScroll: true })
  })
  pill.addEventListener('click', () => {
    toEnd()
    log.focus({ preventScroll: true })
  })
  /** Follows once a frame after the layout, which then need not be forced; older engines follow on each draw. */
  const watchesSize = typeof ResizeObserver === 'function'
  const follow = (): void => {
    if (following && count > 0) log.scrollTop = log.scrollHeight
  }
  if (watchesSize) {
    const sizes = new ResizeObserver(follow)
    for (const box of [log, turnBox, notices]) sizes.observe(box)
  }

  const drawOpening = (conversation: Conversation, elder: boolean): void => {
    const { persona } = conversation
    const bare = conversation.turns.length === 0
    if (openingOf !== persona || openingElder !== elder) {
      openingOf = persona
      openingElder = elder
      opening.textContent = ''
      if (persona !== null) {
        opening.append(
          h('p', { class: 'system' }, texts.about),
          h(
            'article',
            { class: 'row theirs', 'aria-label': texts.speakerName(context.name(), '') },
            createAvatar(persona),
            h('div', { class: 'said' }, h('div', { class: 'bubble' }, h('p', {}, persona.greeting))),
          ),
          topicList(context, texts.suggestions, conversation.suggestions.slice(0, elder ? 3 : 6)),
        )
      }
    }
    const topics = opening.lastElementChild
    if (topics instanceof HTMLElement && topics.classList.contains('topics')) topics.hidden = !bare
  }

  const drawTurns = (conversation: Conversation): void => {
    const now = Date.now()
    const { turns } = conversation
    opening.hidden = range.first > 0
    earlier.hidden = range.first === 0
    const wanted = new Set<HTMLElement>()
    let before: Element | null = null
    for (let index = range.first; index < range.end; index++) {
      const turn = turns[index]
      if (turn === undefined) continue
      let row = rows.get(turn.turnId)
      if (row === undefined) {
        row = newRows(turn, turns[index - 1], now)
        rows.set(turn.turnId, row)
      }
      wanted.add(row.element)
      const expected: Element | null = before === null ? turnBox.firstElementChild : before.nextElementSibling
      if (expected !== row.element) turnBox.insertBefore(row.element, expected)
      before = row.element
      drawTurn(row, turn, now)
      drawNotices(row.notices, conversation, turn.turnId)
    }
    for (const child of [...turnBox.children]) if (!wanted.has(child as HTMLElement)) child.remove()
    for (const [id, row] of rows) if (!wanted.has(row.element)) rows.delete(id)
  }

  const newRows = (turn: Turn, previous: Turn | undefined, now: number): TurnRows => {
    const question = createQuestionRow(context, turn)
    const rowElement = h('div', { class: 'turn' })
    if (previous === undefined || turn.askedAt - previous.askedAt > SEPARATOR_GAP_MS) {
      rowElement.append(h('p', { class: 'time' }, separatorText(turn.askedAt, now, context.language.tag)))
    }
    const box = h('div')
    rowElement.append(question.element, box)
    return { element: rowElement, notices: box, question, answer: null, shown: null }
  }

  const drawTurn = (row: TurnRows, turn: Turn, now: number): void => {
    const waiting = turn.delivery === 'accepted' && turn.answer?.ending === null && turn.answer.text === ''
    if (row.shown === turn && !waiting) return
    row.shown = turn
    row.question.update(turn)
    if (turn.delivery === 'accepted') {
      if (row.answer === null) {
        row.answer = createAnswerRow(context, turn)
        row.notices.before(row.answer.element)
      }
      row.answer.update(turn, now)
    }
  }

  /** Draws what was noticed below the turn `after`; null is before the first. */
  const drawNotices = (box: HTMLElement, conversation: Conversation, after: string | null): void => {
    const known = (id: string | null): boolean => conversation.turns.some((turn) => turn.turnId === id)
    // What came after a turn that is gone stands before the first.
    const mine = conversation.notices.filter((notice) => (known(notice.after) ? notice.after : null) === after)
    if (mine.length < box.childElementCount) box.textContent = ''
    for (const notice of mine.slice(box.childElementCount)) {
      box.append(
        createNoticeRow(
          context,
          notice,
          conversation.turns.find(({ turnId }) => turnId === notice.words?.turnId),
        ),
      )
    }
  }

  return {
    element,
    log,
    toEnd,
    showAll(all) {
      if (current === null) return
      range = all ? { first: 0, end: current.turns.length } : newestRange(current.turns.length)
      drawTurns(current)
      if (!all) toEnd()
    },
    update(conversation, elder) {
      const changed = current !== conversation
      const before = count
      const wasAtWindowEnd = range.end === before
      current = conversation
      count = conversation.turns.length
      if (before === 0) range = newestRange(count)
      else range = rangeAfterChange(range, before, count, following)
      if (range.end > count) range = newestRange(count)
      drawOpening(conversation, elder)
      drawTurns(conversation)
      drawNotices(notices, conversation, null)
      setAttribute(log, 'aria-busy', runningTurn(conversation) === null ? null : 'true')
      // Before the first question the greeting is what should be seen.
      if (count === 0 && before > 0) log.scrollTop = 0
      if (following && !watchesSize) follow()
      else if (!following && pill.hidden && changed && wasAtWindowEnd && growing(conversation)) {
        pill.hidden = distance() <= FOLLOW_PX
      }
    },
  }
}

/** Whether something has just been added: an answer that runs, or one that ended a moment ago. */
function growing(conversation: Conversation): boolean {
  const last = conversation.turns[conversation.turns.length - 1]
  return last?.answer !== undefined && last.answer !== null && last.feedback === null
}
