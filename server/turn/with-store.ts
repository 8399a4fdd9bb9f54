import { ProtocolError } from '../protocol/errors.ts'

/** How long an answer waits for a database that went away before it is given up. */
export const STORE_RETRY_MS = [50, 200, 500, 1_000, 2_000, 4_000, 8_000]

/** Repeats a write while the database is away: what was accepted is not given up for a short outage. */
export async function withStore<T>(operation: () => Promise<T>): Promise<T> {
  for (const delay of STORE_RETRY_MS) {
    try {
      return await operation()
    } catch (error) {
      if (!(error instanceof ProtocolError && error.code === 'store-unavailable')) throw error
      await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
  return operation()
}
