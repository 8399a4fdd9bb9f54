import type { FastifyRequest } from 'fastify'

/** Who may use the service from where. */
export interface OriginPolicy {
  /** Whether pages of this origin may use the service: its own origin always, others by exact match with the allow-list. */
  allows(origin: string, host: string | undefined): boolean
  readonly allowed: readonly string[]
}

export function createOriginPolicy(allowed: readonly string[]): OriginPolicy {
  const exact = new Set(allowed)
  return {
    allowed,
    allows(origin, host) {
      if (exact.has(origin)) return true
      return (
        URL.canParse(origin) &&
        new URL(origin).origin === origin &&
        host !== undefined &&
        new URL(origin).host === host.toLowerCase()
      )
    },
  }
}

/** The origin of the page that asks, as the record keeps it; null for clients that are not browsers. */
export function siteOf(request: FastifyRequest): string | null {
  const origin = request.headers.origin
  return origin !== undefined && origin.length <= 255 ? origin : null
}

/** Whether the address is this machine itself. */
export function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address)
}
