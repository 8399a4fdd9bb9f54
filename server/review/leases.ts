import type { Account } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { lockItems } from './queue-rows.ts'
import { type ReviewContext, requireItem } from './review-context.ts'

/** How long somebody who opened a turn keeps it without saying so again. */
export const LEASE_MS = 10 * 60_000

export interface HeldItem {
  readonly leased_by: string | null
  readonly leased_name: string | null
  readonly leased_until: number | null
}

export function isHeldByAnother({ leased_by, leased_until }: HeldItem, account: Account, now: number): boolean {
  return leased_by !== null && leased_by !== account.id && leased_until !== null && leased_until > now
}

/** Throws `being-worked-on`, with the name, where another account works on the item. */
export function requireFree(item: HeldItem, account: Account, now: number): void {
  if (isHeldByAnother(item, account, now)) throw new ProtocolError('being-worked-on', item.leased_name ?? undefined)
}

/** Takes or renews the lease of a turn. Throws `being-worked-on` or `not-found`. Returns until when it holds. */
export async function takeLease(
  context: ReviewContext,
  account: Account,
  answerId: string,
): Promise<{ until: number }> {
  return await context.database.writer.transaction(async (db) => {
    await requireItem(db, account, answerId)
    const [item] = await lockItems(db, [answerId])
    if (item === undefined) throw new ProtocolError('not-found')
    const now = context.now()
    requireFree(item, account, now)
    const until = now + LEASE_MS
    await db
      .updateTable('review_items')
      .set({ leased_by: account.id, leased_name: account.name, leased_until: until })
      .where('answer_id', '=', answerId)
      .execute()
    return { until }
  })
}

/** Gives the lease back; another's stays as it is. Returns until when the turn is leased now. Throws `not-found`. */
export async function dropLease(
  context: ReviewContext,
  account: Account,
  answerId: string,
): Promise<{ until: number }> {
  return await context.database.writer.transaction(async (db) => {
    const item = await requireItem(db, account, answerId)
    if (item.leased_by !== account.id) return { until: item.leased_until ?? 0 }
    await db
      .updateTable('review_items')
      .set({ leased_by: null, leased_name: null, leased_until: null })
      .where('answer_id', '=', answerId)
      .where('leased_by', '=', account.id)
      .execute()
    return { until: 0 }
  })
}
