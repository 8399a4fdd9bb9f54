import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Corrections } from '../corrections/open-corrections.ts'
import {
  Correction,
  CorrectionAction,
  CorrectionChange,
  CorrectionDraft,
  CorrectionState,
  CorrectionVersion,
  GoldenQuestion,
  NewPause,
  Pause,
} from '../protocol/console-correction.ts'
import { allowed } from './console-guard.ts'

export interface ConsoleCorrectionsParts {
  readonly corrections: Pick<Corrections, 'store' | 'golden' | 'pauses'>
}

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })
type Id = { Params: { id: string } }
const Nothing = Type.Null({ description: 'Done' })
const PersonaQuery = Type.Object(
  { personaId: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
)

/** A query's values are text. */
const ListQuery = Type.Object(
  {
    personaId: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(CorrectionState),
    words: Type.Optional(Type.String({ maxLength: 200 })),
    sourceChanged: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
    cursor: Type.Optional(Type.String({ maxLength: 100 })),
    limit: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,2}$' })),
  },
  { additionalProperties: false },
)
type ListQuery = {
  personaId?: string
  state?: CorrectionState
  words?: string
  sourceChanged?: 'true' | 'false'
  cursor?: string
  limit?: string
}
const MOST_ROWS = 200

/** Corrections through their life, the questions that must stay right, and the veto. */
export function consoleCorrectionsRoutes(app: FastifyInstance, { corrections }: ConsoleCorrectionsParts): void {
  correctionRoutes(app, corrections)
  goldenRoutes(app, corrections)
  pauseRoutes(app, corrections)
}

function describe(summary: string) {
  return { tags: ['console'], summary }
}

const reviewer = (request: FastifyRequest) => allowed(request, 'review')

function correctionRoutes(app: FastifyInstance, { store }: ConsoleCorrectionsParts['corrections']): void {
  app.get<{ Querystring: ListQuery }>(
    '/corrections',
    {
      schema: {
        ...describe('Corrections, last changed first'),
        querystring: ListQuery,
        response: {
          200: Type.Object({ rows: Type.Array(Correction), next: Type.Union([Type.String(), Type.Null()]) }),
        },
      },
    },
    (request) => {
      const { sourceChanged, limit, ...filter } = request.query
      return store.list(reviewer(request), {
        ...filter,
        ...(sourceChanged === undefined ? {} : { sourceChanged: sourceChanged === 'true' }),
        ...(limit === undefined ? {} : { limit: Math.min(Number(limit), MOST_ROWS) }),
      })
    },
  )

  app.post<{ Body: CorrectionDraft }>(
    '/corrections',
    { schema: { ...describe('Begin a correction'), body: CorrectionDraft, response: { 200: Correction } } },
    (request) => store.create(reviewer(request), request.body),
  )

  app.get<Id>(
    '/corrections/:id',
    {
      schema: {
        ...describe('A correction with its history, newest first'),
        params: Id,
        response: { 200: Type.Object({ correction: Correction, versions: Type.Array(CorrectionVersion) }) },
      },
    },
    (request) => store.find(reviewer(request), request.params.id),
  )

  app.put<Id & { Body: CorrectionChange }>(
    '/corrections/:id',
    {
      schema: {
        ...describe('Write a new version, as a draft; what is live goes on answering'),
        params: Id,
        body: CorrectionChange,
        response: { 200: Correction },
      },
    },
    (request) => store.change(reviewer(request), request.params.id, request.body),
  )

  app.post<Id & { Body: CorrectionAction }>(
    '/corrections/:id/action',
    {
      schema: {
        ...describe('Submit, approve, return, withdraw or roll back'),
        params: Id,
        body: CorrectionAction,
        response: { 200: Correction },
      },
    },
    (request) => store.act(reviewer(request), request.params.id, request.body),
  )
}

function goldenRoutes(app: FastifyInstance, { golden }: ConsoleCorrectionsParts['corrections']): void {
  app.get<{ Querystring: { personaId?: string } }>(
    '/golden',
    {
      schema: {
        ...describe('Questions that must stay answered right'),
        querystring: PersonaQuery,
        response: { 200: Type.Object({ rows: Type.Array(GoldenQuestion) }) },
      },
    },
    async (request) => ({ rows: await golden.list(reviewer(request), request.query.personaId) }),
  )

  app.post<{ Body: { answerId: string } }>(
    '/golden',
    {
      schema: {
        ...describe('Keep the question of an approved answer'),
        body: Type.Object({ answerId: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false }),
        response: { 200: GoldenQuestion },
      },
    },
    (request) => golden.keep(reviewer(request), request.body.answerId),
  )

  app.delete<Id>(
    '/golden/:id',
    { schema: { ...describe('Keep it no longer'), params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await golden.remove(reviewer(request), request.params.id)
      return await reply.status(204).send()
    },
  )
}

function pauseRoutes(app: FastifyInstance, { pauses }: ConsoleCorrectionsParts['corrections']): void {
  app.get(
    '/pauses',
    {
      schema: {
        ...describe('What is paused now'),
        response: { 200: Type.Object({ rows: Type.Array(Pause) }) },
      },
    },
    async (request) => ({ rows: await pauses.list(allowed(request, 'pause')) }),
  )

  app.post<{ Body: NewPause }>(
    '/pauses',
    {
      schema: {
        ...describe('Pause an answer, a document or a persona, at once and everywhere'),
        body: NewPause,
        response: { 200: Pause },
      },
    },
    (request) => pauses.begin(allowed(request, 'pause'), request.body),
  )

  app.delete<Id>(
    '/pauses/:id',
    { schema: { ...describe('End a pause'), params: Id, response: { 204: Nothing } } },
    async (request, reply) => {
      await pauses.end(allowed(request, 'pause'), request.params.id)
      return await reply.status(204).send()
    },
  )
}
