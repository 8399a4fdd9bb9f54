import type { Api } from '../api.ts'
import { ApiError } from '../api.ts'

/** Well within the ten minutes that the server gives. */
const RENEW_MS = 4 * 60_000

export interface Lease {
  release(): void
}

/** Tells the others who is at a turn, as long as it is open. `onTaken` is called where somebody else holds it. */
export function openLease(api: Api, answerId: string, onTaken: () => void): Lease {
  let held = false
  let over = false
  const path = `/turns/${answerId}/lease`
  const take = () =>
    api.post(path).then(
      () => {
        held = true
        if (over) give()
      },
      (error: unknown) => {
        if (!over && error instanceof ApiError && error.code === 'being-worked-on') onTaken()
      },
    )
  const give = () => {
    if (!held) return
    held = false
    api.remove(path).catch(() => undefined)
  }
  void take()
  const timer = setInterval(() => void take(), RENEW_MS)
  return {
    release() {
      over = true
      clearInterval(timer)
      give()
    },
  }
}
