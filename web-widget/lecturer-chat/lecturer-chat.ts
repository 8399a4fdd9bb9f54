import { type ChatConnection, createChatConnection } from '../connection/chat-connection.ts'
import { createVisitorStore, pageStorage } from '../connection/visitor-store.ts'
import { textColorOn } from '../loader/script-options.ts'
import { addStyles } from '../parts/add-styles.ts'
import { type Language, languageOf, pickTag } from '../translations/translations.ts'
import { type Appearance, clampScale, ELDER_SCALE, keepAppearance, storedAppearance } from './appearance.ts'
import { type ChatPanel, createChatPanel } from './chat-panel.ts'
import { readPageAddress } from './page-address.ts'
import { PANEL_STYLES } from './panel-styles.ts'
import { fitToViewport, type ViewportFit } from './viewport.ts'

/** Where the chat server is when the tag does not say: where this script came from. */
const HERE = import.meta.url
const SCRIPT_HOME = new URL('../', HERE).href

/**
 * `<lecturer-chat persona="…">`: the chat as an element. Attributes: `persona`; `mode` (`inline`, `bubble`, `page`,
 * `kiosk`); `server`, `name`, `locale`, `theme` (`light`, `dark`, `auto`), `elder`, `side`, `offset-x`, `offset-y`,
 * `z`, `color`, `nonce`. Events (bubbling, composed): `lecturer-chat-ready`, `-open`, `-close`, `-answer`,
 * `-citation`, `-error`, `-unread`.
 */
export class LecturerChat extends HTMLElement {
  static readonly observedAttributes = ['persona', 'server', 'locale', 'mode', 'theme', 'elder', 'color']

  private connection: ChatConnection | null = null
  private panel: ChatPanel | null = null
  private fit: ViewportFit | null = null
  private appearance: Appearance = { elder: false, scale: 1, dark: false, contrast: false }
  private unread = 0
  private announced = false
  private opener: Element | null = null
  private language: Language | null = null
  /** An opening that was asked for before the panel's texts were there. */
  private waiting: { question: string | undefined; opener: Element | null } | null = null
  /** Counts the rebuilds, so that only the newest one goes on after a wait. */
  private rebuilds = 0

  connectedCallback(): void {
    if (this.mode === 'page' && this.persona === '') readPageAddress(this)
    if (this.shadowRoot === null) addStyles(this.attachShadow({ mode: 'open' }), PANEL_STYLES, this.nonceText())
    this.rebuild()
    document.addEventListener('visibilitychange', this.onVisibility)
    document.addEventListener('resume', this.onVisibility)
    window.addEventListener('pageshow', this.onVisibility)
    window.addEventListener('online', this.onNetwork)
    window.addEventListener('offline', this.onNetwork)
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.onVisibility)
    document.removeEventListener('resume', this.onVisibility)
    window.removeEventListener('pageshow', this.onVisibility)
    window.removeEventListener('online', this.onNetwork)
    window.removeEventListener('offline', this.onNetwork)
    this.tearDown()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || this.shadowRoot === null) return
    if (name === 'elder' || name === 'theme') {
      this.appearance = this.firstAppearance()
      this.panel?.draw()
    } else {
      this.rebuild()
    }
  }

  get persona(): string {
    return this.getAttribute('persona') ?? ''
  }

  /** Whether the panel is on the screen. An inline chat always is. */
  get isOpen(): boolean {
    return this.panel !== null && !this.panel.root.hidden
  }

  /** Shows a floating panel, moves the focus into it, and asks `question` when there is one. */
  open(question?: string, opener?: Element | null): void {
    const panel = this.panel
    if (panel === null) {
      this.waiting = { question, opener: opener ?? document.activeElement }
      return
    }
    if (this.floats && panel.root.hidden) {
      this.opener = opener ?? document.activeElement
      this.fit = fitToViewport(panel.root, this.parentElement ?? this, false, true)
      panel.root.hidden = false
      this.connection?.start()
      panel.draw()
      this.tell('open', {})
      this.countUnread(0)
    }
    panel.focus()
    if (question !== undefined && question.trim() !== '') this.ask(question.trim())
  }

  /** Hides a floating panel. The conversation goes on: an answer under way is there on the next opening. */
  close(): void {
    this.waiting = null
    const panel = this.panel
    if (panel === null || !this.floats || panel.root.hidden) return
    panel.closeSheet()
    panel.root.hidden = true
    this.fit?.release()
    this.fit = null
    const opener = this.opener
    this.opener = null
    this.tell('close', {})
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
  }

  ask(question: string): boolean {
    return this.connection?.ask(question) ?? false
  }

  /** Text size from 1 (17 px) to 1.8. */
  setScale(scale: number): void {
    this.setAppearance({ scale: clampScale(scale) })
  }

  private get mode(): 'bubble' | 'inline' | 'page' | 'kiosk' {
    const mode = this.getAttribute('mode')
    return mode === 'bubble' || mode === 'page' || mode === 'kiosk' ? mode : 'inline'
  }

  private get floats(): boolean {
    return this.mode === 'bubble'
  }

  private readonly onVisibility = (): void => this.connection?.visibility(document.visibilityState !== 'hidden')
  private readonly onNetwork = (event: Event): void => this.connection?.network(event.type === 'online')

  private rebuild(): void {
    const shadow = this.shadowRoot
    if (shadow === null || !this.isConnected) return
    if (this.floats && this.isOpen) this.waiting = { question: undefined, opener: this.opener }
    this.tearDown()
    const mine = ++this.rebuilds
    if (this.persona === '') return
    const found = languageOf(
      pickTag(this.getAttribute('locale') ?? '', document.documentElement.lang, navigator.language ?? ''),
    )
    if (!(found instanceof Promise)) {
      this.build(shadow, found)
      return
    }
    found.then(
      (language) => {
        if (mine === this.rebuilds && this.isConnected) this.build(shadow, language)
      },
      () => {},
    )
  }

  private build(shadow: ShadowRoot, language: Language): void {
    const address = new URL(this.getAttribute('server') ?? SCRIPT_HOME, document.baseURI).href.replace(/[^/]*$/, '')
    this.language = language
    this.appearance = this.firstAppearance()
    const store = createVisitorStore(address, this.persona, pageStorage('localStorage'), pageStorage('sessionStorage'))
    const connection = createChatConnection({
      address,
      personaId: this.persona,
      locale: language.tag,
      store,
      onChange: () => this.changed(),
      onEnded: (turnId) => this.answered(turnId),
    })
    this.connection = connection
    // The handshake goes on while the panel is built.
    if (!this.floats) connection.start()
    this.panel = createChatPanel({
      language,
      connection,
      store,
      server: address,
      page: `${address}p/${encodeURIComponent(this.persona)}`,
      fallbackName: this.getAttribute('name') ?? language.texts.someone.trim(),
      mode: this.mode,
      close: () => this.close(),
      appearance: () => this.appearance,
      setAppearance: (change) => this.setAppearance(change),
      resetAppearance: () => {
        this.appearance = this.firstAppearance()
      },
      onCitation: (index) => this.tell('citation', { index }),
    })
    const { root } = this.panel
    root.addEventListener('keydown', (event) => this.onKey(event))
    this.place(root)
    if (this.floats) root.hidden = true
    else {
      if (this.mode !== 'inline') this.fit = fitToViewport(root, this.parentElement ?? this, true, false)
      this.panel.draw()
    }
    shadow.append(root)
    const { waiting } = this
    this.waiting = null
    if (waiting !== null) this.open(waiting.question, waiting.opener)
  }

  private place(root: HTMLElement): void {
    root.setAttribute('role', this.floats ? 'dialog' : 'region')
    if (this.floats) root.setAttribute('aria-modal', 'false')
    const pixels = (value: string | null): string | null =>
      value === null || !/^-?\d+$/.test(value) ? null : `${value}px`
    const settings: [string, string | null][] = [
      ['--lc-x', pixels(this.getAttribute('offset-x'))],
      ['--lc-y', pixels(this.getAttribute('offset-y'))],
      ['--lc-z', /^\d+$/.test(this.getAttribute('z') ?? '') ? this.getAttribute('z') : null],
    ]
    const color = this.getAttribute('color') ?? ''
    if (/^#[0-9a-f]{6}$/i.test(color)) settings.push(['--primary', color], ['--on-primary', textColorOn(color)])
    for (const [property, value] of settings) if (value !== null) root.style.setProperty(property, value)
  }

  private tearDown(): void {
    this.fit?.release()
    this.fit = null
    this.connection?.dispose()
    this.connection = null
    this.panel?.dispose()
    this.panel?.root.remove()
    this.panel = null
    this.announced = false
  }

  private changed(): void {
    const panel = this.panel
    if (panel === null) return
    if (!panel.root.hidden) panel.changed()
    const link = this.connection?.connection()
    if (link?.phase === 'ready' && !this.announced) {
      this.announced = true
      this.tell('ready', {})
    }
    if (link?.phase === 'ended' && this.announced) {
      this.announced = false
      this.tell('error', { code: link.terminalCode })
    }
  }

  private answered(turnId: string): void {
    const turn = this.connection?.conversation().turns.find((candidate) => candidate.turnId === turnId)
    const answer = turn?.answer
    if (turn === undefined || answer === undefined || answer === null) return
    if (!this.isOpen) this.countUnread(this.unread + 1)
    this.tell('answer', { turnId, outcome: answer.ending?.outcome, length: answer.text.length })
  }

  /** How many answers have come while the panel was closed: the launcher shows it. */
  private countUnread(count: number): void {
    if (count === this.unread) return
    this.unread = count
    this.tell('unread', { count, text: count === 0 ? '' : (this.language?.texts.unread(count) ?? '') })
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return
    if (this.panel?.closeSheet() === true) {
      event.stopPropagation()
    } else if (this.floats) {
      event.stopPropagation()
      this.close()
    }
  }

  private setAppearance(change: Partial<Appearance>): void {
    const scale =
      change.elder === undefined ? {} : { scale: change.elder ? Math.max(ELDER_SCALE, this.appearance.scale) : 1 }
    this.appearance = { ...this.appearance, ...scale, ...change }
    // The next visitor at a public screen has eyes of their own.
    if (this.mode !== 'kiosk') keepAppearance(pageStorage('localStorage'), this.appearance)
    this.panel?.draw()
  }

  private firstAppearance(): Appearance {
    const stored = this.mode === 'kiosk' ? null : storedAppearance(pageStorage('localStorage'))
    const theme = this.getAttribute('theme')
    const system = theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches
    const elder = stored?.elder ?? (this.hasAttribute('elder') && this.getAttribute('elder') !== 'false')
    return {
      elder,
      scale: stored?.scale ?? (elder ? ELDER_SCALE : this.mode === 'kiosk' ? 1.5 : 1),
      dark: stored?.dark ?? (theme === 'dark' || system),
      contrast: stored?.contrast ?? matchMedia('(prefers-contrast: more)').matches,
    }
  }

  private nonceText(): string | null {
    return this.nonce !== undefined && this.nonce !== '' ? this.nonce : this.getAttribute('nonce')
  }

  private tell(name: string, detail: Record<string, unknown>): void {
    this.dispatchEvent(
      new CustomEvent(`lecturer-chat-${name}`, {
        bubbles: true,
        composed: true,
        detail: { persona: this.persona, ...detail },
      }),
    )
  }
}
