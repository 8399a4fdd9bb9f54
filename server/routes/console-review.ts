import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Account } from '../protocol/console-account.ts'
import { NewDecision, QueueFilter, QueuePage, SavedView, TurnDetail } from '../protocol/console-queue.ts'
import type { Review } from '../review/review.ts'
import { allowed, requireSight } from './console-guard.ts'

export interface ConsoleReviewParts {
  readonly review: Review
}

const Time = Type.String({ pattern: '^[0-9]{1,15}$' })

/** The filter as an address bears it: all is text. */
const QueueQuery = Type.Object(
  {
    ...QueueFilter.properties,
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    days: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'As in a kept view' })),
    limit: Type.Optional(Type.String({ pattern: '^(?:[1-9][0-9]?|100)$', description: 'Rows a page' })),
  },
  { additionalProperties: false },
)
type QueueQuery = Omit<QueueFilter, 'from' | 'to' | 'days' | 'limit'> & {
  from?: string
  to?: string
  days?: string
  limit?: string
}

const Id = Type.String({ minLength: 1, maxLength: 64 })
const AnswerId = Type.Object({ answerId: Id })
type AnswerId = { Params: { answerId: string } }
const Lease = Type.Object({ until: Type.Integer({ description: 'Epoch milliseconds; 0 where nobody has it' }) })
const Decided = Type.Object({
  revision: Type.Integer(),
  decided: Type.Integer({ minimum: 1, description: 'How many turns' }),
  decisionId: Type.String(),
})
const Undo = Type.Object({ decisionId: Id }, { additionalProperties: false })
const NewView = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 60 }), filter: QueueFilter },
  { additionalProperties: false },
)
const Views = Type.Object({ views: Type.Array(SavedView) })

/** The queue of turns that want a human, one turn with all that is known of it, and what is decided about it. */
export function consoleReviewRoutes(app: FastifyInstance, { review }: ConsoleReviewParts): void {
  app.get<{ Querystring: QueueQuery }>(
    '/queue',
    { schema: { ...describe('Questions that want a human'), querystring: QueueQuery, response: { 200: QueuePage } } },
    (request) => review.queue(...asked(request)),
  )
  app.get<AnswerId & { Querystring: QueueQuery }>(
    '/turns/:answerId',
    {
      schema: {
        ...describe('One turn; the filter says which are beside it'),
        params: AnswerId,
        querystring: QueueQuery,
        response: { 200: TurnDetail },
      },
    },
    (request) => {
      const [account, filter] = asked(request)
      return review.turn(account, request.params.answerId, filter)
    },
  )
  app.post<AnswerId>(
    '/turns/:answerId/lease',
    { schema: { ...describe('Work on a turn, or go on with it'), params: AnswerId, response: { 200: Lease } } },
    (request) => review.takeLease(allowed(request, 'review'), request.params.answerId),
  )
  app.delete<AnswerId>(
    '/turns/:answerId/lease',
    { schema: { ...describe('Stop working on a turn'), params: AnswerId, response: { 200: Lease } } },
    (request) => review.dropLease(allowed(request, 'review'), request.params.answerId),
  )
  app.post<AnswerId & { Body: NewDecision }>(
    '/turns/:answerId/decision',
    { schema: { ...describe('Decide'), params: AnswerId, body: NewDecision, response: { 200: Decided } } },
    (request) => review.decide(allowed(request, 'review'), request.params.answerId, request.body),
  )
  app.post<AnswerId & { Body: { decisionId: string } }>(
    '/turns/:answerId/undo',
    {
      schema: {
        ...describe('Take a decision back'),
        params: AnswerId,
        body: Undo,
        response: { 200: Type.Object({ revision: Type.Integer() }) },
      },
    },
    (request) => review.undo(allowed(request, 'review'), request.params.answerId, request.body.decisionId),
  )
  viewRoutes(app, review)
}

function viewRoutes(app: FastifyInstance, { views }: Review): void {
  app.get(
    '/views',
    { schema: { ...describe('Views that one has kept'), response: { 200: Views } } },
    async (request) => ({
      views: await views.list(allowed(request, 'review')),
    }),
  )
  app.post<{ Body: { name: string; filter: QueueFilter } }>(
    '/views',
    { schema: { ...describe('Keep a view'), body: NewView, response: { 200: SavedView } } },
    (request) => views.save(allowed(request, 'review'), request.body.name, request.body.filter),
  )
  app.delete<{ Params: { id: string } }>(
    '/views/:id',
    {
      schema: {
        ...describe('Forget a view'),
        params: Type.Object({ id: Id }),
        response: { 204: Type.Null({ description: 'Done' }) },
      },
    },
    async (request, reply) => {
      await views.remove(allowed(request, 'review'), request.params.id)
      return await reply.status(204).send()
    },
  )
}

function describe(summary: string) {
  return { tags: ['console'], summary }
}

/** Who asks, and for what. Throws `not-found` for a persona that they may not know of. */
function asked(request: FastifyRequest<{ Querystring: QueueQuery }>): [Account, QueueFilter] {
  const account = allowed(request, 'review')
  const { from, to, days, limit, ...filter } = request.query
  if (filter.personaId !== undefined) requireSight(account, filter.personaId)
  return [
    account,
    {
      ...filter,
      ...(from === undefined ? {} : { from: Number(from) }),
      ...(to === undefined ? {} : { to: Number(to) }),
      ...(days === undefined ? {} : { days: Number(days) }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    },
  ]
}
