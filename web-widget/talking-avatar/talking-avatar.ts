import { addStyles } from '../parts/add-styles.ts'
import { h } from '../parts/dom.ts'
import type { AvatarDriver } from './avatar-driver.ts'
import { kindOf, loadDriver } from './choose-driver.ts'
import { FaceFailure, type FaceFault } from './face-fault.ts'
import { createFaceLoop, type FaceLoop } from './face-loop.ts'
import type { Mouth } from './mouth.ts'
import type { Expression } from './pose.ts'
import type { Moment } from './speech-player.ts'

/** The styles of the element's own shadow root. */
const CSS = `
:host{display:block;position:relative;overflow:hidden;border-radius:12%;width:96px;height:96px;contain:strict}
.face{display:block;width:100%;height:100%;object-fit:cover}
.label{position:absolute;left:0;right:0;bottom:0;font:600 max(11px,7%)/1.35 system-ui,sans-serif;text-align:center;
color:#fff;background:rgba(0,0,0,.66);padding:1px 2px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}`

/**
 * `<talking-avatar>`: a face that speaks what its `source` says is heard. Attributes: `avatar` (a character's name, or
 * the address of a picture or a VRM figure) and `label`, the AI label, which lies over every face. Events:
 * `talking-avatar-fallback` with `detail.reason` where the wished face cannot be shown, and `talking-avatar-ready`.
 */
export class TalkingAvatar extends HTMLElement {
  static get observedAttributes(): string[] {
    return ['avatar', 'label']
  }

  /** What is heard now; null is silence. */
  declare source: (() => Moment | null) | null
  /** Moves the mouth against the sound (ms, positive: earlier), for headphones that are late. */
  declare offsetMs: number
  /** Keeps the mouth in one shape, whatever is heard; null lets it speak. */
  declare held: Mouth | null

  declare private wanted: Expression
  declare private loading: AbortController
  declare private readonly caption: HTMLElement
  declare private readonly loop: FaceLoop

  constructor() {
    super()
    this.source = null
    this.offsetMs = 0
    this.held = null
    this.wanted = 'neutral'
    this.loading = new AbortController()
    this.caption = h('span', { class: 'label' })
    this.loop = createFaceLoop(this)
  }

  connectedCallback(): void {
    if (this.shadowRoot === null) {
      const root = this.attachShadow({ mode: 'open' })
      addStyles(root, CSS, this.getAttribute('nonce'))
      root.append(this.caption)
    }
    this.setAttribute('aria-hidden', 'true')
    this.name()
    this.loop.start()
    void this.choose()
  }

  disconnectedCallback(): void {
    this.loading.abort()
    this.loop.stop()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'label') this.name()
    else void this.choose()
  }

  get expression(): Expression {
    return this.wanted
  }

  set expression(expression: Expression) {
    if (expression === this.wanted) return
    this.wanted = expression
    this.loop.drawStill()
  }

  /** Which kind of face is shown. */
  get kind(): AvatarDriver['kind'] | undefined {
    return this.loop.driver?.kind
  }

  /** The mouth as it was last drawn. */
  get shownMouth(): Mouth {
    return this.loop.mouth
  }

  /** Closes the mouth in the same instant, without waiting for the next frame. */
  hush(): void {
    this.loop.hush()
  }

  private name(): void {
    this.caption.textContent = this.getAttribute('label') ?? 'AI'
  }

  private async choose(): Promise<void> {
    this.loading.abort()
    const avatar = this.getAttribute('avatar')
    if (avatar === null) return
    this.loading = new AbortController()
    const { signal } = this.loading
    const load = async (wanted: string): Promise<void> => {
      const driver = await loadDriver(wanted, signal)
      if (signal.aborted) return driver.dispose()
      this.caption.before(driver.element)
      this.loop.show(driver)
      this.tell('ready', null)
    }
    try {
      // A drawn face first; what takes long to load takes its place.
      if (kindOf(avatar) !== 'drawing') await load('').catch(() => {})
      await load(avatar)
    } catch (error) {
      if (!signal.aborted) this.tell('fallback', error instanceof FaceFailure ? error.fault : 'broken')
    }
  }

  private tell(name: 'ready' | 'fallback', reason: FaceFault | null): void {
    this.dispatchEvent(new CustomEvent(`talking-avatar-${name}`, { detail: { reason } }))
  }
}

/** Makes the tag known, once a page. */
export function defineTalkingAvatar(): void {
  if (customElements.get('talking-avatar') === undefined) customElements.define('talking-avatar', TalkingAvatar)
}
