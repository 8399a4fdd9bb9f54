import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { InsightExport } from '../insight/export/export.ts'
import { EXPORTS, type ExportFormat, type ExportKind } from '../insight/export/file-name.ts'
import type { InsightReader } from '../insight/insight.ts'
import type { Account } from '../protocol/console-account.ts'
import { Insight, InsightFilter } from '../protocol/console-insight.ts'
import { allowed, requireSight } from './console-guard.ts'

export interface ConsoleInsightParts {
  readonly insight: InsightReader & { readonly export: InsightExport }
}

const Time = Type.String({ pattern: '^[0-9]{1,15}$', description: 'Epoch milliseconds' })
/** The filter as an address bears it: all is text. */
const period = { ...InsightFilter.properties, from: Time, to: Time }
const InsightQuery = Type.Object(period, { additionalProperties: false })
type InsightQuery = Omit<InsightFilter, 'from' | 'to'> & { from: string; to: string }
const ExportQuery = Type.Object(
  {
    ...period,
    what: Type.Enum([...EXPORTS]),
    format: Type.Union([Type.Literal('csv'), Type.Literal('xlsx')]),
  },
  { additionalProperties: false },
)
type ExportQuery = InsightQuery & { what: ExportKind; format: ExportFormat }

/** What is asked, what is answered and how good it is; and the same as files. */
export function consoleInsightRoutes(app: FastifyInstance, { insight }: ConsoleInsightParts): void {
  const tags = ['console']
  app.get<{ Querystring: InsightQuery }>(
    '/insight',
    { schema: { tags, summary: 'Figures of a period', querystring: InsightQuery, response: { 200: Insight } } },
    (request) => insight.read(...asked(request, request.query)),
  )
  app.get<{ Querystring: ExportQuery }>(
    '/insight/export',
    { schema: { tags, summary: 'A file of turns, corrections, questions or figures', querystring: ExportQuery } },
    async (request, reply) => {
      const { what: kind, format, ...query } = request.query
      const [account, filter] = asked(request, query)
      const file = await insight.export.write(account, { kind, format, filter })
      return reply.type(file.contentType).header('content-disposition', file.contentDisposition).send(file.body)
    },
  )
}

/** Who asks, and for what. Throws `not-found` for a persona that they may not know of. */
function asked(request: FastifyRequest, { from, to, ...query }: InsightQuery): [Account, InsightFilter] {
  const account = allowed(request, 'read-insight')
  if (query.personaId !== undefined) requireSight(account, query.personaId)
  return [account, { ...query, from: Number(from), to: Number(to) }]
}
