import type { OpenDatabase } from '../db/open-database.ts'
import type { Log } from '../log.ts'

/** Counts how often each correction has answered, a moment later, so that no visitor waits for it. */
export interface HitCounter {
  note(correctionId: string): void
  /** Writes what has been counted. */
  flush(): Promise<void>
  close(): Promise<void>
}

const FLUSH_EVERY_MS = 1_000

export function createHitCounter(database: Pick<OpenDatabase, 'writer'>, log: Log): HitCounter {
  let counted = new Map<string, number>()

  async function flush(): Promise<void> {
    if (counted.size === 0) return
    const batch = counted
    counted = new Map()
    try {
      await database.writer.transaction(async (db) => {
        // In one order on all nodes, so that two that count cannot wait for each other.
        for (const [id, hits] of [...batch].sort(([left], [right]) => (left < right ? -1 : 1))) {
          await db
            .updateTable('corrections')
            .set((build) => ({ hits: build('hits', '+', hits) }))
            .where('id', '=', id)
            .execute()
        }
      })
    } catch (error) {
      for (const [id, hits] of batch) counted.set(id, (counted.get(id) ?? 0) + hits)
      throw error
    }
  }

  const timer = setInterval(() => {
    flush().catch((error) => log.warn({ err: error }, 'hits of corrections are not counted yet'))
  }, FLUSH_EVERY_MS)
  timer.unref()

  return {
    note(id) {
      counted.set(id, (counted.get(id) ?? 0) + 1)
    },
    flush,
    async close() {
      clearInterval(timer)
      await flush().catch((error) => log.warn({ err: error }, 'hits of corrections were not counted'))
    },
  }
}
