import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectChat } from '../helpers/chat-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const LISTED = 'https://portal.example.cn'
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ ALLOWED_ORIGINS: `${LISTED},https://school.example.cn` })
})
afterAll(() => server.close())

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.address}${path}`, { headers })
}

/** The value of a metric with exactly these labels; 0 where it is not there. */
async function metric(name: string): Promise<number> {
  const text = await (await get('/metrics')).text()
  const line = text.split('\n').find((row) => row.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

describe('health', () => {
  it('is up, and can answer', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' })
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' })
  })

  it('counts turns by outcome and channel, times the first sentence, and knows the open sockets', async () => {
    const grounded = 'lecturer_turns_total{outcome="grounded",channel="websocket"}'
    const declined = 'lecturer_turns_total{outcome="declined",channel="websocket"}'
    const names = [
      grounded,
      declined,
      'lecturer_first_sentence_seconds_count',
      'lecturer_retrieval_seconds_count',
      'lecturer_sockets',
    ]
    const before = await Promise.all(names.map(metric))
    const client = await connectChat(server.address)
    await client.open('lin-yue')
    await client.ask('你的师傅是谁？')
    await client.ask('比特币明天会涨到多少美元？')
    await expect
      .poll(() => Promise.all(names.map(metric)))
      .toEqual(before.map((value, at) => value + (at === 3 ? 2 : 1)))
    await client.close()
    await expect.poll(() => metric('lecturer_sockets')).toBe(before[4])
    expect(await metric('lecturer_turns_running')).toBe(0)
    expect((await get('/metrics')).headers.get('content-type')).toContain('text/plain')
    const all = await (await get('/metrics')).text()
    expect(all).not.toContain('师傅')
  })
})

describe('the description of the HTTP interface', () => {
  interface Operation {
    readonly responses?: Record<string, { description?: string }>
    readonly parameters?: { name: string; in: string; required?: boolean }[]
  }
  interface OpenApi {
    readonly openapi: string
    readonly info: { title: string; version: string }
    readonly paths: Record<string, Record<string, Operation>>
  }

  it('is OpenAPI 3.1 that names every public route', async () => {
    const description = (await (await get('/docs/json')).json()) as OpenApi
    expect(description.openapi).toMatch(/^3\.1\./)
    expect(description.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining([
        '/v1/chat/events',
        '/v1/chat/frames',
        '/v1/chat/completions',
        '/v1/models',
        '/v1/personas',
        '/healthz',
        '/readyz',
        '/metrics',
      ]),
    )
    for (const [path, operations] of Object.entries(description.paths)) {
      expect(path).toMatch(/^\//)
      for (const [method, operation] of Object.entries(operations)) {
        expect(['get', 'post', 'put', 'delete', 'head', 'patch', 'options']).toContain(method)
        expect(Object.keys(operation.responses ?? {}).length, `${method} ${path}`).toBeGreaterThan(0)
        const named = (operation.parameters ?? [])
          .filter((parameter) => parameter.in === 'path')
          .map(({ name }) => name)
        expect([...path.matchAll(/\{(.+?)\}/g)].map(([, name]) => name)).toEqual(named)
      }
    }
    // Nothing in it points nowhere.
    const text = JSON.stringify(description)
    for (const [, ref] of text.matchAll(/"\$ref":"#\/components\/schemas\/(.+?)"/g)) {
      expect(text).toContain(`"${ref}":`)
    }
  })

  it('is there for people, too', async () => {
    const response = await get('/docs/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
  })
})

describe('headers', () => {
  it.each(['/', '/v1/personas', '/healthz', '/no-such-page'])('of %s protect the visitor', async (path) => {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/)
    expect(policy).toContain(`frame-ancestors 'self' ${LISTED} https://school.example.cn`)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-frame-options')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('server')).toBeNull()
  })

  it('let listed origins read the API, the own origin too, and nobody else', async () => {
    for (const origin of [LISTED, server.address]) {
      const response = await get('/v1/personas', { origin })
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      expect(response.headers.get('vary')).toContain('Origin')
    }
    for (const origin of ['https://evil.example', `${LISTED}.evil.example`, 'null', 'http://portal.example.cn']) {
      expect((await get('/v1/personas', { origin })).headers.get('access-control-allow-origin')).toBeNull()
    }
    expect((await get('/v1/personas')).headers.get('access-control-allow-credentials')).toBeNull()
  })
})

describe('the widget', () => {
  it('loads from any page, and is asked for again after minutes', async () => {
    const response = await get('/widget.js', { origin: 'https://anywhere.example' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/javascript/)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(response.headers.get('cache-control')).toMatch(/public, max-age=\d{2,4}$/)
    expect(response.headers.get('etag')).toBeTruthy()
    const again = await server.server.inject({
      url: '/widget.js',
      headers: { 'if-none-match': response.headers.get('etag') ?? '' },
    })
    expect(again.statusCode).toBe(304)
  })

  it('loads parts with hashed names that are cached for ever', async () => {
    const [asset] = await readdir(join(server.deps.webDir, 'assets'))
    const response = await get(`/assets/${asset}`, { origin: 'https://anywhere.example' })
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(asset).toMatch(/-[\w-]{8,}\.\w+$/)
  })

  it.each(['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2f..%2fpackage.json', '/.env', '/main.js'])(
    'serves nothing but what was built: %s',
    async (path) => {
      expect([400, 403, 404]).toContain((await get(path)).status)
    },
  )
})

describe('pages', () => {
  it.each(['/', '/p/lin-yue', '/e/lin-yue'])('%s is a page', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  it.each(['/p/nobody', '/e/__proto__', '/p/%E6%9E%97', '/no-such-page', '/v1/nothing'])(
    '%s is not there, and says so',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(404)
      const { error } = (await response.json()) as { error: Record<string, unknown> }
      expect(error).toMatchObject({ code: expect.stringMatching(/not-found|persona-unknown/), retryable: false })
      expect(error.message).toMatch(/[\u4e00-\u9fff]/)
    },
  )
})

describe('what anybody may read', () => {
  it('is the card of each persona and nothing more', async () => {
    const { personas } = (await (await get('/v1/personas')).json()) as { personas: Record<string, unknown>[] }
    expect(personas.length).toBeGreaterThanOrEqual(5)
    const known = ['id', 'name', 'title', 'speaker', 'greeting', 'suggestions', 'languages', 'avatar', 'voice']
    for (const persona of personas) {
      expect(Object.keys(persona).filter((key) => !known.includes(key))).toEqual([])
      expect(persona.suggestions).toEqual(expect.arrayContaining([expect.any(String)]))
    }
  })

  it('is the documents that personas speak from, as they are stored', async () => {
    const document = server.deps.library.document('stories/lin-yue/contest')
    const response = await get('/v1/documents/stories/lin-yue/contest')
    expect(await response.json()).toMatchObject({ id: 'stories/lin-yue/contest', text: document?.text, kind: 'story' })
    for (const path of ['personas/lin-yue', 'stories/lin-yue', '../package.json', 'language/words', '__proto__', '']) {
      expect((await get(`/v1/documents/${path}`)).status).toBe(404)
    }
  })
})
