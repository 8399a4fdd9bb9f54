import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Answers with newline-separated JSON, each line as soon as it is there. `open` may throw a `ProtocolError` before the
 * first line; its signal aborts when the client goes. Where the work fails later, the connection breaks off: without a
 * last line nobody takes it for complete.
 */
export async function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  open: (signal: AbortSignal) => AsyncIterable<object> | Promise<AsyncIterable<object>>,
): Promise<FastifyReply> {
  const abort = new AbortController()
  reply.raw.once('close', () => abort.abort())
  const lines = await open(abort.signal)
  const texts = async function* () {
    try {
      for await (const line of lines) {
        if (abort.signal.aborted) return
        yield `${JSON.stringify(line)}\n`
      }
    } catch (error) {
      if (!abort.signal.aborted) request.log.error({ err: error }, 'a list of lines broke off')
      throw error
    }
  }
  return await reply
    .type('application/x-ndjson; charset=utf-8')
    // A proxy in front would keep the progress to itself.
    .header('x-accel-buffering', 'no')
    .send(Readable.from(texts()))
}
