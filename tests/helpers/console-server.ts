import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Me } from '../../server/protocol/console-account.ts'
import type {
  Correction,
  CorrectionVersion,
  GoldenCheckLine,
  GoldenQuestion,
  Pause,
  PreviewLine,
  UnansweredCluster,
} from '../../server/protocol/console-correction.ts'
import type { QueuePage, SavedView, TurnDetail } from '../../server/protocol/console-queue.ts'
import { projectDir } from './test-server.ts'

/** The same policy as the real server's, so that a page that breaks it breaks here. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** What the scripted console holds. Tests change it before and while a page works with it. */
export interface ConsoleScript {
  me: Me
  queue: QueuePage
  turns: Record<string, TurnDetail>
  views: SavedView[]
  corrections: { correction: Correction; versions: CorrectionVersion[] }[]
  /** The lines of the next preview, and how long each takes, in ms. */
  preview: PreviewLine[]
  previewPause: number
  clusters: UnansweredCluster[]
  golden: GoldenQuestion[]
  pauses: Pause[]
  documents: Record<string, { title: string; hash: string; text: string }>
  /** Makes the next request to a path that ends so fail with a code and its HTTP status. */
  failing: Map<string, { code: string; status: number; detail?: string }>
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface ConsoleServer {
  readonly address: string
  readonly asked: Asked[]
  readonly script: ConsoleScript
  close(): Promise<void>
}

/** Serves the built console and answers it by a script; for the pages alone, where the real server is not the subject. */
export async function startConsoleServer(
  script: ConsoleScript,
  webDir = process.env.CONSOLE_WEB_DIR ?? join(projectDir, 'dist/web'),
): Promise<ConsoleServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      response.statusCode = 500
      response.end(String(error))
    })
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('content-security-policy', CSP)
    const below = url.pathname.startsWith('/v1/') ? url.pathname.replace(/^\/v1(\/console)?/, '') : null
    if (below === null) return file(url.pathname === '/console' ? '/console.html' : url.pathname, response)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const body: unknown = text.startsWith('{') ? JSON.parse(text) : text
    const call = { method: request.method ?? 'GET', path: below, query: url.searchParams, body }
    asked.push(call)
    const failing = [...script.failing].find(([end]) => `${call.method} ${below}`.endsWith(end))
    if (failing !== undefined) {
      const [end, { code, status, detail }] = failing
      script.failing.delete(end)
      return json(response, { error: { code, message: '没有成功。', retryable: false, detail } }, status)
    }
    if (call.method !== 'GET' && request.headers['x-csrf-token'] !== script.me.csrfToken)
      return json(response, { error: { code: 'csrf-failed', message: 'csrf', retryable: false } }, 403)
    await answer(script, call, response)
  }

  async function file(path: string, response: ServerResponse): Promise<void> {
    try {
      const content = await readFile(join(webDir, normalize(path)))
      response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
      response.end(content)
    } catch {
      response.statusCode = 404
      response.end()
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    script,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.statusCode = status
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}

async function answer(script: ConsoleScript, call: Asked, response: ServerResponse): Promise<void> {
  const { method, path, query } = call
  const body = call.body as Record<string, unknown>
  const [, first = '', second = '', third = ''] = path.split('/')
  const done = () => {
    response.statusCode = 204
    response.end()
  }
  const missing = () => json(response, { error: { code: 'not-found', message: '没有找到。', retryable: false } }, 404)
  if (path === '/me') return json(response, script.me)
  if (path === '/queue') {
    const reason = query.get('reason')
    const rows = script.queue.rows.filter((row) => reason === null || row.reasons.some((one) => one === reason))
    return json(response, { ...script.queue, rows })
  }
  if (first === 'turns') {
    const turn = script.turns[second]
    if (turn === undefined) return missing()
    if (third === 'lease') return json(response, { until: Date.now() + 600_000 })
    if (third === 'decision') {
      turn.revision += 1
      return json(response, {
        revision: turn.revision,
        decided: body.equalToo === true ? turn.equal + 1 : 1,
        decisionId: `d-${second}`,
      })
    }
    if (third === 'undo') return json(response, { revision: turn.revision + 1 })
    return json(response, turn)
  }
  if (first === 'views') {
    if (method === 'GET') return json(response, { views: script.views })
    if (method === 'DELETE') return done()
    const view = { id: `view-${script.views.length + 1}`, ...body } as SavedView
    script.views.push(view)
    return json(response, view)
  }
  if (first === 'corrections') {
    if (third === 'preview') return preview(script, response)
    if (second === '' && method === 'GET') {
      const state = query.get('state')
      const rows = script.corrections.map(({ correction }) => correction)
      return json(response, { rows: rows.filter((row) => state === null || row.state === state), next: null })
    }
    if (second === '') {
      const made = correctionOf(script, body)
      script.corrections.push({ correction: made, versions: [] })
      return json(response, made)
    }
    const known = script.corrections.find(({ correction }) => correction.id === second)
    if (known === undefined) return missing()
    if (third === 'action') {
      const states: Record<string, Correction['state']> = {
        approve: 'live',
        submit: 'reviewed',
        withdraw: 'withdrawn',
        return: 'draft',
        'roll-back': 'live',
      }
      known.correction.state = states[String(body.action)] ?? 'draft'
      return json(response, known.correction)
    }
    if (method === 'PUT') {
      known.correction = {
        ...known.correction,
        ...body,
        state: 'draft',
        revision: known.correction.revision + 1,
      } as Correction
      return json(response, known.correction)
    }
    return json(response, known)
  }
  if (first === 'golden') {
    if (second === 'check') {
      const lines: GoldenCheckLine[] = script.golden.map(({ id, question, answer: before }, index) => {
        const right = index !== 1
        return {
          type: 'row',
          id,
          question,
          before,
          after: right ? before : '',
          outcome: right ? 'grounded' : 'declined',
          right,
        }
      })
      lines.push({ type: 'summary', checked: lines.length, wrong: 1 })
      for (const line of lines) response.write(`${JSON.stringify(line)}\n`)
      return void response.end()
    }
    return method === 'GET'
      ? json(response, { rows: script.golden })
      : method === 'DELETE'
        ? done()
        : json(response, {})
  }
  if (first === 'pauses') {
    if (method === 'GET') return json(response, { rows: script.pauses })
    if (method === 'DELETE') {
      script.pauses = script.pauses.filter(({ id }) => id !== second)
      return done()
    }
    const pause = {
      id: `pause-${script.pauses.length + 1}`,
      title: String(body.targetId),
      by: script.me.account.name,
      at: Date.now(),
      reason: null,
      personaId: null,
      ...body,
    } as Pause
    script.pauses.push(pause)
    return json(response, pause)
  }
  if (path === '/unanswered') return json(response, { clusters: script.clusters })
  if (path === '/documents') return json(response, { rows: [] })
  if (first === 'documents') {
    const id = decodeURIComponent(path.slice('/documents/'.length))
    const document = script.documents[id]
    return document === undefined ? missing() : json(response, { id, ...document })
  }
  return missing()
}

async function preview(script: ConsoleScript, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', 'application/x-ndjson')
  for (const line of script.preview) {
    response.write(`${JSON.stringify(line)}\n`)
    if (script.previewPause > 0) await new Promise((resolve) => setTimeout(resolve, script.previewPause))
  }
  response.end()
}

function correctionOf(script: ConsoleScript, body: Record<string, unknown>): Correction {
  const now = Date.now()
  return {
    id: `correction-${script.corrections.length + 1}`,
    personaName: script.me.personas[0]?.name ?? '',
    state: 'draft',
    revision: 1,
    version: 1,
    authorName: script.me.account.name,
    approvedByName: null,
    createdAt: now,
    changedAt: now,
    liveAt: null,
    sourceChanged: false,
    hits: 0,
    awaits: null,
    fromAnswerId: null,
    ...body,
  } as Correction
}
