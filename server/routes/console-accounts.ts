import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { maySee } from '../accounts/access.ts'
import type { Accounts } from '../accounts/accounts.ts'
import {
  AcceptInvitation,
  Account,
  AccountChange,
  AuditFilter,
  AuditPage,
  Invitation,
  Login,
  MadeInvitation,
  Me,
  NewInvitation,
  OpenInvitation,
  PasswordChange,
  ResetLink,
  SiteSettings,
  TotpConfirm,
  TotpConfirmed,
  TotpRemove,
  TotpStarted,
} from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { allowed, signedIn } from './console-guard.ts'

export interface ConsoleAccountsParts {
  readonly accounts: Accounts
  readonly personas: () => Me['personas']
  readonly transcription: boolean
  readonly sessionCookie: {
    read(request: FastifyRequest): string | undefined
    set(request: FastifyRequest, reply: FastifyReply, token: string): void
    clear(reply: FastifyReply): void
  }
}

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
type Id = { Params: { id: string } }
const Token = Type.Object({ token: Type.String({ pattern: '^[\\w-]{43}$' }) })
type Token = { Params: { token: string } }
const Nothing = Type.Null({ description: 'Done' })
const AUDIT_ROWS = 50
const MOST_AUDIT_ROWS = 200

/** Signing in and out, one's own account, and, for operators, everybody's. */
export function consoleAccountsRoutes(app: FastifyInstance, parts: ConsoleAccountsParts): void {
  doorRoutes(app, parts)
  ownRoutes(app, parts)
  siteRoutes(app, parts)
}

function describe(summary: string) {
  return { tags: ['console'], summary }
}

async function meOf(parts: ConsoleAccountsParts, account: Account, reply: FastifyReply): Promise<Me> {
  return {
    account,
    csrfToken: reply.generateCsrf(),
    settings: await parts.accounts.settings.get(),
    personas: parts.personas().filter(({ id }) => maySee(account, id)),
    transcription: parts.transcription,
  }
}

function doorRoutes(app: FastifyInstance, parts: ConsoleAccountsParts): void {
  const { accounts, sessionCookie } = parts

  async function enter(request: FastifyRequest, reply: FastifyReply, token: string): Promise<Me> {
    const who = await accounts.sessions.find(token)
    if (who === null) throw new ProtocolError('not-signed-in')
    sessionCookie.set(request, reply, token)
    return await meOf(parts, who.account, reply)
  }

  app.post<{ Body: Login }>(
    '/sign-in',
    {
      config: { console: 'anybody' },
      schema: { ...describe('Sign in; the answer sets the session cookie'), body: Login, response: { 200: Me } },
    },
    async (request, reply) => {
      const replaces = sessionCookie.read(request)
      const token = await accounts.door.signIn({
        ...request.body,
        address: request.ip,
        ...(replaces === undefined ? {} : { replaces }),
      })
      return await enter(request, reply, token)
    },
  )

  app.get<Token>(
    '/invitations/by-token/:token',
    {
      config: { console: 'anybody' },
      schema: { ...describe('What a link offers'), params: Token, response: { 200: OpenInvitation } },
    },
    (request) => accounts.invitations.look(request.params.token),
  )

  app.post<Token & { Body: AcceptInvitation }>(
    '/invitations/by-token/:token/accept',
    {
      config: { console: 'anybody' },
      schema: {
        ...describe('Take what a link offers, and be signed in'),
        params: Token,
        body: AcceptInvitation,
        response: { 200: Me },
      },
    },
    async (request, reply) => {
      const token = await accounts.invitations.accept(request.params.token, request.body, request.ip)
      return await enter(request, reply, token)
    },
  )

  app.post(
    '/sign-out',
    { config: { console: 'own-account' }, schema: { ...describe('Sign out'), response: { 204: Nothing } } },
    async (request, reply) => {
      const { account, sessionHash } = signedIn(request)
      await accounts.door.signOut(account, sessionHash)
      sessionCookie.clear(reply)
      return await reply.status(204).send()
    },
  )
}

function ownRoutes(app: FastifyInstance, parts: ConsoleAccountsParts): void {
  const { own } = parts.accounts
  const config = { console: 'own-account' } as const

  app.get(
    '/me',
    { config, schema: { ...describe('Who is signed in, and what the console needs first'), response: { 200: Me } } },
    (request, reply) => meOf(parts, signedIn(request).account, reply),
  )

  app.post<{ Body: PasswordChange }>(
    '/me/password',
    {
      config,
      schema: {
        ...describe('Change the password; all other sessions of the account end'),
        body: PasswordChange,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await own.changePassword(signedIn(request), request.body, request.ip)
      return await reply.status(204).send()
    },
  )

  app.post(
    '/me/totp/start',
    { config, schema: { ...describe('A secret for an authenticator'), response: { 200: TotpStarted } } },
    (request) => own.startTotp(signedIn(request)),
  )

  app.post<{ Body: TotpConfirm }>(
    '/me/totp/confirm',
    {
      config,
      schema: {
        ...describe('Turn the second factor on; gives recovery codes'),
        body: TotpConfirm,
        response: { 200: TotpConfirmed },
      },
    },
    async (request) => ({ recoveryCodes: [...(await own.confirmTotp(signedIn(request), request.body.code))] }),
  )

  app.post<{ Body: TotpRemove }>(
    '/me/totp/remove',
    {
      config,
      schema: { ...describe('Turn the second factor off'), body: TotpRemove, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await own.removeTotp(signedIn(request), request.body.password, request.ip)
      return await reply.status(204).send()
    },
  )
}

function siteRoutes(app: FastifyInstance, { accounts }: ConsoleAccountsParts): void {
  const { invitations, directory, settings, audit } = accounts

  app.get(
    '/invitations',
    {
      schema: {
        ...describe('Links that make accounts, newest first'),
        response: { 200: Type.Object({ rows: Type.Array(Invitation) }) },
      },
    },
    async (request) => {
      allowed(request, 'manage-site')
      return { rows: await invitations.list() }
    },
  )

  app.post<{ Body: NewInvitation }>(
    '/invitations',
    { schema: { ...describe('Invite somebody'), body: NewInvitation, response: { 200: MadeInvitation } } },
    (request) => invitations.create(request.body, allowed(request, 'manage-site')),
  )

  app.delete<Id>(
    '/invitations/:id',
    { schema: { ...describe('End a link that nobody has used'), params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await invitations.revoke(request.params.id, allowed(request, 'manage-site'))
      return await reply.status(204).send()
    },
  )

  app.get(
    '/accounts',
    { schema: { ...describe('All accounts'), response: { 200: Type.Object({ rows: Type.Array(Account) }) } } },
    async (request) => {
      allowed(request, 'manage-site')
      return { rows: await directory.list() }
    },
  )

  app.patch<Id & { Body: AccountChange }>(
    '/accounts/:id',
    { schema: { ...describe('Change an account'), params: Id, body: AccountChange, response: { 200: Account } } },
    (request) => directory.change(request.params.id, request.body, allowed(request, 'manage-site')),
  )

  app.post<Id>(
    '/accounts/:id/reset-link',
    { schema: { ...describe('A link for a new password'), params: Id, response: { 200: ResetLink } } },
    async (request) => ({
      path: await invitations.resetLink(request.params.id, allowed(request, 'manage-site')),
    }),
  )

  app.get<{ Querystring: AuditFilter }>(
    '/audit',
    { schema: { ...describe('What was done, newest first'), querystring: AuditFilter, response: { 200: AuditPage } } },
    (request) => {
      allowed(request, 'read-audit')
      const { limit, ...filter } = request.query
      return audit.read({ ...filter, limit: Math.min(Number(limit ?? AUDIT_ROWS), MOST_AUDIT_ROWS) })
    },
  )

  app.get(
    '/settings',
    { schema: { ...describe('Choices of the site'), response: { 200: SiteSettings } } },
    (request) => {
      allowed(request, 'manage-site')
      return settings.get()
    },
  )

  app.put<{ Body: SiteSettings }>(
    '/settings',
    { schema: { ...describe('Change the choices of the site'), body: SiteSettings, response: { 200: SiteSettings } } },
    async (request) => {
      await settings.set(request.body, allowed(request, 'manage-site'))
      return await settings.get()
    },
  )
}
