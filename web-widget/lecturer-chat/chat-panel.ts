import type { ChatConnection } from '../connection/chat-connection.ts'
import { runningTurn } from '../connection/conversation-state.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import { isoDate } from '../translations/times.ts'
import type { Language } from '../translations/translations.ts'
import type { Appearance } from './appearance.ts'
import { createComposer } from './composer.ts'
import { drawMenu } from './menu-sheet.ts'
import { createSheet } from './sheet.ts'
import { drawSources } from './source-sheet.ts'
import { BANNER_AFTER_MS, bannerFor, isBlocked, spokenStatus } from './status-texts.ts'
import { createTranscriptView } from './transcript-view.ts'
import type { ViewContext } from './view-context.ts'

export interface PanelOptions {
  readonly language: Language
  readonly connection: ChatConnection
  /** The address that a copied answer names. */
  readonly place: string
  /** A name to show until the persona's card has come. */
  readonly fallbackName: string
  /** How the panel is left; null where it stands in the page. */
  readonly leave: { readonly words: string; readonly run: () => void } | null
  readonly appearance: () => Appearance
  readonly setAppearance: (change: Partial<Appearance>) => void
  readonly onCitation: (index: number | null) => void
}

export interface ChatPanel {
  readonly root: HTMLElement
  /** Draws what has changed, at most once a frame. */
  changed(): void
  /** Draws now. */
  draw(): void
  focus(): void
  /** Closes the sheet; false when none was open. */
  closeSheet(): boolean
  dispose(): void
}

/** The whole panel below the shadow root: header, conversation, composer, label, sheet. */
export function createChatPanel(options: PanelOptions): ChatPanel {
  const { connection, language } = options
  const { texts } = language
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | null = null

  const context: ViewContext = {
    language,
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
        const write = navigator.clipboard?.writeText(`${text}\n${copyMark()}`)
        write?.then(
          () => setText(status, texts.copied),
          () => setText(status, ''),
        )
        if (write !== undefined) flash(texts.copied)
      },
      openSources(answer, index) {
        const { content, focus } = drawSources(answer.citations, index, language)
        sheet.open(texts.sourcesCount(answer.citations.length), content, focus)
        options.onCitation(index)
      },
    },
  }

  const copyMark = (): string => texts.copyMark(context.name(), isoDate(Date.now()), options.place)
  const name = h('span', { class: 'name' })
  const tag = h('span', { class: 'tag' }, texts.aiTag)
  const title = h('span', { class: 'title' })
  const elder = h(
    'button',
    {
      type: 'button',
      class: 'tool wordy',
      onclick: () => options.setAppearance({ elder: !options.appearance().elder }),
    },
    texts.elder,
  )
  const more = h(
    'button',
    { type: 'button', class: 'tool', 'aria-label': texts.menu, title: texts.menu, onclick: () => openMenu() },
    icon('more'),
  )
  const { leave } = options
  const closer =
    leave !== null &&
    h(
      'button',
      { type: 'button', class: 'tool', 'aria-label': leave.words, title: leave.words, onclick: leave.run },
      icon('close'),
    )
  const head = h(
    'div',
    { class: 'head' },
    h('div', { class: 'who' }, name, h('div', { class: 'about' }, tag, title)),
    elder,
    more,
    closer,
  )
  const bannerText = h('span')
  const bannerRetry = h('button', { type: 'button', onclick: () => connection.retryNow() }, texts.retryNow)
  const banner = h('div', { class: 'banner', hidden: true }, bannerText, bannerRetry)
  const transcript = createTranscriptView(context)
  const quick = h('div', { class: 'quick', role: 'group', 'aria-label': texts.nextTopics, hidden: true })
  const composer = createComposer(context)
  const alert = h('p', { class: 'alert', role: 'alert' })
  const label = h('p', { class: 'label' }, texts.aiLabel)
  const status = h('p', { class: 'unseen', role: 'status' })
  const root = h(
    'div',
    { class: 'root resting', lang: language.tag, tabindex: -1 },
    head,
    banner,
    transcript.element,
    quick,
    alert,
    composer.element,
    label,
    status,
  )
  root.classList.toggle('traditional', language.tag === 'zh-TW' || language.tag === 'zh-HK')
  const sheet = createSheet(root, texts)
  let quickOf = ''
  let statusBefore = ''

  transcript.log.addEventListener('copy', (event) => {
    const shadow = root.getRootNode() as ShadowRoot & { getSelection?: () => Selection | null }
    const selected = (shadow.getSelection?.() ?? document.getSelection())?.toString() ?? ''
    if (selected.trim() === '' || event.clipboardData === null) return
    event.clipboardData.setData('text/plain', `${selected}\n${copyMark()}`)
    event.preventDefault()
  })

  const openMenu = (): void => {
    const act = (run: () => void) => (): void => {
      sheet.close()
      run()
      composer.input.focus({ preventScroll: true })
    }
    sheet.open(
      texts.settings,
      drawMenu(options.appearance(), texts, {
        setAppearance: options.setAppearance,
        startOver: act(() => connection.startOver()),
        forget: act(() => {
          if (!connection.forget()) setText(alert, texts.forgetLater)
        }),
      }),
    )
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

  const drawQuick = (): void => {
    const talk = connection.conversation()
    const last = talk.turns[talk.turns.length - 1]
    const ending = last?.answer?.ending ?? null
    const resting = last !== undefined && ending !== null && ending.outcome !== 'declined'
    const asked = new Set(talk.turns.map((turn) => turn.question))
    const source = ending !== null && ending.suggestions.length > 0 ? ending.suggestions : talk.suggestions
    const most = options.appearance().elder ? 3 : 6
    const topics = resting ? source.filter((topic) => !asked.has(topic)).slice(0, most) : []
    const key = topics.join('\n')
    quick.hidden = topics.length === 0
    if (key === quickOf) return
    quickOf = key
    quick.textContent = ''
    for (const topic of topics) {
      quick.append(
        h('button', { type: 'button', class: 'suggestion', onclick: () => context.actions.ask(topic) }, topic),
      )
    }
    quick.scrollLeft = 0
  }

  const draw = (): void => {
    if (frame !== 0) cancelAnimationFrame(frame)
    frame = 0
    const talk = connection.conversation()
    const link = connection.connection()
    const now = Date.now()
    const look = options.appearance()
    setText(name, context.name())
    setAttribute(root, 'aria-label', texts.panelName(context.name()))
    setText(tag, inThisLanguage(talk.label?.short) ?? texts.aiTag)
    setText(title, talk.persona?.title ?? '')
    setText(label, inThisLanguage(talk.label?.text) ?? texts.aiLabel)
    setAttribute(transcript.log, 'aria-label', texts.logName(context.name()))
    setAttribute(elder, 'aria-pressed', String(look.elder))
    root.classList.toggle('elder', look.elder)
    root.classList.toggle('dark', look.dark)
    root.style.setProperty('--lc-scale', String(look.scale))
    const words = bannerFor(link, talk, now, texts)
    banner.hidden = words === null
    setText(bannerText, words?.text ?? '')
    bannerRetry.hidden = words?.retry !== true
    if (talk.problem !== null && link.phase !== 'ended') setText(alert, talk.problem.message)
    drawQuick()
    composer.update({
      answering: runningTurn(talk) !== null,
      blocked: isBlocked(link, talk),
      limit: talk.questionLength,
    })
    transcript.update(talk, look.elder)
    const spoken = spokenStatus(talk, texts)
    if (spoken !== statusBefore) setText(status, spoken)
    statusBefore = spoken
    wakeLater(link.lostAt !== null && link.phase !== 'ended', runningTurn(talk) !== null, now)
  }

  /** Texts that depend on the time alone need a draw of their own. */
  const wakeLater = (lost: boolean, answering: boolean, now: number): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const since = connection.connection().lostAt ?? now
    if (lost && now - since < BANNER_AFTER_MS) timer = setTimeout(draw, since + BANNER_AFTER_MS - now + 20)
    else if (answering) timer = setTimeout(draw, 1_000)
  }

  return {
    root,
    draw,
    changed() {
      if (frame === 0) frame = requestAnimationFrame(draw)
    },
    focus() {
      if (matchMedia('(pointer: fine)').matches) composer.input.focus({ preventScroll: true })
      else root.focus({ preventScroll: true })
    },
    closeSheet() {
      const was = sheet.isOpen()
      sheet.close()
      return was
    },
    dispose() {
      if (frame !== 0) cancelAnimationFrame(frame)
      if (timer !== null) clearTimeout(timer)
    },
  }
}
