import { visiblePersonas } from '../accounts/access.ts'
import type { Log } from '../log.ts'
import type { Account } from '../protocol/console-account.ts'
import type { NewDecision, QueueFilter, QueuePage, TurnDetail } from '../protocol/console-queue.ts'
import { backfillQueue } from './backfill.ts'
import { type Decided, decide, undo } from './decide.ts'
import { dropLease, takeLease } from './leases.ts'
import { atPresent } from './queue-filter.ts'
import { readQueuePage } from './queue-page.ts'
import type { ReviewContext } from './review-context.ts'
import { createSavedViews, type SavedViews } from './saved-views.ts'
import { readTurnDetail } from './turn-detail.ts'

/** The review of answers, as each account may see it. */
export interface Review {
  queue(account: Account, filter: QueueFilter): Promise<QueuePage>
  turn(account: Account, answerId: string, filter: QueueFilter): Promise<TurnDetail>
  decide(account: Account, answerId: string, decision: NewDecision): Promise<Decided>
  undo(account: Account, answerId: string, decisionId: string): Promise<{ revision: number }>
  takeLease(account: Account, answerId: string): Promise<{ until: number }>
  dropLease(account: Account, answerId: string): Promise<{ until: number }>
  readonly views: SavedViews
  /** Ends what runs in the background. */
  close(): Promise<void>
}

/** Opens the review; turns of older versions get their rows in the background. */
export function openReview(context: ReviewContext & { readonly log: Log }): Review {
  const { database, now, personaName, log } = context
  const closing = new AbortController()
  const backfill = backfillQueue(database, closing.signal).then(
    (turns) => {
      if (turns > 0) log.info({ turns }, 'older turns were put into the review queue')
    },
    (error) => log.error({ err: error }, 'older turns could not be put into the review queue'),
  )
  return {
    async queue(account, filter) {
      const at = now()
      const personas = visiblePersonas(account)
      return await readQueuePage(database, { filter: atPresent(filter, at), personas, now: at, personaName })
    },
    turn: async (account, answerId, filter) =>
      await readTurnDetail(context, account, answerId, atPresent(filter, now()), visiblePersonas(account)),
    decide: (account, answerId, decision) => decide(context, account, answerId, decision),
    undo: (account, answerId, decisionId) => undo(context, account, answerId, decisionId),
    takeLease: (account, answerId) => takeLease(context, account, answerId),
    dropLease: (account, answerId) => dropLease(context, account, answerId),
    views: createSavedViews(context),
    close: async () => {
      closing.abort()
      await backfill
    },
  }
}
