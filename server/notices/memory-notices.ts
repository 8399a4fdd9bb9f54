import type { Log } from '../log.ts'
import { createListeners } from './listeners.ts'
import type { Notices } from './notices.ts'

/** Notices of one process: listeners are called before `publish` returns. `log` hears of listeners that throw. */
export function createMemoryNotices(log?: Pick<Log, 'error'>): Notices {
  const listeners = createListeners(log)
  return {
    async publish(notice) {
      listeners.tell(notice)
    },
    subscribe: (listener) => listeners.add(listener),
    async close() {
      listeners.clear()
    },
  }
}
