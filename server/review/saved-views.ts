import { randomUUID } from 'node:crypto'
import type { Account } from '../protocol/console-account.ts'
import type { QueueFilter, SavedView } from '../protocol/console-queue.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { atPresent } from './queue-filter.ts'
import type { ReviewContext } from './review-context.ts'

const MOST_VIEWS = 50

/** An account's own views of the queue, by name. */
export interface SavedViews {
  list(account: Account): Promise<SavedView[]>
  /** Throws `not-possible` where the account has too many, `bad-request` for a period that is none. */
  save(account: Account, name: string, filter: QueueFilter): Promise<SavedView>
  /** Throws `not-found`. */
  remove(account: Account, id: string): Promise<void>
}

export function createSavedViews({ database, now }: ReviewContext): SavedViews {
  const { kysely, writer } = database
  return {
    list: async (account) => {
      const rows = await kysely
        .selectFrom('saved_views')
        .select(['id', 'name', 'filter'])
        .where('account_id', '=', account.id)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return rows.map(({ id, name, filter }) => ({ id, name, filter: JSON.parse(filter) as QueueFilter }))
    },
    save: async (account, name, filter) => {
      atPresent(filter, now())
      return await writer.transaction(async (db) => {
        const { count } = await db
          .selectFrom('saved_views')
          .select((build) => build.fn.countAll<number>().as('count'))
          .where('account_id', '=', account.id)
          .executeTakeFirstOrThrow()
        if (count >= MOST_VIEWS) throw new ProtocolError('not-possible', `There may be ${MOST_VIEWS} saved views.`)
        // Where a page was does not belong to what is looked at.
        const { cursor: _cursor, limit: _limit, ...kept } = filter
        const view = { id: randomUUID(), name, filter: kept }
        await db
          .insertInto('saved_views')
          .values({ ...view, account_id: account.id, filter: JSON.stringify(kept), created_at: now() })
          .execute()
        return view
      })
    },
    remove: async (account, id) => {
      const result = await writer.statement((db) =>
        db.deleteFrom('saved_views').where('id', '=', id).where('account_id', '=', account.id).executeTakeFirst(),
      )
      if (result.numDeletedRows === 0n) throw new ProtocolError('not-found')
    },
  }
}
