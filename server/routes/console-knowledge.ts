import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { asStoreError, isStoreFailure } from '../db/store-errors.ts'
import type { ConsoleKnowledge } from '../knowledge/console-knowledge.ts'
import { IMPORT_LIMITS } from '../knowledge/import/limits.ts'
import { refusedLine, type UploadedFile } from '../knowledge/import/take-file.ts'
import type { Account } from '../protocol/console-account.ts'
import {
  DocumentAction,
  DocumentChange,
  DocumentDetail,
  DocumentDiff,
  DocumentRow,
  DocumentState,
  type UploadLine,
} from '../protocol/console-knowledge.ts'
import { errorSentence, ProtocolError } from '../protocol/errors.ts'
import { allowed } from './console-guard.ts'
import { toProtocolError } from './http-errors.ts'

export interface ConsoleKnowledgeParts {
  readonly knowledge: ConsoleKnowledge
}

const Filter = Type.Object({
  personaId: Type.Optional(Type.String({ maxLength: 64 })),
  words: Type.Optional(Type.String({ maxLength: 200 })),
  state: Type.Optional(DocumentState),
})
type Filter = Static<typeof Filter>
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 300 }) })
type Id = Static<typeof Id>
const Versions = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 300 }),
  from: Type.String({ pattern: '^[1-9]\\d{0,8}$' }),
  to: Type.String({ pattern: '^[1-9]\\d{0,8}$' }),
})
type Versions = Static<typeof Versions>
const Target = Type.Object({
  kind: Type.Union([Type.Literal('story'), Type.Literal('policy')]),
  personaId: Type.Optional(Type.String({ maxLength: 64 })),
  collection: Type.Optional(Type.String({ maxLength: 100 })),
})
type Target = Static<typeof Target>

const MOST_FILES = 50
const MOST_UPLOADS = 4
/** The longest text of a change as JSON, where each letter may take six bytes. */
const CHANGE_BYTES = 16 * 1024 * 1024
const UPLOAD_BYTES = MOST_FILES * IMPORT_LIMITS.fileBytes

/** The library of a site: its documents, their versions, and uploads. */
export async function consoleKnowledgeRoutes(app: FastifyInstance, parts: ConsoleKnowledgeParts): Promise<void> {
  const { knowledge } = parts
  const editor = (request: FastifyRequest) => allowed(request, 'edit-knowledge')

  app.get<{ Querystring: Filter }>(
    '/documents',
    {
      schema: {
        ...describe('Documents of files and of the console'),
        querystring: Filter,
        response: { 200: Type.Object({ rows: Type.Array(DocumentRow) }) },
      },
    },
    async (request) => ({ rows: await knowledge.list(editor(request), request.query) }),
  )

  app.get<{ Querystring: Id }>(
    '/documents/detail',
    { schema: { ...describe('One document'), querystring: Id, response: { 200: DocumentDetail } } },
    (request) => knowledge.detail(editor(request), request.query.id),
  )

  app.put<{ Querystring: Id; Body: DocumentChange }>(
    '/documents',
    {
      bodyLimit: CHANGE_BYTES,
      schema: {
        ...describe('A new version, as a draft'),
        querystring: Id,
        body: DocumentChange,
        response: { 200: DocumentDetail },
      },
    },
    (request) => knowledge.change(editor(request), request.query.id, request.body),
  )

  app.post<{ Querystring: Id; Body: DocumentAction }>(
    '/documents/action',
    {
      schema: {
        ...describe('Publish the draft, withdraw the document, or return to a version'),
        querystring: Id,
        body: DocumentAction,
        response: { 200: DocumentDetail },
      },
    },
    (request) => knowledge.act(editor(request), request.query.id, request.body),
  )

  app.get<{ Querystring: Versions }>(
    '/documents/diff',
    {
      schema: {
        ...describe('What changed between two versions'),
        querystring: Versions,
        response: { 200: DocumentDiff },
      },
    },
    (request) => {
      const { id, from, to } = request.query
      return knowledge.diff(editor(request), id, Number(from), Number(to))
    },
  )

  await app.register(uploadRoute(parts))
}

function describe(summary: string) {
  return { tags: ['console'], summary }
}

function uploadRoute({ knowledge }: ConsoleKnowledgeParts): FastifyPluginAsync {
  let running = 0
  return async (scope) => {
    if (!scope.hasContentTypeParser('multipart/form-data')) await scope.register(multipart)
    scope.post<{ Querystring: Target }>(
      '/documents/upload',
      {
        bodyLimit: UPLOAD_BYTES,
        // The form reader would write the request's headers, and with them the session.
        ...(scope.log.level === 'trace' ? { logLevel: 'debug' } : {}),
        schema: {
          ...describe('Upload files; each becomes a draft. The answer is one JSON object a line'),
          consumes: ['multipart/form-data'],
          querystring: Target,
        },
      },
      (request, reply) => {
        const account = allowed(request, 'edit-knowledge')
        const target = knowledge.checkTarget(account, request.query)
        if (!request.isMultipart()) throw new ProtocolError('bad-request', 'The body must be multipart/form-data.')
        if (running >= MOST_UPLOADS) {
          void reply.header('retry-after', 5)
          throw new ProtocolError('rate-limited')
        }
        running += 1
        reply.raw.once('close', () => {
          running -= 1
        })
        const lines = uploadLines(
          request,
          reply,
          (file, signal) => knowledge.take(account, target, file, signal),
          account,
        )
        return reply
          .type('application/x-ndjson; charset=utf-8')
          .header('x-accel-buffering', 'no')
          .send(Readable.from(asText(lines)))
      },
    )
  }
}

type Take = (file: UploadedFile, signal: AbortSignal) => AsyncGenerator<UploadLine>

/** File after file, each on the disk for as long as it is read. */
async function* uploadLines(
  request: FastifyRequest,
  reply: FastifyReply,
  take: Take,
  account: Account,
): AsyncGenerator<UploadLine> {
  const locale = request.headers['accept-language']?.split(',')[0]?.trim()
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const dir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-upload-'))
  let name = ''
  try {
    const limits = { files: MOST_FILES, fields: 8, parts: MOST_FILES + 8, fileSize: IMPORT_LIMITS.fileBytes }
    const parts = request.parts({ limits, ...WHOLE_FILES })
    for (;;) {
      const part = await parts.next().then(({ value }) => value, badForm)
      if (part === undefined) break
      if (part.type !== 'file') continue
      name = nameOf(part.filename)
      const path = join(dir, randomUUID())
      yield { type: 'progress', file: name, step: 'receiving' }
      await pipeline(part.file, createWriteStream(path)).catch(badForm)
      if (part.file.truncated) yield refusedLine(name, { code: 'file-too-large', detail: undefined }, locale)
      else yield* take({ path, name, ...(locale === undefined ? {} : { locale }) }, gone.signal)
      await rm(path, { force: true })
    }
    if (name === '') yield errorLine('', new ProtocolError('bad-request'), locale)
  } catch (error) {
    if (gone.signal.aborted) return
    const known = toProtocolError(asStoreError(error) as Error)
    if (known.code !== 'bad-request') request.log.error({ err: error, account: account.id }, 'an upload failed')
    yield errorLine(name, known, locale)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** A file that is too large is told of in its line, and the others go on. */
const WHOLE_FILES = { throwFileSizeLimit: false }

/** What the reader of forms throws is about the form; a full disk is not. */
function badForm(error: Error): never {
  if (isStoreFailure(error)) throw error
  throw new ProtocolError('bad-request', undefined, { cause: error })
}

/** The answer has begun, so what fails now is told in its place. */
function errorLine(file: string, { code }: ProtocolError, locale: string | undefined): UploadLine {
  return { type: 'refused', file, code, message: errorSentence(code, locale) }
}

async function* asText(lines: AsyncIterable<UploadLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

const LONGEST_NAME = 200

/** The last part of the name, since some browsers send a path; without signs that nobody sees. */
function nameOf(filename: string | undefined): string {
  const last = (filename ?? '').split(/[\\/]/).at(-1) ?? ''
  const visible = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
  return visible === '' ? 'file' : visible.slice(-LONGEST_NAME)
}
