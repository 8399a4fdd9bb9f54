interface Bench {
  /** Ms from the first delta of the newest turn to a sound in the graph; null where none comes in time. */
  untilAudible(withinMs: number): Promise<number | null>
  /** Types; ms until the last sample that can be heard. */
  untilSilent(): Promise<number>
  untilBrowserSpeaks(withinMs: number): Promise<boolean>
  /** Types; when that was (epoch ms). */
  typedAt(): number
  /** Ms of script of each frame that was offered, and when (ms) those came that were drawn. */
  frames(forMs: number): Promise<{ script: number[]; drawnAt: number[] }>
  type(): void
  contexts(): number
}

declare global {
  interface Window {
    avatarBench: Bench
  }
}

/** Runs in the page before its own scripts: listens before every loudspeaker and times every animation frame. */
export function listenInPage(): void {
  const POLL_MS = 2
  const LOUD = 0.004
  let contexts = 0
  let deltaAt: number | null = null
  let level = (): number => 0
  let script: number[] = []
  let drawnAt: number[] = []
  let touched = false

  const RealContext = window.AudioContext
  window.AudioContext = class extends RealContext {
    constructor(options?: AudioContextOptions) {
      super(options)
      contexts++
      const analyser = this.createAnalyser()
      analyser.fftSize = 256
      const samples = new Float32Array(256)
      const all = this.createGain()
      all.connect(analyser)
      analyser.connect(super.destination)
      Object.defineProperty(this, 'destination', { value: all })
      level = () => {
        analyser.getFloatTimeDomainData(samples)
        let most = 0
        for (const sample of samples) most = Math.max(most, Math.abs(sample))
        return most
      }
    }
  }
  const RealSocket = window.WebSocket
  window.WebSocket = class extends RealSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols)
      this.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(String(data)) as { type: string; seq?: number }
        if (frame.type === 'answer-delta' && frame.seq === 1) deltaAt = performance.now()
      })
    }
  }
  const realFrame = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (callback) =>
    realFrame((now) => {
      const from = performance.now()
      touched = false
      callback(now)
      if (touched) drawnAt.push(now)
      script.push(performance.now() - from)
    })
  const realSet = Element.prototype.setAttribute
  SVGElement.prototype.setAttribute = function setAttribute(name, value) {
    touched = true
    realSet.call(this, name, value)
  }

  const poll = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const timer = setInterval(() => {
        const found = look()
        if (found === undefined) return
        clearInterval(timer)
        resolve(found)
      }, POLL_MS)
    })
  const type = (): void => {
    const field = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('textarea')
    field?.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
  }

  window.avatarBench = {
    type,
    contexts: () => contexts,
    untilAudible(withinMs) {
      const until = performance.now() + withinMs
      return poll(() => {
        const now = performance.now()
        if (deltaAt !== null && level() > LOUD) {
          const took = now - deltaAt
          deltaAt = null
          return took
        }
        return now > until ? null : undefined
      })
    },
    untilSilent() {
      const from = performance.now()
      let last = from
      type()
      return poll(() => {
        const now = performance.now()
        if (level() > LOUD) last = now
        return now - from > 400 ? last - from : undefined
      })
    },
    untilBrowserSpeaks(withinMs) {
      const until = performance.now() + withinMs
      return poll(() => {
        const chat = document.querySelector('lecturer-chat')?.shadowRoot
        const face = chat?.querySelector('talking-avatar') as { source?: () => { voiced: boolean } | null } | null
        if (face?.source?.()?.voiced === true && speechSynthesis.speaking) return true
        return performance.now() > until ? false : undefined
      })
    },
    typedAt() {
      const at = performance.timeOrigin + performance.now()
      type()
      return at
    },
    async frames(forMs) {
      script = []
      drawnAt = []
      await new Promise((resolve) => setTimeout(resolve, forMs))
      return { script, drawnAt }
    },
  }
}
