import type { Log } from '../../log.ts'
import type { Notices } from '../../notices/notices.ts'

/** Tells every node, after the commit, that these sessions have a reply waiting. Nobody misses one where a node is not told: it is there when the visitor comes back. */
export function tellReplies(
  { notices, log }: { readonly notices: Notices; readonly log: Pick<Log, 'warn'> },
  sessionIds: readonly string[],
): void {
  for (const sessionId of sessionIds) {
    notices
      .publish({ kind: 'lecturer-reply', sessionId })
      .catch((error) => log.warn({ err: error }, 'other nodes were not told of a reply'))
  }
}
