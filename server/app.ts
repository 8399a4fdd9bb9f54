import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import websocket from '@fastify/websocket'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import type { Deps } from './deps.ts'
import { MAX_FRAME_BYTES } from './protocol/client-message.ts'
import { ProtocolError } from './protocol/errors.ts'
import { chatEventsRoutes } from './routes/chat-events.ts'
import { chatSocketRoute } from './routes/chat-socket.ts'
import { completionsRoutes } from './routes/completions.ts'
import { answerHttpErrors } from './routes/http-errors.ts'
import { createOpenConnections } from './routes/open-connections.ts'
import { createOriginPolicy } from './routes/origin-policy.ts'
import { pageRoutes } from './routes/pages.ts'
import { publicRoutes } from './routes/public-routes.ts'

export interface App {
  readonly server: FastifyInstance
  /** Stops taking questions, lets running answers finish, tells clients to reconnect, closes. Idle, it takes under a second. */
  drain(): Promise<void>
}

/** How long running answers may take to finish after SIGTERM (protocol rule 9). */
const DRAIN_MS = 90_000

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
    requestTimeout: 30_000,
    connectionTimeout: 0,
    bodyLimit: 256 * 1024,
    forceCloseConnections: true,
  })
  // Fastify's own validator would turn values of a wrong type into the right one before it checks them.
  server.setValidatorCompiler(TypeBoxValidatorCompiler)
  answerHttpErrors(server)
  // The address is logged without its query: whatever stands there is nobody's business.
  server.addHook('onResponse', (request, reply, done) => {
    request.log.debug(
      {
        method: request.method,
        path: request.url.split('?')[0],
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
      const allowed = origin !== undefined && origins.allows(origin, request.headers.host)
      callback(null, {
        origin: allowed ? origin : false,
        methods: ['GET', 'POST'],
        allowedHeaders: ['content-type', 'authorization', 'last-event-id'],
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
  }
  const { maxSockets } = config
  chatSocketRoute(server, { connection, origins, connections, metrics: deps.metrics, maxSockets })
  chatEventsRoutes(server, { connection, origins, connections, maxSockets })
  completionsRoutes(server, { connection, origins })
  publicRoutes(server, {
    personas,
    library: deps.library,
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

function isLogger(logger: FastifyBaseLogger | FastifyServerOptions['logger']): logger is FastifyBaseLogger {
  return typeof logger === 'object' && 'info' in logger
}
