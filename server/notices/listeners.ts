import type { Log } from '../log.ts'
import type { SiteNotice } from './notices.ts'

/** The listeners of this node. */
export interface Listeners {
  /** Returns the function that takes the listener off; calling it again does nothing. */
  add(listener: (notice: SiteNotice) => void): () => void
  /** Calls every listener that is on the list now; one that throws is logged and does not stop the others. */
  tell(notice: SiteNotice): void
  clear(): void
}

/** An empty list of listeners. */
export function createListeners(log?: Pick<Log, 'error'>): Listeners {
  const entries = new Set<{ readonly listener: (notice: SiteNotice) => void }>()
  return {
    add(listener) {
      const entry = { listener }
      entries.add(entry)
      return () => {
        entries.delete(entry)
      }
    },
    tell(notice) {
      for (const entry of [...entries]) {
        if (!entries.has(entry)) continue
        try {
          entry.listener(notice)
        } catch (error) {
          log?.error({ err: error, kind: notice.kind }, 'A listener to site notices threw')
        }
      }
    },
    clear: () => entries.clear(),
  }
}
