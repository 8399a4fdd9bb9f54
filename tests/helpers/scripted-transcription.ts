import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What one call gave: the form's fields, and the recording. */
export interface TranscriptionCall {
  readonly headers: IncomingHttpHeaders
  readonly fields: Readonly<Record<string, string>>
  readonly file: { readonly name: string; readonly type: string; readonly bytes: Buffer }
  /** Whether the caller left before the end. */
  aborted: boolean
  /** Resolves when the exchange is over, one way or the other. */
  readonly over: Promise<void>
}

/** A text, a status with a JSON body, or silence. */
export type TranscriptionReply = string | { readonly status: number; readonly json?: unknown } | 'silent!'

export interface ScriptedTranscription {
  /** Ends with `/v1`. */
  readonly baseUrl: string
  readonly calls: readonly TranscriptionCall[]
  use(reply: TranscriptionReply): void
  close(): Promise<void>
}

/** An OpenAI-compatible `/v1/audio/transcriptions` on 127.0.0.1 that answers what a test tells it. */
export async function startScriptedTranscription(first: TranscriptionReply): Promise<ScriptedTranscription> {
  const calls: TranscriptionCall[] = []
  let reply = first
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    if (request.url !== '/v1/audio/transcriptions') return response.writeHead(404).end('{}')
    const form = await new Response(Buffer.concat(pieces), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData()
    const file = form.get('file') as File
    const call: TranscriptionCall = {
      headers: request.headers,
      fields: Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
      file: { name: file.name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) },
      aborted: false,
      over: new Promise((resolve) => response.once('close', () => resolve())),
    }
    response.once('close', () => {
      call.aborted = !response.writableEnded
    })
    calls.push(call)
    if (reply === 'silent!') return
    const { status, json } =
      typeof reply === 'string' ? { status: 200, json: { text: reply } } : { json: { error: {} }, ...reply }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    use(next) {
      reply = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
