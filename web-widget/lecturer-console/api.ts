import type { Me } from '../../server/protocol/console-account.ts'
import { errorSentence, type SaidError } from './parts/error-sentence.ts'
import type { ConsoleLanguage } from './view.ts'

/**
 * An answer of the server that is not a success; `code` is one of docs/protocol.md, or `offline`. `message` is whole
 * and in the reader's language, `detail` is what the server said.
 */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string | undefined

  constructor(code: string, status: number, message: string, detail?: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.detail = detail
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface LinesOptions {
  readonly query?: Query
  readonly signal?: AbortSignal
  /** POST where it is missing; a GET has no body. */
  readonly method?: 'GET' | 'POST'
}

/** The console's side of `/v1/console`. Every method rejects with {@link ApiError}. */
export interface Api {
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body?: unknown, query?: Query): Promise<T>
  put<T>(path: string, body: unknown, query?: Query): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  remove<T>(path: string): Promise<T>
  /** Reads an answer of newline-separated JSON as it comes. `body` may be a `FormData`. */
  lines<T>(path: string, body: unknown, options?: LinesOptions): AsyncGenerator<T>
  /** The address of a file to be downloaded. */
  address(path: string, query?: Query): string
  setMe(me: Me | null): void
}

export interface ApiOptions {
  /** Called where the server says that nobody is signed in. */
  readonly onSignedOut: () => void
  readonly language: () => string
  /** What is said where the server cannot be reached. */
  readonly offline: () => string
}

const ROOT = '/v1/console'

export function createApi({ onSignedOut, language, offline }: ApiOptions): Api {
  let csrfToken = ''

  const address = (path: string, query: Query = {}): string => {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    )
    const search = new URLSearchParams(pairs).toString()
    return `${ROOT}${path}${search === '' ? '' : `?${search}`}`
  }

  const send = async (method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Response> => {
    const headers: Record<string, string> = { 'accept-language': language() }
    if (method !== 'GET') headers['x-csrf-token'] = csrfToken
    const form = body instanceof FormData
    if (body !== undefined && !form) headers['content-type'] = 'application/json'
    const response = await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error
      throw new ApiError('offline', 0, offline())
    })
    if (!response.ok) {
      const error = await readError(response, language().startsWith('en') ? 'en' : 'zh')
      if (error.code === 'not-signed-in') onSignedOut()
      throw error
    }
    return response
  }

  const json = async <T>(method: string, url: string, body?: unknown): Promise<T> => {
    const response = await send(method, url, body)
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  return {
    address,
    get: (path, query) => json('GET', address(path, query)),
    post: (path, body, query) => json('POST', address(path, query), body ?? {}),
    put: (path, body, query) => json('PUT', address(path, query), body),
    patch: (path, body) => json('PATCH', address(path), body),
    remove: (path) => json('DELETE', address(path)),
    async *lines<T>(path: string, body: unknown, { query, signal, method = 'POST' }: LinesOptions = {}) {
      const response = await send(method, address(path, query), method === 'GET' ? undefined : body, signal)
      yield* readLines<T>(response)
    },
    setMe(me) {
      csrfToken = me?.csrfToken ?? ''
    },
  }
}

async function* readLines<T>(response: Response): AsyncGenerator<T> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    rest += decoder.decode(value, { stream: !done })
    const lines = rest.split('\n')
    rest = done ? '' : (lines.pop() ?? '')
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T
    if (done) return
  }
}

async function readError(response: Response, language: ConsoleLanguage): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: SaidError }
    const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
    const said = { ...error, retryAfterSeconds: wait > 0 ? wait : undefined }
    return new ApiError(error.code, response.status, errorSentence(said, language), error.detail)
  } catch {
    return new ApiError('internal', response.status, `HTTP ${response.status}`)
  }
}
