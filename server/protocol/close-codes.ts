/** WebSocket close codes of protocol v1, and which of them a client must not retry. */
export const CLOSE_CODES = {
  1009: { name: 'too-big', terminal: false },
  1012: { name: 'restart', terminal: false },
  4008: { name: 'slow-reader', terminal: false },
  4009: { name: 'no-pong', terminal: false },
  4400: { name: 'bad-frame', terminal: false },
  4401: { name: 'bad-token', terminal: true },
  4403: { name: 'origin-not-allowed', terminal: true },
  4404: { name: 'persona-unknown', terminal: true },
  4408: { name: 'session-open-timeout', terminal: false },
  4429: { name: 'too-many', terminal: false },
} as const

export type CloseCode = keyof typeof CLOSE_CODES
