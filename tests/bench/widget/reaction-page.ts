/** What a visitor does, or hears, until the page shows it; each in ms, one figure a repetition. */
export interface Reactions {
  /** From the tap on 发送 to the own bubble. */
  readonly ownBubble: number[]
  /** From `turn-accepted` to the lecturer's bubble that waits. */
  readonly waitingBubble: number[]
  /** From the tap on 停止 until the field is ready again and the answer bears that it was stopped. */
  readonly idle: number[]
}

declare global {
  interface Window {
    /** When the newest `turn-accepted` came, by `performance.now()`. */
    benchAcceptedAt?: number | null
    benchReactions?: (repetitions: number) => Promise<Reactions>
  }
}

/** Runs in our page before its own scripts: asks and stops again and again, and measures until the painted frame. */
export function installReactions(): void {
  window.benchAcceptedAt = null
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols)
      // Registered first, so it hears a frame before the panel does.
      this.addEventListener('message', ({ data }) => {
        if (String(data).includes('"turn-accepted"')) window.benchAcceptedAt = performance.now()
      })
    }
  }

  const all = (selector: string): Element[] => [
    ...(document.querySelector('lecturer-chat')?.shadowRoot?.querySelectorAll(selector) ?? []),
  ]
  const isSeen = (element: Element | null | undefined): boolean => (element?.getBoundingClientRect().height ?? 0) > 0
  /** Resolves in a task after the frame in which it came true: that frame is painted. */
  const painted = (isTrue: () => boolean): Promise<number> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isTrue()) {
          requestAnimationFrame(look)
          return
        }
        const after = new MessageChannel()
        after.port1.onmessage = () => resolve(performance.now())
        after.port2.postMessage(null)
      }
      requestAnimationFrame(look)
    })
  const button = (): HTMLElement | undefined => all('.send')[0] as HTMLElement | undefined
  const stops = (): boolean => button()?.classList.contains('stopper') === true

  const once = async (at: number): Promise<[number, number, number]> => {
    const words = `第 ${at} 问：先想想`
    const input = all('textarea')[0] as HTMLTextAreaElement
    input.value = words
    input.dispatchEvent(new Event('input', { bubbles: true }))
    const newest = (selector: string): Element | undefined => all(`.turn ${selector}`).at(-1)
    const isOwn = (): boolean => newest('.mine .bubble')?.textContent === words && isSeen(newest('.mine .bubble'))
    window.benchAcceptedAt = null
    const sent = performance.now()
    const bubble = painted(isOwn)
    const waiting = painted(
      () => window.benchAcceptedAt !== null && isOwn() && isSeen(all('.turn').at(-1)?.querySelector('.thinking p')),
    )
    button()?.click()
    const own = (await bubble) - sent
    const waited = (await waiting) - (window.benchAcceptedAt ?? Number.NaN)
    await painted(() => stops() && isSeen(newest('.text')))
    const tapped = performance.now()
    const idle = painted(() => !stops() && isSeen(all('.turn').at(-1)?.querySelector('.ending')))
    button()?.click()
    return [own, waited, (await idle) - tapped]
  }

  window.benchReactions = async (repetitions) => {
    const figures: Reactions = { ownBubble: [], waitingBubble: [], idle: [] }
    for (let at = 0; at < repetitions; at++) {
      const [own, waited, idle] = await once(at)
      figures.ownBubble.push(own)
      figures.waitingBubble.push(waited)
      figures.idle.push(idle)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    return figures
  }
}
