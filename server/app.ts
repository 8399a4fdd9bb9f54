import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import websocket from '@fastify/websocket'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import type { Deps } from './deps.ts'
import type { Persona } from './personas/persona.ts'
import { MAX_FRAME_BYTES } from './protocol/client-message.ts'
import { ProtocolError } from './protocol/errors.ts'
import { chatEventsRoutes } from './routes/chat-events.ts'
import { chatSocketRoute } from './routes/chat-socket.ts'
import { completionsRoutes } from './routes/completions.ts'
import { CONSOLE_PREFIX, consoleRoutes } from './routes/console.ts'
import { consoleCorrectionsRoutes } from './routes/console-corrections.ts'
import { consoleInsightRoutes } from './routes/console-insight.ts'
import { consoleKnowledgeRoutes } from './routes/console-knowledge.ts'
import { consolePreviewRoutes } from './routes/console-preview.ts'
import { consoleReviewRoutes } from './routes/console-review.ts'
import { answerHttpErrors } from './routes/http-errors.ts'
import { createOpenConnections } from './routes/open-connections.ts'
import { createOriginPolicy } from './routes/origin-policy.ts'
import { pageRoutes } from './routes/pages.ts'
import { publicRoutes } from './routes/public-routes.ts'
import { speechRoute } from './routes/speech.ts'
import { speechLabRoutes } from './routes/speech-lab.ts'
import { transcriptionsRoutes } from './routes/transcriptions.ts'

export interface App {
  readonly server: FastifyInstance
  /** Stops taking questions, lets running answers finish, tells clients to reconnect, closes. Idle, it takes under a second. */
  drain(): Promise<void>
}

/** How long running answers may take to finish after SIGTERM (protocol rule 9). */
const DRAIN_MS = 90_000
/** How long a request may take to arrive; an upload of documents over a slow line takes longer. */
const REQUEST_MS = 30_000
const UPLOAD_MS = 600_000
const UPLOAD_PATH = '/v1/console/documents/upload'

/**
 * Composes the application from its parts, without a port: tests build it and `inject`. `logger` is a logger, or says
 * what kind of logger to make.
 */
export async function buildApp(
  deps: Deps,
  logger: FastifyBaseLogger | FastifyServerOptions['logger'] = false,
): Promise<App> {
  const { config, personas } = deps
  let draining = false
  const server = fastify({
    ...(isLogger(logger) ? { loggerInstance: logger } : { logger }),
    // One proxy of our own stands in front; whatever a client writes further left in X-Forwarded-For counts for nothing.
    trustProxy: config.trustProxy ? (_address, hop) => hop === 0 : false,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: UPLOAD_MS,
    connectionTimeout: 0,
    bodyLimit: 256 * 1024,
    forceCloseConnections: true,
  })
  // Fastify's own validator would turn values of a wrong type into the right one before it checks them.
  server.setValidatorCompiler(TypeBoxValidatorCompiler)
  answerHttpErrors(server)
  server.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.url?.startsWith(UPLOAD_PATH) !== true) {
      const late = setTimeout(() => {
        if (!request.raw.complete) request.raw.destroy()
      }, REQUEST_MS)
      late.unref()
      request.raw.once('close', () => clearTimeout(late))
    }
    done()
  })
  // The address is logged without its query: whatever stands there is nobody's business.
  server.addHook('onResponse', (request, reply, done) => {
    request.log.debug(
      {
        method: request.method,
        path: loggedPath(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    )
    done()
  })

  const origins = createOriginPolicy(config.allowedOrigins)
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameSrc: ["'self'"],
        frameAncestors: ["'self'", ...config.allowedOrigins],
      },
    },
    // The allow-list above says who may frame; this older header cannot name several origins.
    xFrameOptions: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    // TLS ends at the proxy in front, which knows whether it may promise this.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  })
  await server.register(cors, {
    delegator(request, callback) {
      const origin = request.headers.origin
      // No other origin's page has a part in the console.
      const console = request.url.startsWith(CONSOLE_PREFIX)
      const allowed = !console && origin !== undefined && origins.allows(origin, request.headers.host)
      callback(null, {
        origin: allowed ? origin : false,
        methods: ['GET', 'POST'],
        allowedHeaders: ['content-type', 'authorization', 'last-event-id'],
        exposedHeaders: ['speech-times', 'retry-after'],
        maxAge: 600,
      })
    },
  })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lecturer avatars',
        description: 'The chat protocol over WebSocket is described in docs/protocol.md.',
        version: '1',
      },
    },
  })
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  await server.register(websocket, {
    // Running answers outlive the plugin's own eager closing; drain() closes the sockets.
    preClose: (done) => done(),
    options: {
      maxPayload: MAX_FRAME_BYTES,
      maxFragments: 64,
      maxBufferedChunks: 4_096,
      perMessageDeflate: false,
      handleProtocols: (protocols: Set<string>) => (protocols.has('lecturer-chat.v1') ? 'lecturer-chat.v1' : false),
    },
  })

  const connections = createOpenConnections()
  const connection = {
    ...deps,
    log: server.log,
    draining: () => draining,
    retentionDays: config.retentionDays,
    voiceInput: deps.transcriber !== null,
    voiceOutput: (persona: Persona) => deps.speaker.voiceOf(persona) !== undefined,
  }
  const { maxSockets } = config
  chatSocketRoute(server, { connection, origins, connections, metrics: deps.metrics, maxSockets })
  chatEventsRoutes(server, { connection, origins, connections, maxSockets })
  completionsRoutes(server, { connection, origins })
  await transcriptionsRoutes(server, { connection, origins, transcriber: deps.transcriber })
  await consoleRoutes(server, {
    accounts: deps.accounts,
    personas: () => consolePersonas(deps),
    transcription: deps.transcriber !== null,
    // The parts of the console: each is opened by one call in deps.ts and has one line here.
    parts: [
      (scope) => consoleReviewRoutes(scope, deps),
      (scope) => consoleCorrectionsRoutes(scope, deps),
      (scope) => consolePreviewRoutes(scope, deps),
      (scope) => consoleKnowledgeRoutes(scope, deps),
      (scope) => consoleInsightRoutes(scope, deps),
      (scope) => speechLabRoutes(scope, deps),
    ],
  })
  speechRoute(server, { connection, origins, speaker: deps.speaker })
  publicRoutes(server, {
    personas,
    library: deps.library,
    corrections: deps.corrections,
    metrics: deps.metrics,
    now: deps.now,
    async ready() {
      if (draining) throw new ProtocolError('draining')
      await deps.transcripts.checkWritable()
    },
  })
  await pageRoutes(server, { webDir: deps.webDir, personas })
  server.addHook('onClose', () => deps.close())

  return {
    server,
    async drain() {
      draining = true
      // Spread over a while, so that the nodes that stay are not stormed.
      connections.broadcast((index) => ({ type: 'drain', afterMs: 200 + ((index * 97) % 4_800) }))
      await deps.runner.drain(DRAIN_MS)
      connections.closeAll(1012, 'The service is restarting.')
      await server.close()
    },
  }
}

/** Without its query; and without the token of a link. */
function loggedPath({ url, routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.url?.includes(':token') === true ? routeOptions.url : url.split('?')[0]
}

/** Every persona of the site; `paused` where it may not speak now. */
function consolePersonas({ library, personas }: Deps) {
  return library.current().personas.map(({ id, name, title }) => ({
    id,
    name,
    ...(title === undefined ? {} : { title }),
    paused: personas.get(id) === undefined,
  }))
}

function isLogger(logger: FastifyBaseLogger | FastifyServerOptions['logger']): logger is FastifyBaseLogger {
  return typeof logger === 'object' && 'info' in logger
}
