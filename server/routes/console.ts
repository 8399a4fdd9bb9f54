import cookie from '@fastify/cookie'
import csrfProtection from '@fastify/csrf-protection'
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_LONGEST_MS } from '../accounts/account-sessions.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { SignInThrottled } from '../accounts/sign-in-attempts.ts'
import { asStoreError } from '../db/store-errors.ts'
import type { Me } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { consoleAccountsRoutes } from './console-accounts.ts'
import { type ConsoleRoutes, setSignedIn } from './console-guard.ts'
import { createOriginPolicy } from './origin-policy.ts'

export const CONSOLE_PREFIX = '/v1/console'
export const SESSION_COOKIE = 'console_session'

export interface ConsoleOptions {
  readonly accounts: Accounts
  /** The personas of the site, those that may not speak now, too. */
  readonly personas: () => Me['personas']
  readonly transcription: boolean
  /** The other parts of the console. */
  readonly parts: readonly ConsoleRoutes[]
}

/**
 * `/v1/console`: what the console's page asks of the server. Every request is signed in by a cookie before its body is
 * read; what changes something bears a token against cross-site requests; nothing is kept by a browser or a proxy.
 */
export async function consoleRoutes(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const plugin: FastifyPluginAsync = async (scope) => {
    await scope.register(cookie)
    // The token's secret is the session itself, so that it ends with it and no other cookie is needed.
    await scope.register(csrfProtection, {
      cookieKey: SESSION_COOKIE,
      csrfOpts: { algorithm: 'sha256' },
      getToken(request: FastifyRequest) {
        const token = request.headers['x-csrf-token']
        return typeof token === 'string' ? token : undefined
      },
    })
    scope.setErrorHandler<FastifyError>((error, _request, reply) => {
      if (error instanceof SignInThrottled) {
        void reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfterMs / 1000)))
      }
      throw error.code?.startsWith('FST_CSRF_') === true ? new ProtocolError('csrf-failed') : asStoreError(error)
    })
    scope.addHook('onRequest', async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      requireOwnOrigin(request)
      await requireSession(request, options.accounts)
    })
    scope.addHook('onRequest', (request, reply, done) => {
      const changes = request.method !== 'GET' && request.method !== 'HEAD'
      if (!changes || request.routeOptions.config.console === 'anybody') done()
      else scope.csrfProtection(request, reply, done)
    })
    consoleAccountsRoutes(scope, { ...options, sessionCookie })
    for (const part of options.parts) await part(scope)
  }
  await app.register(plugin, { prefix: CONSOLE_PREFIX })
}

const ownOrigin = createOriginPolicy([])

/** The console's page is the only one that may call; a second wall behind cookie and token. */
function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (foreignSite || (origin !== undefined && !ownOrigin.allows(origin, host))) {
    throw new ProtocolError('origin-not-allowed')
  }
}

async function requireSession(request: FastifyRequest, accounts: Accounts): Promise<void> {
  const access = request.routeOptions.config.console
  if (access === 'anybody') return
  const token = request.cookies[SESSION_COOKIE]
  const who = token === undefined ? null : await accounts.sessions.find(token)
  if (who === null) throw new ProtocolError('not-signed-in')
  const { role, secondFactor } = who.account
  if (access !== 'own-account' && role !== 'lecturer' && !secondFactor) {
    const { requireSecondFactor } = await accounts.settings.get()
    if (requireSecondFactor) throw new ProtocolError('not-allowed', 'Set up a second factor first.')
  }
  setSignedIn(request, who)
}

const sessionCookie = {
  read: (request: FastifyRequest) => request.cookies[SESSION_COOKIE],
  set(request: FastifyRequest, reply: FastifyReply, token: string) {
    reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: request.protocol === 'https',
      maxAge: SESSION_LONGEST_MS / 1000,
    })
    // What answers this same request with a CSRF token makes it of the new session.
    request.cookies[SESSION_COOKIE] = token
  },
  clear(reply: FastifyReply) {
    reply.clearCookie(SESSION_COOKIE, { path: '/' })
  },
}
