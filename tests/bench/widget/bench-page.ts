/** What a measured page offers; the apps set it themselves, our own page gets it from `OURS`. */
export interface BenchHook {
  composer(): Element | null | undefined
  /** The text of the newest message. */
  lastText(): string
  ask(): void
}

export interface PageFigures {
  /** Composer there, with height, two frames later: ms since navigation began. */
  readonly usable: number | null
  /** The end of the history or of the answer is in the document, two frames later. */
  readonly shown: number | null
  readonly longTasks: readonly number[]
  readonly frameGaps: readonly number[]
}

declare global {
  interface Window {
    bench?: BenchHook
    benchFigures?: { usable: number | null; shown: number | null; longTasks: number[]; frameGaps: number[] }
    benchWatch?: (mark: string) => void
  }
}

/** Runs in every measured page before its own scripts: the same probes, so that they cost every page the same. */
export function installProbes(): void {
  const figures = { usable: null, shown: null, longTasks: [], frameGaps: [] } as NonNullable<Window['benchFigures']>
  window.benchFigures = figures
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) figures.longTasks.push(entry.duration)
  }).observe({ type: 'longtask', buffered: true })
  const afterTwoFrames = (run: () => void): void => {
    requestAnimationFrame(() => requestAnimationFrame(run))
  }
  const waitForComposer = (): void => {
    const composer = window.bench?.composer()
    if (composer && composer.getBoundingClientRect().height > 0) {
      afterTwoFrames(() => {
        figures.usable = performance.now()
      })
    } else {
      requestAnimationFrame(waitForComposer)
    }
  }
  requestAnimationFrame(waitForComposer)
  let before = 0
  const frame = (now: number): void => {
    if (before > 0) figures.frameGaps.push(now - before)
    before = now
    requestAnimationFrame(frame)
  }
  window.benchWatch = (mark) => {
    figures.shown = null
    figures.longTasks.length = 0
    figures.frameGaps.length = 0
    before = 0
    requestAnimationFrame(frame)
    const timer = setInterval(() => {
      if (window.bench?.lastText().includes(mark) !== true) return
      clearInterval(timer)
      afterTwoFrames(() => {
        figures.shown = performance.now()
      })
    }, 50)
  }
}

/** Runs in our own page: how the probes find their way in the widget. */
export function hookWidget(): void {
  const root = (): ShadowRoot | null | undefined => document.querySelector('lecturer-chat')?.shadowRoot
  window.bench = {
    composer: () => root()?.querySelector('textarea'),
    lastText: () => {
      const texts = root()?.querySelectorAll('.turn .text') ?? []
      return texts[texts.length - 1]?.textContent ?? ''
    },
    ask() {
      const input = root()?.querySelector('textarea')
      if (!input) throw new Error('no composer')
      input.value = '焊缝返工是怎么回事？'
      input.dispatchEvent(new Event('input', { bubbles: true }))
      root()?.querySelector<HTMLElement>('.send')?.click()
    },
  }
}
