import { soundContext } from './sound.ts'

/** How long a sound context may take to come alive after a tap. */
const WAKES_MS = 1_000

/** Whether a voice could be heard now. Waits a moment for a context that a tap has just woken. */
export function canSpeak(rung: 'server' | 'browser'): Promise<boolean> {
  if (rung === 'browser') {
    const activation = (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation
    return Promise.resolve(typeof speechSynthesis === 'object' && activation?.hasBeenActive !== false)
  }
  const context = soundContext()
  if (context === null || context.state === 'running') return Promise.resolve(context !== null)
  return new Promise((resolve) => {
    const done = (): void => {
      if (context.state !== 'running' && performance.now() - since < WAKES_MS) return
      clearInterval(timer)
      resolve(context.state === 'running')
    }
    const since = performance.now()
    const timer = setInterval(done, 20)
  })
}

export interface VisitorActs {
  readonly shown: () => boolean
  /** A tap or key inside the panel: sound may be unlocked here. */
  readonly onTap: () => void
  readonly onWriting: () => void
  /** The microphone, stop, a new question, closing, hiding, another tab that speaks. */
  readonly onAct: () => void
  /** The system has taken the sound away. */
  readonly onLost: () => void
}

interface WeChat {
  invoke(name: string, data: object, done: () => void): void
}

/** Watches for all that silences a voice. */
export function watchForBargeIn(root: HTMLElement, acts: VisitorActs): { start(): void; stop(): void } {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('lecturer-chat:speech') : null
  let hiding: MutationObserver | null = null
  let watched: AudioContext | null = null

  const on = (event: Event): void => {
    const target = event.composedPath()[0]
    const button = target instanceof Element ? target.closest('button') : null
    if (event.type === 'input') acts.onWriting()
    else if (event.type === 'submit') {
      acts.onAct()
      channel?.postMessage('speaks')
    } else if (button?.matches('.mic, .stopper') === true) acts.onAct()
    if (event.type === 'input') return
    if (event.type !== 'pointerdown') acts.onTap()
    const context = soundContext()
    if (context !== watched) {
      watched?.removeEventListener('statechange', onState)
      context?.addEventListener('statechange', onState)
      watched = context
    }
  }
  // A call or a locked screen leaves the context `interrupted`, which is not `suspended`.
  const onState = (): void => {
    if (acts.shown() && watched !== null && watched.state !== 'running' && watched.state !== 'closed') acts.onLost()
  }
  const onHidden = (): void => {
    if (document.visibilityState === 'hidden') acts.onAct()
  }
  const onWeChat = (): void => {
    // WeChat counts its bridge's reply as a tap; a bonus where it still does.
    const bridge = (window as { WeixinJSBridge?: WeChat }).WeixinJSBridge
    bridge?.invoke('getNetworkType', {}, acts.onTap)
  }
  const kinds = ['input', 'submit', 'pointerdown', 'click', 'keydown'] as const

  return {
    start() {
      for (const kind of kinds) root.addEventListener(kind, on, true)
      document.addEventListener('visibilitychange', onHidden)
      window.addEventListener('pagehide', acts.onAct)
      if (channel !== null) channel.onmessage = acts.onAct
      hiding = new MutationObserver(() => {
        if (root.hidden) acts.onAct()
      })
      hiding.observe(root, { attributes: true, attributeFilter: ['hidden'] })
      if ('WeixinJSBridge' in window) onWeChat()
      else if (/MicroMessenger/i.test(navigator.userAgent))
        document.addEventListener('WeixinJSBridgeReady', onWeChat, { once: true })
    },
    stop() {
      for (const kind of kinds) root.removeEventListener(kind, on, true)
      document.removeEventListener('visibilitychange', onHidden)
      window.removeEventListener('pagehide', acts.onAct)
      if (channel !== null) channel.onmessage = null
      hiding?.disconnect()
      watched?.removeEventListener('statechange', onState)
      watched = null
    },
  }
}
