import { randomUUID } from 'node:crypto'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Account, Me, Role } from '../../server/protocol/console-account.ts'
import { SESSION_COOKIE } from '../../server/routes/console.ts'
import type { TestServer } from './test-server.ts'

export interface ConsoleAnswer {
  readonly status: number
  readonly headers: LightMyRequestResponse['headers']
  readonly text: string
  /** The bytes, for files. */
  readonly bytes: Buffer
  /** The body as JSON; undefined where it is empty. Throws where it is not JSON. */
  json<T>(): T
  /** The code of an error's body; undefined where it is none. */
  readonly error: string | undefined
}

/** Somebody's console: every call bears their session and, where it changes something, their CSRF token. */
export interface ConsoleClient {
  readonly account: Account
  /** What the console's page knows first. */
  readonly me: Me
  /** `name=value` of the session cookie, and the token, for requests of another kind (multipart, a browser). */
  readonly cookie: string
  readonly csrfToken: string
  /** `path` is below `/v1/console`, with its query. */
  get(path: string): Promise<ConsoleAnswer>
  post(path: string, body?: unknown): Promise<ConsoleAnswer>
  put(path: string, body?: unknown): Promise<ConsoleAnswer>
  patch(path: string, body?: unknown): Promise<ConsoleAnswer>
  del(path: string, body?: unknown): Promise<ConsoleAnswer>
  /** Any request, such as one with a form: `{ method, path, payload, headers }`. */
  send(request: ConsoleRequest): Promise<ConsoleAnswer>
}

export interface ConsoleRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly payload?: NonNullable<InjectOptions['payload']>
  readonly headers?: Record<string, string>
  /** The address that the request comes from. */
  readonly address?: string
}

export interface SignInAs {
  readonly role: Role
  /** The one persona of a lecturer. */
  readonly personaId?: string
  readonly name?: string
}

/** Makes an account and a session of it, without a password: that costs nothing. */
export async function signIn(
  { server, deps }: Pick<TestServer, 'server' | 'deps'>,
  { role, personaId, name = role }: SignInAs,
): Promise<ConsoleClient> {
  const account = await deps.accounts.directory.create(
    { login: `${role}-${randomUUID()}`, name, role, ...(personaId === undefined ? {} : { personaId }) },
    { id: null, name: 'test' },
  )
  return await enterConsole({ server }, await deps.accounts.sessions.open(account.id))
}

/** The console of whoever holds the value of this session cookie. */
export async function enterConsole({ server }: Pick<TestServer, 'server'>, session: string): Promise<ConsoleClient> {
  const cookie = `${SESSION_COOKIE}=${session}`
  const me = (await answerOf(server, { method: 'GET', path: '/me', headers: { cookie } })).json<Me>()
  const { csrfToken, account } = me
  const send = (request: ConsoleRequest) =>
    answerOf(server, { ...request, headers: { cookie, 'x-csrf-token': csrfToken, ...request.headers } })
  const withBody = (method: ConsoleRequest['method']) => (path: string, body?: unknown) =>
    send({ method, path, ...(body === undefined ? {} : { payload: body as NonNullable<InjectOptions['payload']> }) })
  return {
    account,
    me,
    cookie,
    csrfToken,
    get: (path) => send({ method: 'GET', path }),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
    del: withBody('DELETE'),
    send,
  }
}

/** One request to the console by nobody in particular. */
export async function answerOf(
  server: TestServer['server'],
  { method, path, payload, headers = {}, address }: ConsoleRequest,
): Promise<ConsoleAnswer> {
  const response = await server.inject({
    method,
    url: `/v1/console${path}`,
    headers,
    ...(address === undefined ? {} : { remoteAddress: address }),
    ...(payload === undefined ? {} : { payload }),
  })
  const json = <T>() => (response.body === '' ? undefined : JSON.parse(response.body)) as T
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    bytes: response.rawPayload,
    json,
    get error() {
      if (response.statusCode < 400) return undefined
      return json<{ error?: { code?: string } } | undefined>()?.error?.code
    },
  }
}
