import type { AvatarDriver } from './avatar-driver.ts'
import { kindOf, loadDriver } from './choose-driver.ts'
import { FaceFailure, type FaceFault } from './face-fault.ts'
import { createGovernor } from './governor.ts'
import { CLOSED, type Mouth } from './mouth.ts'
import { followMouth } from './mouth-motion.ts'
import { type Expression, followPose, poseOf, withLife } from './pose.ts'
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
  static readonly observedAttributes = ['avatar', 'label']

  /** What is heard now; null is silence. */
  source: (() => Moment | null) | null = null
  /** Moves the mouth against the sound (ms, positive: earlier), for headphones that are late. */
  offsetMs = 0
  /** Keeps the mouth in one shape, whatever is heard; null lets it speak. */
  held: Mouth | null = null

  private driver: AvatarDriver | null = null
  private loading: AbortController | null = null
  private readonly caption = document.createElement('span')
  private readonly governor = createGovernor()
  private readonly seed = Math.random() * 10
  private mouth: Mouth = CLOSED
  private pose = poseOf('neutral')
  private wanted: Expression = 'neutral'
  private talk = 0
  private drawnAt = 0
  private frame = 0
  private inView = true
  private watcher: IntersectionObserver | null = null
  private motion: MediaQueryList | null = null

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.build()
    this.caption.textContent = this.getAttribute('label') ?? 'AI'
    if (this.caption.parentNode !== root) root.append(this.caption)
    this.setAttribute('aria-hidden', 'true')
    this.motion = matchMedia('(prefers-reduced-motion: reduce)')
    this.motion.addEventListener('change', this.onVisibility)
    document.addEventListener('visibilitychange', this.onVisibility)
    if (typeof IntersectionObserver === 'function') {
      this.watcher = new IntersectionObserver((entries) => {
        this.inView = entries[entries.length - 1]?.isIntersecting !== false
        this.onVisibility()
      })
      this.watcher.observe(this)
    }
    this.choose()
  }

  disconnectedCallback(): void {
    this.motion?.removeEventListener('change', this.onVisibility)
    document.removeEventListener('visibilitychange', this.onVisibility)
    this.watcher?.disconnect()
    this.loading?.abort()
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.driver?.dispose()
    this.driver = null
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'label') this.caption.textContent = after ?? 'AI'
    else this.choose()
  }

  get expression(): Expression {
    return this.wanted
  }

  set expression(expression: Expression) {
    if (expression === this.wanted) return
    this.wanted = expression
    if (this.isStill) this.drawStill()
  }

  /** Which kind of face is shown. */
  get face(): Pick<AvatarDriver, 'kind' | 'limits'> | null {
    return this.driver
  }

  /** The mouth as it was last drawn. */
  get shownMouth(): Mouth {
    return this.mouth
  }

  /** Closes the mouth in the same instant, without waiting for the next frame. */
  hush(): void {
    this.mouth = CLOSED
    this.talk = 0
    this.driver?.draw({ mouth: CLOSED, pose: this.pose })
  }

  private get isStill(): boolean {
    return this.motion?.matches === true
  }

  private build(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' })
    this.caption.className = 'label'
    if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(CSS)
      root.adoptedStyleSheets = [sheet]
    } else {
      const style = document.createElement('style')
      const nonce = this.getAttribute('nonce')
      if (nonce !== null) style.setAttribute('nonce', nonce)
      style.textContent = CSS
      ;(root as ShadowRoot).append(style)
    }
    return root
  }

  private choose(): void {
    this.loading?.abort()
    const avatar = this.getAttribute('avatar')
    if (avatar === null) return
    const kind = kindOf(avatar)
    const abort = new AbortController()
    this.loading = abort
    const load = (wanted: string): Promise<void> =>
      loadDriver(wanted, abort.signal).then((driver) => {
        if (abort.signal.aborted || !this.isConnected) driver.dispose()
        else this.show(driver)
      })
    const failed = (error: unknown): void => {
      if (!abort.signal.aborted) this.tell('fallback', error instanceof FaceFailure ? error.fault : 'broken')
    }
    // A drawn face first; what takes long to load takes its place.
    const drawn = load(kind === 'drawing' ? avatar : '')
    if (kind === 'drawing') drawn.catch(failed)
    else
      drawn
        .catch(() => {})
        .then(() => load(avatar))
        .catch(failed)
  }

  private show(driver: AvatarDriver): void {
    this.driver?.dispose()
    this.driver = driver
    this.shadowRoot?.insertBefore(driver.element, this.caption.parentNode === this.shadowRoot ? this.caption : null)
    this.drawStill()
    this.tell('ready', null)
    this.onVisibility()
  }

  private drawStill(): void {
    if (this.isStill) this.pose = poseOf(this.wanted)
    this.driver?.draw({ mouth: this.isStill ? (this.held ?? CLOSED) : this.mouth, pose: this.pose })
  }

  private readonly onVisibility = (): void => {
    const runs = this.driver !== null && this.inView && document.visibilityState !== 'hidden' && !this.isStill
    if (runs && this.frame === 0) {
      this.governor.rest()
      this.frame = requestAnimationFrame(this.onFrame)
    } else if (!runs) {
      cancelAnimationFrame(this.frame)
      this.frame = 0
      this.mouth = CLOSED
      this.drawStill()
    }
  }

  private readonly onFrame = (now: number): void => {
    this.frame = requestAnimationFrame(this.onFrame)
    if (!this.governor.frame(now)) return
    const dt = Math.max(0, now - this.drawnAt)
    this.drawnAt = now
    const moment = this.source?.() ?? null
    this.talk += ((moment?.voiced === true ? 1 : 0) - this.talk) * Math.min(1, dt / 300)
    this.pose = followPose(this.pose, this.wanted, dt)
    this.mouth = this.held ?? followMouth(this.mouth, moment, this.offsetMs, dt)
    this.driver?.draw({ mouth: this.mouth, pose: withLife(this.pose, now, this.seed, this.talk) })
  }

  private tell(name: 'ready' | 'fallback', reason: FaceFault | null): void {
    this.dispatchEvent(new CustomEvent(`talking-avatar-${name}`, { detail: { reason } }))
  }
}

/** Makes the tag known, once a page. */
export function defineTalkingAvatar(): void {
  if (customElements.get('talking-avatar') === undefined) customElements.define('talking-avatar', TalkingAvatar)
}
