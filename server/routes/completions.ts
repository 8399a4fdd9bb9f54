import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { readAnswer } from '../answers/read-answer.ts'
import { aiLabel } from '../personas/ai-label.ts'
import type { Persona } from '../personas/persona.ts'
import type { Citation } from '../protocol/citation.ts'
import { MAX_QUESTION_LENGTH } from '../protocol/client-message.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { AnswerDelta, AnswerEnd, AnswerSnapshot } from '../protocol/server-message.ts'
import { type ChatConnectionParts, QUESTIONS_PER_ADDRESS } from '../sessions/chat-connection.ts'
import type { EarlierTurn } from '../turn/understand.ts'
import { errorBody } from './http-errors.ts'
import { type OriginPolicy, siteOf } from './origin-policy.ts'

export interface CompletionsOptions {
  readonly connection: ChatConnectionParts
  readonly origins: OriginPolicy
}

const Content = Type.Union([
  Type.String(),
  Type.Array(Type.Object({ type: Type.String(), text: Type.Optional(Type.String()) }, { additionalProperties: true })),
  Type.Null(),
])

const CompletionsBody = Type.Object(
  {
    model: Type.String({ minLength: 1, maxLength: 64, description: "A persona's id" }),
    messages: Type.Array(
      Type.Object({ role: Type.String(), content: Type.Optional(Content) }, { additionalProperties: true }),
      { minItems: 1, maxItems: 200 },
    ),
    stream: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    stream_options: Type.Optional(
      Type.Union([
        Type.Object({ include_usage: Type.Optional(Type.Boolean()) }, { additionalProperties: true }),
        Type.Null(),
      ]),
    ),
  },
  { additionalProperties: true },
)

/** Earlier messages that a question may lean on. */
const HISTORY_TURNS = 4

/**
 * `POST /v1/chat/completions` and `GET /v1/models`, as OpenAI client libraries expect them. `model` is a persona's
 * id, the last user message is the question, earlier messages are history. It runs the same turn, checks and record.
 * Beside OpenAI's fields an answer bears `citations`, `outcome` and `label`.
 */
export function completionsRoutes(app: FastifyInstance, options: CompletionsOptions): void {
  const { personas } = options.connection
  const card = (persona: Persona) => ({
    id: persona.id,
    object: 'model',
    created: 0,
    owned_by: 'lecturer-avatars',
    name: persona.name,
  })

  app.get('/v1/models', { schema: { tags: ['openai'], summary: 'The personas, as models' } }, () => ({
    object: 'list',
    data: personas.list().map(card),
  }))
  app.get<{ Params: { id: string } }>(
    '/v1/models/:id',
    { schema: { tags: ['openai'], summary: 'One persona, as a model' } },
    (request) => {
      const persona = personas.get(request.params.id)
      if (!persona) throw new ProtocolError('persona-unknown')
      return card(persona)
    },
  )
  app.post<{ Body: Static<typeof CompletionsBody> }>(
    '/v1/chat/completions',
    {
      bodyLimit: 256 * 1024,
      schema: { tags: ['openai'], summary: 'Ask a persona with any OpenAI client', body: CompletionsBody },
    },
    (request, reply) => complete(request, reply, options),
  )
}

async function complete(
  request: FastifyRequest<{ Body: Static<typeof CompletionsBody> }>,
  reply: FastifyReply,
  { connection, origins }: CompletionsOptions,
) {
  const site = siteOf(request)
  if (site !== null && !origins.allows(site, request.headers.host)) throw new ProtocolError('origin-not-allowed')
  const { body } = request
  const persona = connection.personas.get(body.model)
  if (!persona) throw new ProtocolError('persona-unknown')
  if (connection.draining()) throw new ProtocolError('draining')
  const { question, history } = conversationOf(body.messages)
  if (question.trim() === '') throw new ProtocolError('text-empty')
  if (question.length > MAX_QUESTION_LENGTH) throw new ProtocolError('text-too-long')
  const decision = await connection.limits.take(`questions:${request.ip}`, QUESTIONS_PER_ADDRESS)
  if (!decision.allowed) {
    void reply.header('retry-after', Math.ceil(decision.retryAfterMs / 1000))
    throw new ProtocolError('rate-limited')
  }

  const { session } = await connection.sessions.create({ personaId: persona.id, site, locale: null })
  const { turn } = await connection.runner.ask({
    session,
    persona,
    turnId: randomUUID(),
    text: question,
    channel: 'completions',
    history,
  })
  const abort = new AbortController()
  // A client that leaves ends the reading, never the answer.
  reply.raw.once('close', () => abort.abort())
  const label = aiLabel(persona)
  const frames = readAnswer(
    connection,
    turn,
    { answerId: turn.answerId, epoch: turn.epoch, seq: 0 },
    label,
    abort.signal,
  )
  const head = { id: `chatcmpl-${turn.answerId}`, created: Math.floor(turn.askedAt / 1000), model: persona.id }
  if (body.stream === true) return stream(reply, frames, head, body.stream_options?.include_usage === true, site)

  let content = ''
  let end: AnswerEnd | AnswerSnapshot | undefined
  for await (const { text, last } of piecesOf(frames)) {
    content += text
    end = last
  }
  if (abort.signal.aborted) return reply.hijack()
  if (end?.outcome === undefined || end.outcome === 'failed') throw new ProtocolError('internal')
  return {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: finishReason(end),
      },
    ],
    usage: USAGE,
    ...extrasOf(end),
    label,
  }
}

async function stream(
  reply: FastifyReply,
  frames: AsyncIterable<AnswerDelta | AnswerEnd | AnswerSnapshot>,
  head: object,
  includeUsage: boolean,
  site: string | null,
): Promise<void> {
  const { raw } = reply.hijack()
  raw.writeHead(200, {
    ...(site === null ? {} : { 'access-control-allow-origin': site, vary: 'Origin' }),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const write = (data: object) =>
    raw.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...data })}\n\n`)
  const choice = (delta: object, finish: string | null) => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })
  write(choice({ role: 'assistant', content: '' }, null))
  try {
    for await (const { text, last } of piecesOf(frames)) {
      if (text !== '') write(choice({ content: text }, null))
      if (last) write({ ...choice({}, finishReason(last)), ...extrasOf(last) })
    }
    if (includeUsage) write({ choices: [], usage: USAGE })
    raw.end('data: [DONE]\n\n')
  } catch (error) {
    // The status has been sent: clients of this protocol take an error from within the stream.
    reply.log.error({ err: error }, 'an answer could not be read to its end')
    raw.end(
      `data: ${JSON.stringify(errorBody(error instanceof ProtocolError ? error : new ProtocolError('internal')))}\n\n`,
    )
  }
}

/** Text in order, each character once, also where a snapshot comes between. */
async function* piecesOf(
  frames: AsyncIterable<AnswerDelta | AnswerEnd | AnswerSnapshot>,
): AsyncIterable<{ text: string; last?: AnswerEnd | AnswerSnapshot }> {
  let length = 0
  for await (const frame of frames) {
    const text =
      frame.type === 'answer-end' ? '' : frame.type === 'answer-delta' ? frame.text : frame.text.slice(length)
    length += text.length
    const ended = frame.type === 'answer-end' || (frame.type === 'answer-snapshot' && frame.status === 'ended')
    yield ended ? { text, last: frame } : { text }
  }
}

/** Passages are not tokens of the caller's; what the configured model used stands in the record. */
const USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }

function finishReason(end: AnswerEnd | AnswerSnapshot): string {
  return end.outcome === 'filtered' ? 'content_filter' : 'stop'
}

function extrasOf(end: AnswerEnd | AnswerSnapshot): {
  outcome: string | undefined
  citations: Citation[]
  label: AnswerEnd['label'] | undefined
} {
  return { outcome: end.outcome, citations: end.citations, label: end.label }
}

/** The last user message, and the pairs of question and answer before it. Anything else, such as `system`, is not heard. */
function conversationOf(messages: Static<typeof CompletionsBody>['messages']): {
  question: string
  history: EarlierTurn[]
} {
  const said = messages
    .filter(({ role }) => role === 'user' || role === 'assistant')
    .map(({ role, content }) => ({ role, text: textOf(content) }))
  const last = said.findLastIndex(({ role }) => role === 'user')
  const question = said[last]?.text ?? ''
  const history: EarlierTurn[] = []
  for (const [at, { role, text }] of said.slice(0, Math.max(0, last)).entries()) {
    if (role !== 'user') continue
    const reply = said[at + 1]
    history.push({
      question: text,
      searchText: text,
      answer: reply?.role === 'assistant' ? reply.text : '',
      citations: [],
    })
  }
  return { question, history: history.slice(-HISTORY_TURNS) }
}

function textOf(content: Static<typeof Content> | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('')
}
