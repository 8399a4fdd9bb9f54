import type { ChatConnection } from '../connection/chat-connection.ts'
import { runningTurn, type Turn } from '../connection/conversation-state.ts'
import type { VisitorStore } from '../connection/visitor-store.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { isoDate } from '../translations/times.ts'
import type { Language } from '../translations/translations.ts'
import type { Appearance } from './appearance.ts'
import { createAvatarSeat } from './avatar-seat.ts'
import { createComposer } from './composer.ts'
import { drawNotice, isNoticeDue, noticeTexts } from './first-notice.ts'
import { createIdleBar } from './idle-bar.ts'
import { longTalkSince } from './long-talk.ts'
import { createPanelHead } from './panel-head.ts'
import { createPanelSheets } from './panel-sheets.ts'
import { createQuickQuestions } from './quick-questions.ts'
import { createSheet } from './sheet.ts'
import { BANNER_AFTER_MS, bannerFor, isBlocked, spokenStatus } from './status-texts.ts'
import { nextWords } from './thinking.ts'
import { createTranscriptView } from './transcript-view.ts'
import type { ViewContext } from './view-context.ts'

export interface PanelOptions {
  readonly language: Language
  readonly connection: ChatConnection
  readonly store: VisitorStore
  /** The server's address, with a slash at the end. */
  readonly server: string
  /** The address of the lecturer's own page: a copied answer names it. */
  readonly page: string
  /** A name to show until the persona's card has come. */
  readonly fallbackName: string
  /** `bubble` floats over a page, `inline` stands in one, `page` and `kiosk` are the page. */
  readonly mode: 'bubble' | 'inline' | 'page' | 'kiosk'
  readonly close: () => void
  readonly appearance: () => Appearance
  readonly setAppearance: (change: Partial<Appearance>) => void
  /** Takes back what the visitor chose, for the next one at a public screen. */
  readonly resetAppearance: () => void
  readonly onCitation: (index: number | null) => void
}

export interface ChatPanel {
  readonly root: HTMLElement
  /** Draws what has changed, at most once a frame; the words of an answer in every second one. */
  changed(): void
  /** Draws now. */
  draw(): void
  focus(): void
  /** Closes the sheet; false when none was open. */
  closeSheet(): boolean
  dispose(): void
}

/** More than one frame of 60 a second, less than two. */
const FLOW_MS = 24

/** The whole panel below the shadow root: header, conversation, composer, label, sheet. */
export function createChatPanel(options: PanelOptions): ChatPanel {
  const { connection, language, store } = options
  const { texts } = language
  const kiosk = options.mode === 'kiosk'
  let frame = 0
  let drawnAt = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const context: ViewContext = {
    language,
    kiosk,
    persona: () => connection.conversation().persona,
    name: () => connection.conversation().persona?.name ?? options.fallbackName,
    actions: {
      ask(text) {
        const asked = connection.ask(text)
        setText(alert, asked ? '' : texts.tooMany)
        draw()
        if (asked) transcript.toEnd()
      },
      resend: (turnId) => connection.resend(turnId),
      retry: (question) => context.actions.ask(question),
      stop() {
        const turn = runningTurn(connection.conversation())
        if (turn !== null) connection.stop(turn.turnId)
      },
      rate: (turnId, rating, reason, comment) => connection.rate(turnId, rating, reason, comment),
      copy(text) {
        const write = navigator.clipboard?.writeText(text)
        write?.then(
          () => setText(status, texts.copied),
          () => setText(status, ''),
        )
        if (write !== undefined) flash(texts.copied)
      },
      share: (turn) => sheets.openShare(turn),
      openSources(answer, index) {
        sheets.openSources(answer, index)
        options.onCitation(index)
      },
      openFound: (sources) => sheets.openFound(sources),
      openPersonal: (words, before) => sheets.openPersonal(words, before),
    },
  }

  const copyMark = (): string =>
    texts.copyMark(context.name(), isoDate(Date.now()), options.page.replace(/^https?:\/\//, ''))
  const labelText = (): string => inThisLanguage(connection.conversation().label?.text) ?? texts.aiLabel
  const seat = createAvatarSeat(
    texts.hear,
    () => setText(alert, texts.notLoaded),
    () => ({
      root,
      head: head.element,
      server: options.server,
      tag: language.tag,
      remembers: !kiosk,
      label: () => inThisLanguage(connection.conversation().label?.short) ?? texts.aiTag,
      name: context.name,
      elder: () => options.appearance().elder,
      conversation: connection.conversation,
      onHeard: ({ turnId, answerId, chars }) => connection.heard(turnId, answerId, chars),
    }),
  )
  const head = createPanelHead({
    texts,
    voice: seat.button,
    toggleElder: () => options.setAppearance({ elder: !options.appearance().elder }),
    openMenu: () => sheets.openMenu(),
    leave: options.mode === 'bubble' ? { words: texts.close, run: options.close } : null,
  })
  const bannerText = h('span')
  const bannerRetry = h('button', { type: 'button', onclick: () => connection.retryNow() }, texts.retryNow)
  const banner = h('div', { class: 'banner', hidden: true }, bannerText, bannerRetry)
  const transcript = createTranscriptView(context)
  const quick = createQuickQuestions(context)
  const composer = createComposer(context, store, {
    server: options.server,
    session: () => connection.conversation().session,
    say(words, calm) {
      alert.classList.toggle('calm', calm && words !== '')
      setText(alert, words)
    },
    tell: (words) => setText(status, words),
  })
  const alert = h('p', { class: 'alert', role: 'alert' })
  const label = h('p', { class: 'label' }, texts.aiLabel)
  const status = h('p', { class: 'unseen', role: 'status' })
  const printMark = h('p', { class: 'print-mark' })
  const root = h(
    'div',
    { class: 'root resting', lang: language.tag, tabindex: -1 },
    head.element,
    banner,
    transcript.element,
    quick.element,
    alert,
    composer.element,
    label,
    printMark,
    status,
  )
  root.classList.toggle('traditional', language.tag === 'zh-TW' || language.tag === 'zh-HK')
  const sheet = createSheet(root, texts)
  const sheets = createPanelSheets(context, sheet, {
    connection,
    shadow: () => root.getRootNode() as ShadowRoot,
    server: options.server,
    appearance: options.appearance,
    setAppearance: options.setAppearance,
    shareFacts: () => ({ mark: copyMark(), label: labelText(), address: options.page }),
    startOver: () => (kiosk ? connection.leaveNoTrace() : connection.startOver()),
    say: (words) => setText(alert, words),
    print: options.mode === 'page' ? () => window.print() : null,
    goOn: () => composer.input.focus({ preventScroll: true }),
  })
  const idle = kiosk
    ? createIdleBar(root, texts, {
        resting: () => {
          const { turns } = connection.conversation()
          return runningTurn(connection.conversation()) !== null || (turns.length === 0 && !touched())
        },
        reset: () => clearForNext(),
      })
    : null
  let statusBefore = ''
  let scaleShown = 0
  let prepared = false
  let notice: HTMLElement | null = null
  let remindedOf: number | null = null
  let noticeSeen = !kiosk && !isNoticeDue(store.noticeSeenAt(), Date.now())

  /** Whether the visitor has left something on a screen without a question. */
  const touched = (): boolean =>
    sheet.isOpen() || composer.input.value !== '' || noticeSeen || options.appearance().elder

  const clearForNext = (): void => {
    sheet.close()
    composer.clear()
    noticeSeen = false
    options.resetAppearance()
    connection.leaveNoTrace()
    root.focus({ preventScroll: true })
    draw()
  }

  const showNotice = (lines: readonly string[], seen: () => void): void => {
    notice = drawNotice(lines, texts, () => {
      seen()
      notice?.remove()
      notice = null
      focusField()
    })
    transcript.element.after(notice)
  }

  const drawDueNotice = (now: number): void => {
    const { persona, keptDays, turns } = connection.conversation()
    if (persona === null || notice !== null) return
    const talkingSince = kiosk ? null : longTalkSince(turns, now)
    if (!noticeSeen) {
      showNotice(noticeTexts({ persona, keptDays, kiosk }, texts), () => {
        noticeSeen = true
        if (!kiosk) store.keepNoticeSeenAt(Date.now())
      })
    } else if (talkingSince !== null && talkingSince !== remindedOf) {
      remindedOf = talkingSince
      showNotice([texts.longTalk(context.name())], () => {})
      setText(status, texts.longTalk(context.name()))
    }
  }

  const onCopy = (event: ClipboardEvent): void => {
    const shadow = root.getRootNode() as ShadowRoot & { getSelection?: () => Selection | null }
    const selected = (shadow.getSelection?.() ?? document.getSelection())?.toString() ?? ''
    if (selected.trim() === '' || event.clipboardData === null) return
    event.clipboardData.setData('text/plain', `${selected}\n${copyMark()}`)
    event.preventDefault()
  }
  transcript.log.addEventListener('copy', onCopy)

  // On paper the whole conversation stands, with the label and where it came from.
  const beforePrint = (): void => {
    setText(printMark, copyMark())
    transcript.showAll(true)
  }
  const afterPrint = (): void => transcript.showAll(false)
  if (options.mode === 'page') {
    window.addEventListener('beforeprint', beforePrint)
    window.addEventListener('afterprint', afterPrint)
  }

  const flash = (words: string): void => {
    setText(alert, '')
    alert.classList.add('calm')
    setText(alert, words)
    setTimeout(() => {
      if (alert.textContent === words) setText(alert, '')
      alert.classList.remove('calm')
    }, 2_500)
  }

  /** The server's wording, unless it is in the other script than the rest of the panel. */
  const inThisLanguage = (words: string | undefined): string | undefined =>
    words !== undefined && /[\u3400-\u9fff]/.test(words) === language.tag.startsWith('zh') ? words : undefined

  /** Where there is a keyboard, into the field; on a phone that would open the one on the screen. */
  const focusField = (): void => {
    if (matchMedia('(pointer: fine)').matches) composer.input.focus({ preventScroll: true })
    else root.focus({ preventScroll: true })
  }

  const draw = (): void => {
    if (frame !== 0) cancelAnimationFrame(frame)
    frame = 0
    drawnAt = performance.now()
    const talk = connection.conversation()
    const link = connection.connection()
    const now = Date.now()
    const look = options.appearance()
    head.update({
      name: context.name(),
      tag: inThisLanguage(talk.label?.short) ?? texts.aiTag,
      title: talk.persona?.title ?? '',
      elder: look.elder,
    })
    setAttribute(root, 'aria-label', texts.panelName(context.name()))
    setText(label, labelText())
    setAttribute(transcript.log, 'aria-label', texts.logName(context.name()))
    root.classList.toggle('elder', look.elder)
    root.classList.toggle('dark', look.dark)
    root.classList.toggle('contrast', look.contrast)
    if (look.scale !== scaleShown) {
      // Every size hangs on it: setting it anew would style the whole panel again in each frame of an answer.
      scaleShown = look.scale
      root.style.setProperty('--lc-scale', String(look.scale))
    }
    const words = bannerFor(link, talk, now, texts)
    banner.hidden = words === null
    setText(bannerText, words?.text ?? '')
    bannerRetry.hidden = words?.retry !== true
    if (talk.problem !== null && link.phase !== 'ended') setText(alert, talk.problem.message)
    drawDueNotice(now)
    quick.update(talk, look.elder)
    composer.update({
      answering: runningTurn(talk) !== null,
      blocked: isBlocked(link, talk),
      limit: talk.questionLength,
      speech: talk.voiceInput,
    })
    transcript.update(talk, look.elder)
    seat.update()
    const spoken = spokenStatus(talk, now, texts)
    if (spoken !== statusBefore) setText(status, spoken)
    statusBefore = spoken
    wakeLater(link.lostAt !== null && link.phase !== 'ended', talk.turns[talk.turns.length - 1], now)
    if (!prepared && talk.persona !== null) {
      prepared = true
      whenIdle(sheets.prepare)
    }
  }

  /** Words that flow in need not be drawn in every frame: nobody reads so fast, and a phone stays cool. */
  const drawInTime = (): void => {
    const flowing = (runningTurn(connection.conversation())?.answer?.text ?? '') !== ''
    if (flowing && performance.now() - drawnAt < FLOW_MS) frame = requestAnimationFrame(drawInTime)
    else draw()
  }

  /** Texts that depend on the time alone need a draw of their own. */
  const wakeLater = (lost: boolean, newest: Turn | undefined, now: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const since = connection.connection().lostAt ?? now
    if (lost && now - since < BANNER_AFTER_MS) timer = setTimeout(draw, since + BANNER_AFTER_MS - now + 20)
    else {
      const at = newest === undefined ? null : nextWords(newest, now)
      if (at !== null) timer = setTimeout(draw, at - now + 20)
    }
  }

  return {
    root,
    draw,
    changed() {
      if (frame === 0) frame = requestAnimationFrame(drawInTime)
    },
    focus: focusField,
    closeSheet() {
      const was = sheet.isOpen()
      sheet.close()
      return was
    },
    dispose() {
      if (frame !== 0) cancelAnimationFrame(frame)
      if (timer !== null) clearTimeout(timer)
      idle?.dispose()
      window.removeEventListener('beforeprint', beforePrint)
      window.removeEventListener('afterprint', afterPrint)
    },
  }
}

/** Runs `work` when the page has a moment, at the latest after some seconds. */
function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: 5_000 })
  else setTimeout(work, 2_000)
}
