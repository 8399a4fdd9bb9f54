import type { FastifyInstance, FastifyRequest } from 'fastify'
import { may, maySee, type Permission, type SignedIn } from '../accounts/access.ts'
import type { Account } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Who may call this route of the console. Unset: whoever is signed in and has set up what the site demands.
     * `own-account`: one who has yet to set up a second factor, too. `anybody`: one who is not signed in, too.
     */
    readonly console?: 'own-account' | 'anybody'
  }
}

const signedInOf = new WeakMap<FastifyRequest, SignedIn>()

/** Remembers, for the length of one request, who sent it. */
export function setSignedIn(request: FastifyRequest, signedIn: SignedIn): void {
  signedInOf.set(request, signedIn)
}

/** Who sent the request. Throws `not-signed-in`. */
export function signedIn(request: FastifyRequest): SignedIn {
  const known = signedInOf.get(request)
  if (known === undefined) throw new ProtocolError('not-signed-in')
  return known
}

/** The account of the request, if it may do this. Throws `not-signed-in` or `not-allowed`. */
export function allowed(request: FastifyRequest, permission: Permission): Account {
  const { account } = signedIn(request)
  if (!may(account, permission)) throw new ProtocolError('not-allowed')
  return account
}

/** Throws `not-found` where the account may not know of this persona. */
export function requireSight(account: Account, personaId: string | null): void {
  if (!maySee(account, personaId)) throw new ProtocolError('not-found')
}

/**
 * A part of the console's routes, registered below `/v1/console` where every request is signed in already and, where
 * it changes something, bears its CSRF token.
 */
export type ConsoleRoutes = (app: FastifyInstance) => void | Promise<void>
