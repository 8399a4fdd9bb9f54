export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit; at least 1. */
  readonly failures: number
  /** Milliseconds for which an open circuit lets nothing through. */
  readonly coolDownMs: number
  /** Milliseconds on any clock that does not run backwards. */
  readonly now?: () => number
}

export type CircuitState = 'closed' | 'open' | 'half-open'

/** Leave to make one call. The first of the three methods counts, later ones do nothing. */
export interface CircuitPermit {
  succeed(): void
  fail(): void
  /** The call says nothing about the server, for example because the visitor stopped it. */
  cancel(): void
}

export interface CircuitBreaker {
  readonly state: CircuitState
  /** Leave to make a call; null while the circuit is open, and while another call probes it. */
  enter(): CircuitPermit | null
}

/**
 * Keeps calls away from a server that fails. Closed: all calls pass; `failures` in a row open it. Open: none pass for
 * `coolDownMs`. Half-open: one probe passes; its success closes the circuit, its failure opens it again. A call that
 * was let in before the circuit changed has no say afterwards.
 * Throws RangeError where an option makes no sense.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failures, coolDownMs, now = () => performance.now() } = options
  if (!Number.isInteger(failures) || failures < 1) throw new RangeError('failures must be a whole number from 1')
  if (!(coolDownMs >= 0)) throw new RangeError('coolDownMs must be 0 or more')

  let failuresInARow = 0
  let openedAt: number | null = null
  let probing = false
  // Rises with every opening and closing, so that late calls of an earlier period are recognised.
  let period = 0

  function open(): void {
    openedAt = now()
    probing = false
    period += 1
  }

  function close(): void {
    openedAt = null
    probing = false
    failuresInARow = 0
    period += 1
  }

  function state(): CircuitState {
    if (openedAt === null) return 'closed'
    return now() - openedAt >= coolDownMs ? 'half-open' : 'open'
  }

  function permit(probe: boolean): CircuitPermit {
    const mine = period
    let settled = false
    const once = (change: () => void) => () => {
      if (settled) return
      settled = true
      if (mine === period) change()
    }
    return {
      succeed: once(() => {
        if (probe) close()
        else failuresInARow = 0
      }),
      fail: once(() => {
        failuresInARow += 1
        if (probe || failuresInARow >= failures) open()
      }),
      cancel: once(() => {
        if (probe) probing = false
      }),
    }
  }

  return {
    get state() {
      return state()
    },
    enter() {
      const current = state()
      if (current === 'closed') return permit(false)
      if (current === 'open' || probing) return null
      probing = true
      return permit(true)
    },
  }
}
