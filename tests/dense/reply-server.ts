import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** Never answers. */
  readonly silent?: true
}

export interface ReplyServer {
  readonly baseUrl: string
  readonly requests: {
    readonly path: string
    readonly authorization: string | undefined
    readonly body: Record<string, unknown>
  }[]
  reply: (body: Record<string, unknown>, index: number) => Reply
}

/** A server on 127.0.0.1 that answers JSON as a test tells it; gone after the suite. */
export async function startReplyServer(): Promise<ReplyServer> {
  const made: ReplyServer = { baseUrl: '', requests: [], reply: () => ({ status: 500 }) }
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await readAll(request)) as Record<string, unknown>
    made.requests.push({ path: request.url ?? '', authorization: request.headers.authorization, body })
    const { status = 200, headers = {}, json = {}, silent } = made.reply(body, made.requests.length - 1)
    if (silent) return
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return Object.assign(made, { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` })
}

async function readAll(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
