import type { Transcripts } from './transcripts.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export interface RetentionOptions {
  /** Sessions last used longer ago than this many days lose their words. */
  readonly days: number
  readonly intervalMs: number
  readonly now?: () => number
  /** Told how many sessions were forgotten, or that a round failed (the next round tries again). */
  readonly log: RetentionLog
}

export interface RetentionLog {
  info(details: object, message: string): void
  error(details: object, message: string): void
}

/** Forgets old sessions now and every `intervalMs`; rounds never overlap. Returns how to stop it. */
export function startRetention(
  transcripts: Pick<Transcripts, 'forgetOlderThan'>,
  { days, intervalMs, now = Date.now, log }: RetentionOptions,
): () => void {
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function round(): Promise<void> {
    try {
      const sessions = await transcripts.forgetOlderThan(now() - days * DAY_MS)
      if (sessions > 0) log.info({ sessions }, 'Old conversations were forgotten.')
    } catch (error) {
      log.error({ err: error }, 'Old conversations could not be forgotten; trying again later.')
    }
    if (stopped) return
    timer = setTimeout(() => void round(), intervalMs)
    timer.unref()
  }

  void round()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
