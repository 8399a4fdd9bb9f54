import type { StoredSession, VisitorStore } from './visitor-store.ts'

/** A conversation that its visitor has left and that the server has yet to delete. It survives a reload. */
export interface OwedDeletion {
  session(): StoredSession | null
  /** From now on the deletion of `session` is owed. */
  owe(session: StoredSession): void
  settle(): void
  /** Counts a request that the server did not confirm; true once it is not worth another. */
  unconfirmed(): boolean
}

export function createOwedDeletion(store: Pick<VisitorStore, 'owed' | 'keepOwed'>): OwedDeletion {
  let session = store.owed()
  let unconfirmed = 0
  const keep = (next: StoredSession | null): void => {
    session = next
    unconfirmed = 0
    store.keepOwed(next)
  }
  return {
    session: () => session,
    owe: keep,
    settle: () => keep(null),
    unconfirmed: () => ++unconfirmed > 1,
  }
}
