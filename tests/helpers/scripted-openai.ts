import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** The body of a chat completions request, as far as scripts look at it. */
export interface ScriptedRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly [parameter: string]: unknown
}

/** One thing that the server does next while it streams. */
export type ScriptStep =
  | { readonly text: string }
  | { readonly reasoning: string }
  /** Milliseconds. */
  | { readonly wait: number }
  /** Never says another word; the client has to leave. */
  | { readonly silent: true }
  /** Destroys the socket. */
  | { readonly cut: true }
  /** Ends the response as it is, without a finish chunk and without [DONE]. */
  | { readonly end: true }
  /** An `{"error": …}` frame, and the end. */
  | { readonly error: { readonly message: string; readonly code?: string; readonly type?: string } }
  | { readonly finish: string }
  | { readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number } }
  /** Bytes as they are. */
  | { readonly raw: string }

/** An answer that is no stream: a status, with headers and a JSON body. */
export interface ScriptedStatus {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface ScriptedStream {
  readonly steps: Iterable<ScriptStep> | AsyncIterable<ScriptStep>
  /** Cuts what is sent into pieces of so many bytes, also inside a UTF-8 character. */
  readonly bytesPerPiece?: number
  /** Sends no finish chunk of its own. */
  readonly noFinish?: boolean
  /** Never tells the usage, whatever was asked. */
  readonly noUsage?: boolean
}

export type ScriptedReply = string | readonly ScriptStep[] | ScriptedStream | ScriptedStatus
/** `index` counts the chat calls from 0. */
export type Script = (request: ScriptedRequest, index: number) => ScriptedReply | Promise<ScriptedReply>

export interface ScriptedCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: ScriptedRequest
  /** `performance.now()` when it came. */
  readonly at: number
  /** Whether the client left before the end. */
  aborted: boolean
  /** Resolves when the exchange is over, one way or the other. */
  readonly over: Promise<void>
}

export interface ScriptedOpenAi {
  /** Ends with `/v1`. */
  readonly baseUrl: string
  /** All chat calls, oldest first. */
  readonly calls: readonly ScriptedCall[]
  /** What answers from now on. */
  use(script: Script): void
  /** Answers the next calls, one reply each, before the script of `use` is asked again. */
  queue(...replies: ScriptedReply[]): void
  close(): Promise<void>
}

/** Cuts a text into steps of `size` characters with `delayMs` before each. */
export function spoken(text: string, size = 3, delayMs = 0): ScriptStep[] {
  const characters = [...text]
  const steps: ScriptStep[] = []
  for (let at = 0; at < characters.length; at += size) {
    if (delayMs > 0) steps.push({ wait: delayMs })
    steps.push({ text: characters.slice(at, at + size).join('') })
  }
  return steps
}

/**
 * An OpenAI-compatible server on 127.0.0.1 that says what a test tells it: `/v1/chat/completions` (streamed),
 * `/v1/embeddings` (the same vector for the same text) and `/v1/models`.
 */
export async function startScriptedOpenAi(script: Script = () => '我听见了。[1]'): Promise<ScriptedOpenAi> {
  const calls: ScriptedCall[] = []
  const queued: ScriptedReply[] = []
  let current = script

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const body: unknown = request.method === 'POST' ? JSON.parse(await readAll(request)) : {}
    if (path === '/v1/models')
      return sendJson(response, 200, { object: 'list', data: [{ id: 'scripted', object: 'model' }] })
    if (path === '/v1/embeddings') return sendJson(response, 200, embed(body as EmbeddingRequest))
    if (path !== '/v1/chat/completions') return sendJson(response, 404, { error: { message: 'not found' } })

    const gone = new AbortController()
    const over = new Promise<void>((resolve) => response.once('close', () => resolve()))
    const call: ScriptedCall = {
      path,
      headers: request.headers,
      body: body as ScriptedRequest,
      at: performance.now(),
      aborted: false,
      over,
    }
    calls.push(call)
    response.once('close', () => {
      call.aborted = !response.writableEnded && !cuts.has(response)
      gone.abort()
    })
    const reply = queued.shift() ?? (await current(call.body, calls.length - 1))
    if (typeof reply === 'object' && 'status' in reply) {
      return sendJson(response, reply.status, reply.json ?? { error: { message: 'scripted' } }, reply.headers)
    }
    const stream = asStream(reply)
    await (call.body.stream ? speak(response, stream, call.body, gone.signal) : sayAtOnce(response, stream, call.body))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    use(next) {
      current = next
    },
    queue(...replies) {
      queued.push(...replies)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function asStream(reply: Exclude<ScriptedReply, ScriptedStatus>): ScriptedStream {
  if (typeof reply === 'string') return { steps: spoken(reply) }
  return 'steps' in reply ? reply : { steps: reply }
}

async function speak(response: ServerResponse, stream: ScriptedStream, request: ScriptedRequest, gone: AbortSignal) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  const send = async (text: string) => {
    const bytes = Buffer.from(text)
    const size = stream.bytesPerPiece ?? bytes.length
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size))
      // A turn of the event loop makes it a packet of its own.
      if (size < bytes.length) await new Promise(setImmediate)
    }
  }
  const frame = (fields: object) => send(`data: ${JSON.stringify({ ...HEAD, model: request.model, ...fields })}\n\n`)
  const delta = (content: object) => frame({ choices: [{ index: 0, delta: content, finish_reason: null }] })

  let finished = stream.noFinish ?? false
  let usage: object | undefined
  let characters = 0
  await delta({ role: 'assistant', content: '' })
  for await (const step of stream.steps) {
    if (gone.aborted) return
    if ('wait' in step) await wait(step.wait, undefined, { signal: gone })
    else if ('silent' in step) return
    else if ('cut' in step) {
      // What was written has to leave before the socket goes.
      await wait(10)
      cuts.add(response)
      response.destroy()
      return
    } else if ('end' in step) {
      response.end()
      return
    } else if ('error' in step) {
      await send(`data: ${JSON.stringify({ error: step.error })}\n\n`)
      response.end()
      return
    } else if ('raw' in step) await send(step.raw)
    else if ('usage' in step) usage = step.usage
    else if ('finish' in step) {
      finished = true
      await frame({ choices: [{ index: 0, delta: {}, finish_reason: step.finish }] })
    } else if ('reasoning' in step) await delta({ content: null, reasoning_content: step.reasoning })
    else {
      characters += step.text.length
      await delta({ content: step.text })
    }
  }
  if (!finished) await frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  if (request.stream_options?.include_usage && !stream.noUsage) {
    await frame({ choices: [], usage: usage ?? usageOf(request, characters) })
  }
  await send('data: [DONE]\n\n')
  response.end()
}

async function sayAtOnce(response: ServerResponse, stream: ScriptedStream, request: ScriptedRequest): Promise<void> {
  let content = ''
  for await (const step of stream.steps) if ('text' in step) content += step.text
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  const usage = usageOf(request, content.length)
  sendJson(response, 200, { ...HEAD, object: 'chat.completion', model: request.model, choices, usage })
}

/** Responses that the script itself has cut: no client left them. */
const cuts = new WeakSet<ServerResponse>()

const HEAD = { id: 'chatcmpl-scripted', object: 'chat.completion.chunk', created: 1_700_000_000 }

function usageOf(request: ScriptedRequest, characters: number) {
  const promptTokens = request.messages.reduce((sum, message) => sum + message.content.length, 0)
  return { prompt_tokens: promptTokens, completion_tokens: characters, total_tokens: promptTokens + characters }
}

interface EmbeddingRequest {
  readonly model: string
  readonly input: string | readonly string[]
  readonly encoding_format?: 'float' | 'base64'
}

/** 64 numbers of length 1 from the pairs of characters: texts that share pairs lie close together. */
function embed(request: EmbeddingRequest) {
  const texts = typeof request.input === 'string' ? [request.input] : request.input
  const data = texts.map((text, index) => {
    const vector = new Float32Array(64)
    const characters = [...text]
    for (let at = 0; at < Math.max(1, characters.length - 1); at += 1) {
      const digest = createHash('sha256')
        .update(characters.slice(at, at + 2).join(''))
        .digest()
      const place = digest.readUInt8(0) % 64
      vector[place] = (vector[place] ?? 0) + (digest.readUInt8(1) % 2 === 0 ? 1 : -1)
    }
    const length = Math.hypot(...vector) || 1
    for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) / length
    const embedding =
      request.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector)
    return { object: 'embedding', index, embedding }
  })
  return {
    object: 'list',
    model: request.model,
    data,
    usage: { prompt_tokens: texts.join('').length, total_tokens: 0 },
  }
}

function sendJson(
  response: ServerResponse,
  status: number,
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(json))
}

async function readAll(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces).toString('utf8')
}
