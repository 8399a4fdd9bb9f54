import { existsSync, readFileSync } from 'node:fs'
import type { Browser, CDPSession } from 'playwright-core'

/** How the main thread's time is read. `schedstat` counts only time on a processor, so a busy machine does not spoil it. */
export type CpuSource = 'schedstat' | 'TaskDuration'

export const CPU_SOURCE: CpuSource = existsSync('/proc/self/schedstat') ? 'schedstat' : 'TaskDuration'

export interface MainThreadClock {
  /** Milliseconds that the page's main thread has worked since the clock was made. */
  read(): Promise<number>
}

/**
 * A clock of a page's main thread. With `schedstat` it watches every renderer of the browser and takes the one that
 * worked most, so the page must be the browser's only busy one.
 */
export async function startClock(browser: Browser, page: CDPSession): Promise<MainThreadClock> {
  if (CPU_SOURCE === 'TaskDuration') {
    const task = async (): Promise<number> => (await metric(page, 'TaskDuration')) * 1_000
    const began = await task()
    return { read: async () => (await task()) - began }
  }
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => ({ id, began: onCpu(id) }))
  return { read: async () => Math.max(...renderers.map(({ id, began }) => onCpu(id) - began)) }
}

/** One of `Performance.getMetrics`, in the unit that Chromium gives. */
export async function metric(page: CDPSession, name: string): Promise<number> {
  const { metrics } = await page.send('Performance.getMetrics')
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN
}

/** Milliseconds on a processor of a process's main thread; 0 for a process that is gone. */
function onCpu(id: number): number {
  try {
    return Number(readFileSync(`/proc/${id}/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return 0
  }
}
