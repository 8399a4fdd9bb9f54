import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLOSE_CODES } from '../../../server/protocol/close-codes.ts'
import {
  BACKOFF_CAP_MS,
  backoffMs,
  CONNECT_TIMEOUT_MS,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  connectionStep,
  idleConnection,
  nextDeadline,
  SILENCE_LIMIT_MS,
  TERMINAL_CODES,
} from '../../../web-widget/connection/connection-state.ts'

/** Runs events one after the other; each may say how much later it happens. */
function run(
  events: readonly (ConnectionEvent & { after?: number })[],
  from: ConnectionState = idleConnection(0),
): { state: ConnectionState; effects: ConnectionEffect[]; now: number } {
  let state = from
  let now = from.phaseSince
  const effects: ConnectionEffect[] = []
  for (const event of events) {
    now += event.after ?? 0
    const step = connectionStep(state, event, now, 0.5)
    state = step.state
    if (step.effect !== 'none') effects.push(step.effect)
  }
  return { state, effects, now }
}

const ready = run([{ type: 'start' }, { type: 'opened' }, { type: 'ready', heartbeatMs: 15_000 }])
const refused: ConnectionEvent[] = [{ type: 'closed', code: 1006 }]

describe('the connection', () => {
  it('knows the same terminal codes as the server', () => {
    const terminal = Object.entries(CLOSE_CODES).flatMap(([code, { terminal: ends }]) => (ends ? [Number(code)] : []))
    expect([...TERMINAL_CODES].sort()).toEqual(terminal.sort())
  })

  it('opens a session once the carrier is open', () => {
    expect(ready.effects).toEqual(['connect', 'open-session'])
    expect(ready.state).toMatchObject({ phase: 'ready', lostAt: null, attempt: 0 })
  })

  it('stays away after a terminal code, whatever happens, until it is started again', () => {
    for (const code of TERMINAL_CODES) {
      const ended = run([{ type: 'closed', code }], ready.state)
      const later = run(
        [
          { type: 'visibility', visible: true, after: 60_000 },
          { type: 'network', online: false },
          { type: 'network', online: true },
          { type: 'tick', after: 60_000 },
        ],
        ended.state,
      )
      expect(later.effects).toEqual([])
      expect(later.state.terminalCode).toBe(code)
      expect(run([{ type: 'start' }], later.state).effects).toEqual(['connect'])
    }
  })

  it('falls back to events after three upgrades that failed, and tries a socket in between when that fails too', () => {
    let state = run([{ type: 'start' }]).state
    const carriers: string[] = [state.carrier]
    for (let attempt = 0; attempt < 6; attempt++) {
      state = run(refused, state).state
      const waited = nextDeadline(state) ?? 0
      state = connectionStep(state, { type: 'tick' }, waited, 0.5).state
      carriers.push(state.carrier)
    }
    expect(carriers).toEqual(['socket', 'socket', 'socket', 'events', 'socket', 'events', 'socket'])
  })

  it('waits with full jitter, never longer than the cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const wait = backoffMs(attempt, random)
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThanOrEqual(Math.min(BACKOFF_CAP_MS, 500 * 2 ** Math.min(attempt - 1, 16)))
        },
      ),
    )
    expect(backoffMs(1, 0)).toBe(0)
  })

  it('comes back at once when the page is seen again, and not at all while it is hidden', () => {
    const hidden = run(
      [
        { type: 'visibility', visible: false },
        { type: 'closed', code: 1006 },
      ],
      ready.state,
    )
    expect(nextDeadline(hidden.state)).toBeNull()
    expect(run([{ type: 'tick', after: 600_000 }], hidden.state).effects).toEqual([])
    expect(run([{ type: 'visibility', visible: true }], hidden.state).effects).toEqual(['connect'])
  })

  it('replaces a socket that was silent for 35 seconds, or that slept through a heartbeat', () => {
    const silent = run([{ type: 'tick', after: SILENCE_LIMIT_MS - 1 }], ready.state)
    expect(silent.effects).toEqual([])
    expect(run([{ type: 'tick', after: SILENCE_LIMIT_MS }], ready.state).effects).toEqual(['connect'])
    expect(run([{ type: 'visibility', visible: true, after: 16_000 }], ready.state).effects).toEqual([])
    expect(run([{ type: 'visibility', visible: true, after: 18_000 }], ready.state).effects).toEqual(['connect'])
  })

  it('does not believe a socket after ten seconds out of sight or asleep', () => {
    const away = (after: number) =>
      run(
        [
          { type: 'visibility', visible: false },
          { type: 'heard', after: after - 1_000 },
          { type: 'visibility', visible: true, after: 1_000 },
        ],
        ready.state,
      ).effects
    expect(away(9_000)).toEqual([])
    expect(away(11_000)).toEqual(['connect'])
    expect(run([{ type: 'woke' }], ready.state).effects).toEqual(['connect'])
    expect(run([{ type: 'visibility', visible: false }, { type: 'woke' }], ready.state).effects).toEqual([])
  })

  it('replaces the socket when the network came back', () => {
    const gone = run([{ type: 'network', online: false }], ready.state)
    expect(gone.effects).toEqual([])
    expect(run([{ type: 'network', online: true }], gone.state).effects).toEqual(['connect'])
  })

  it('gives up on an upgrade that hangs, and tries the fallback next', () => {
    const hung = run([{ type: 'start' }, { type: 'tick', after: CONNECT_TIMEOUT_MS }])
    expect(hung.effects).toEqual(['connect', 'disconnect'])
    expect(hung.state).toMatchObject({ phase: 'waiting', failedUpgrades: 3 })
    // The visitor has the fallback within 8 s, however the wait is drawn.
    for (const random of [0, 0.5, 0.999]) {
      const waiting = connectionStep(run([{ type: 'start' }]).state, { type: 'tick' }, CONNECT_TIMEOUT_MS, random).state
      const again = nextDeadline(waiting) ?? Number.NaN
      expect(again).toBeLessThanOrEqual(8_000)
      expect(connectionStep(waiting, { type: 'tick' }, again, random).state.carrier).toBe('events')
    }
  })

  it('leaves a draining server after the time that it named', () => {
    const draining = run([{ type: 'drain', afterMs: 2_000 }], ready.state)
    expect(draining.state.phase).toBe('ready')
    const deadline = nextDeadline(draining.state) ?? 0
    expect(deadline).toBeGreaterThanOrEqual(ready.now + 2_000)
    expect(connectionStep(draining.state, { type: 'tick' }, deadline, 0.5).effect).toBe('connect')
  })

  it('always has a way on: no order of events leaves it waiting for nothing', () => {
    const event: fc.Arbitrary<ConnectionEvent> = fc.oneof(
      fc.constantFrom<ConnectionEvent>({ type: 'start' }, { type: 'opened' }, { type: 'heard' }, { type: 'tick' }),
      fc.record({ type: fc.constant('ready' as const), heartbeatMs: fc.integer({ min: 1, max: 60_000 }) }),
      fc.record({ type: fc.constant('closed' as const), code: fc.constantFrom(1000, 1006, 1012, 4008, 4009, 4429) }),
      fc.constant<ConnectionEvent>({ type: 'woke' }),
      fc.record({ type: fc.constant('visibility' as const), visible: fc.boolean() }),
      fc.record({ type: fc.constant('network' as const), online: fc.boolean() }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(40_000)), { maxLength: 40 }), (events) => {
        const mixed = run([{ type: 'start' }, ...events.map(([one, after]) => ({ ...one, after }))])
        const back = run(
          [
            { type: 'visibility', visible: true },
            { type: 'network', online: true },
          ],
          { ...mixed.state, phaseSince: mixed.now },
        ).state
        expect(back.phase).not.toBe('idle')
        expect(nextDeadline(back)).not.toBeNull()
      }),
    )
  })
})
