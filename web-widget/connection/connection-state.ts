/** Which way the frames travel: a WebSocket, or server-sent events with posted frames. */
export type Carrier = 'socket' | 'events'

/** `opening`: the carrier is open and `session-open` was sent. `ended`: no retry, see `terminalCode`. */
export type Phase = 'idle' | 'connecting' | 'opening' | 'ready' | 'waiting' | 'ended'

export interface ConnectionState {
  readonly phase: Phase
  readonly carrier: Carrier
  /** Failures since the last `session-ready`. */
  readonly attempt: number
  /** Sockets that never opened, in a row. */
  readonly failedUpgrades: number
  readonly phaseSince: number
  readonly retryAt: number | null
  /** When the last byte came. */
  readonly heardAt: number
  /** When the connection was lost; null while there is a session. */
  readonly lostAt: number | null
  readonly heartbeatMs: number
  readonly visible: boolean
  /** Since when the page has been out of sight; null while it is seen. */
  readonly hiddenAt: number | null
  readonly online: boolean
  readonly terminalCode: number | null
}

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'opened' }
  | { readonly type: 'heard' }
  | { readonly type: 'ready'; readonly heartbeatMs: number }
  | { readonly type: 'closed'; readonly code: number }
  | { readonly type: 'tick' }
  | { readonly type: 'visibility'; readonly visible: boolean }
  /** The page did not run for a while, as when a phone or a laptop slept. */
  | { readonly type: 'woke' }
  | { readonly type: 'network'; readonly online: boolean }
  | { readonly type: 'drain'; readonly afterMs: number }
  | { readonly type: 'stop' }

/** `connect` replaces whatever is open; `disconnect` closes it. */
export type ConnectionEffect = 'connect' | 'disconnect' | 'open-session' | 'none'

export interface ConnectionStep {
  readonly state: ConnectionState
  readonly effect: ConnectionEffect
}

export const CONNECT_TIMEOUT_MS = 5_000
export const SESSION_TIMEOUT_MS = 10_000
export const SILENCE_LIMIT_MS = 35_000
/** After this long out of sight or asleep, an open socket is not believed. */
export const DOUBT_AFTER_MS = 10_000
export const BACKOFF_BASE_MS = 500
export const BACKOFF_CAP_MS = 15_000
export const UPGRADES_BEFORE_EVENTS = 3
/** The close codes after which a client must not come back by itself (a test keeps them equal to the server's). */
export const TERMINAL_CODES: readonly number[] = [4401, 4403, 4404]
const TOO_MANY = 4429

export function idleConnection(now: number): ConnectionState {
  return {
    phase: 'idle',
    carrier: 'socket',
    attempt: 0,
    failedUpgrades: 0,
    phaseSince: now,
    retryAt: null,
    heardAt: now,
    lostAt: null,
    heartbeatMs: SILENCE_LIMIT_MS,
    visible: true,
    hiddenAt: null,
    online: true,
    terminalCode: null,
  }
}

/**
 * The wait before attempt number `attempt` (from 1), in ms: exponential with full jitter.
 * `random` is in [0, 1). Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt - 1, 16)))
}

/**
 * One step of the connection. Pure: `now` is in epoch ms, `random` in [0, 1) serves the jitter.
 * The caller carries out `effect` and calls again with `tick` at `nextDeadline`.
 */
export function connectionStep(
  state: ConnectionState,
  event: ConnectionEvent,
  now: number,
  random: number,
): ConnectionStep {
  switch (event.type) {
    case 'start':
      return state.phase === 'idle' || state.phase === 'ended' || state.phase === 'waiting'
        ? connect({ ...state, terminalCode: null, lostAt: state.lostAt ?? now, attempt: 0 }, now)
        : { state, effect: 'none' }
    case 'opened':
      if (state.phase !== 'connecting') return { state, effect: 'none' }
      return { state: { ...state, phase: 'opening', phaseSince: now, heardAt: now }, effect: 'open-session' }
    case 'heard':
      return { state: { ...state, heardAt: now }, effect: 'none' }
    case 'ready':
      if (state.phase !== 'opening') return { state, effect: 'none' }
      return {
        state: {
          ...state,
          phase: 'ready',
          phaseSince: now,
          heardAt: now,
          attempt: 0,
          failedUpgrades: 0,
          retryAt: null,
          lostAt: null,
          heartbeatMs: event.heartbeatMs,
        },
        effect: 'none',
      }
    case 'closed':
      return closed(state, event.code, now, random)
    case 'tick':
      return tick(state, now, random)
    case 'visibility':
      return visibility(state, event.visible, now)
    case 'woke':
      return state.visible && state.phase === 'ready' ? replace(state, now) : { state, effect: 'none' }
    case 'network':
      return network(state, event.online, now)
    case 'drain':
      if (!isOpen(state)) return { state, effect: 'none' }
      return { state: { ...state, retryAt: now + event.afterMs + Math.round(random * 1_000) }, effect: 'none' }
    case 'stop':
      return {
        state: { ...state, phase: 'idle', phaseSince: now, retryAt: null, lostAt: null },
        effect: state.phase === 'idle' ? 'none' : 'disconnect',
      }
  }
}

/** When `tick` is due next, in epoch ms; null when nothing is. */
export function nextDeadline(state: ConnectionState): number | null {
  switch (state.phase) {
    case 'connecting':
      return state.phaseSince + CONNECT_TIMEOUT_MS
    case 'opening':
      return state.phaseSince + SESSION_TIMEOUT_MS
    case 'ready':
      return Math.min(state.heardAt + SILENCE_LIMIT_MS, state.retryAt ?? Number.POSITIVE_INFINITY)
    case 'waiting':
      return state.visible && state.online ? state.retryAt : null
    default:
      return null
  }
}

function connect(state: ConnectionState, now: number): ConnectionStep {
  const carrier = state.failedUpgrades >= UPGRADES_BEFORE_EVENTS ? 'events' : 'socket'
  return {
    state: { ...state, phase: 'connecting', carrier, phaseSince: now, heardAt: now, retryAt: null },
    effect: 'connect',
  }
}

/** Leaves an open carrier that is believed dead and connects at once. */
function replace(state: ConnectionState, now: number): ConnectionStep {
  return connect({ ...state, lostAt: state.lostAt ?? now }, now)
}

function closed(state: ConnectionState, code: number, now: number, random: number): ConnectionStep {
  if (state.phase === 'idle' || state.phase === 'ended' || state.phase === 'waiting') return { state, effect: 'none' }
  const lostAt = state.lostAt ?? now
  if (TERMINAL_CODES.includes(code)) {
    return {
      state: { ...state, phase: 'ended', phaseSince: now, terminalCode: code, retryAt: null, lostAt },
      effect: 'disconnect',
    }
  }
  // Where even the fallback fails, one socket is tried between two tries of it.
  const failedUpgrades =
    state.phase === 'ready'
      ? 0
      : state.carrier === 'events'
        ? UPGRADES_BEFORE_EVENTS - 1
        : state.phase === 'connecting'
          ? state.failedUpgrades + 1
          : state.failedUpgrades
  const attempt = state.attempt + 1
  const wait = backoffMs(attempt, random) + (code === TOO_MANY ? 5_000 : 0)
  return {
    state: { ...state, phase: 'waiting', phaseSince: now, attempt, failedUpgrades, retryAt: now + wait, lostAt },
    effect: 'disconnect',
  }
}

function tick(state: ConnectionState, now: number, random: number): ConnectionStep {
  const deadline = nextDeadline(state)
  if (deadline === null || now < deadline) return { state, effect: 'none' }
  switch (state.phase) {
    case 'connecting':
      // A proxy that swallows the upgrade would swallow the next ones too: the fallback is tried at once.
      return closed({ ...state, failedUpgrades: UPGRADES_BEFORE_EVENTS - 1 }, 1006, now, random)
    case 'opening':
      return closed(state, 1006, now, random)
    case 'ready':
      return replace(state, now)
    default:
      return connect(state, now)
  }
}

function visibility(before: ConnectionState, visible: boolean, now: number): ConnectionStep {
  const state = { ...before, visible, hiddenAt: visible ? null : (before.hiddenAt ?? now) }
  if (!visible) return { state, effect: 'none' }
  if (state.phase === 'waiting') return connect(state, now)
  // A page that slept cannot trust `readyState`: a reconnect costs little and loses nothing.
  const away = before.hiddenAt !== null && now - before.hiddenAt > DOUBT_AFTER_MS
  const missedHeartbeat = now - state.heardAt > Math.min(state.heartbeatMs + 2_000, SILENCE_LIMIT_MS)
  return state.phase === 'ready' && (away || missedHeartbeat) ? replace(state, now) : { state, effect: 'none' }
}

function network(state: ConnectionState, online: boolean, now: number): ConnectionStep {
  const wasOffline = !state.online
  const next = { ...state, online }
  if (!online || !wasOffline) return { state: next, effect: 'none' }
  if (state.phase === 'waiting') return connect(next, now)
  // Another network gives another address: the old socket will never say that it is dead.
  return isOpen(state) ? replace(next, now) : { state: next, effect: 'none' }
}

function isOpen(state: ConnectionState): boolean {
  return state.phase === 'connecting' || state.phase === 'opening' || state.phase === 'ready'
}
