import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Corrections } from '../corrections/open-corrections.ts'
import type { KnowledgeLibrary } from '../knowledge/knowledge-library.ts'
import { type Personas, personaCard } from '../personas/personas.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { PersonaCard } from '../protocol/persona-card.ts'
import type { Metrics } from './metrics.ts'

export interface PublicRoutesOptions {
  readonly personas: Personas
  readonly library: KnowledgeLibrary
  readonly corrections: Pick<Corrections, 'document' | 'paused'>
  readonly metrics: Metrics
  readonly now: () => number
  /** Resolves where the process can answer; rejects with the reason otherwise. */
  readonly ready: () => Promise<void>
}

/** What anybody may read: persona cards, the documents they speak from, health and metrics. */
export function publicRoutes(
  app: FastifyInstance,
  { personas, library, corrections, metrics, now, ready }: PublicRoutesOptions,
): void {
  app.get(
    '/v1/personas',
    {
      schema: {
        tags: ['personas'],
        summary: 'The public cards of all personas',
        response: { 200: Type.Object({ personas: Type.Array(PersonaCard) }) },
      },
    },
    () => ({ personas: personas.list().map((persona) => personaCard(persona, now())) }),
  )

  app.get<{ Params: { '*': string } }>(
    '/v1/documents/*',
    {
      schema: {
        tags: ['personas'],
        summary: 'A document that answers cite: its stored text, in which the spans of citations count',
      },
    },
    (request) => {
      const approved = corrections.document(request.params['*'])
      if (approved && personas.get(approved.personaId)) return approved.document
      const document = library.document(request.params['*'])
      const spoken =
        document &&
        personas
          .list()
          .some(
            (persona) =>
              persona.collections.includes(document.collection) &&
              !corrections.paused.isDocumentPaused(persona.id, document.id),
          )
      if (!document || !spoken) throw new ProtocolError('not-found')
      const { id, hash, text, meta } = document
      const {
        title,
        kind,
        source,
        issuedBy,
        documentNumber,
        issuedOn,
        effectiveFrom,
        effectiveUntil,
        region,
        licence,
        url,
      } = meta
      return {
        id,
        hash,
        title,
        kind,
        source,
        issuedBy,
        documentNumber,
        issuedOn,
        effectiveFrom,
        effectiveUntil,
        region,
        licence,
        url,
        text,
      }
    },
  )

  app.get('/healthz', { schema: { tags: ['operating'], summary: 'The process is up' } }, () => ({ status: 'ok' }))

  app.get(
    '/readyz',
    { schema: { tags: ['operating'], summary: 'The process can answer; 503 while it drains or cannot store' } },
    async (_request, reply) => {
      try {
        await ready()
        return { status: 'ready' }
      } catch (error) {
        const code = error instanceof ProtocolError ? error.code : 'internal'
        return reply.status(503).send({ status: 'not-ready', reason: code })
      }
    },
  )

  app.get('/metrics', { schema: { tags: ['operating'], summary: 'Prometheus metrics' } }, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}
