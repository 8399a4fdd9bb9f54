import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance } from 'fastify'
import { WebSocket } from 'ws'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { chatSocketRoute } from '../../server/routes/chat-socket.ts'
import { createOpenConnections, type OpenConnections } from '../../server/routes/open-connections.ts'
import { createOriginPolicy } from '../../server/routes/origin-policy.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
let server: TestServer
let impatient: FastifyInstance
let connections: OpenConnections
let address: string
const sockets: WebSocket[] = []

beforeAll(async () => {
  server = await startTestServer()
  // The same route with a heart that beats faster.
  impatient = fastify({ forceCloseConnections: true })
  await impatient.register(websocket)
  connections = createOpenConnections()
  chatSocketRoute(impatient, {
    connection: { ...server.deps, log: impatient.log, draining: () => false },
    origins: createOriginPolicy([]),
    connections,
    metrics: server.deps.metrics,
    maxSockets: 3,
    heartbeat: { everyMs: 80, pongWithinMs: 120 },
  })
  address = await impatient.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate()
})
afterAll(async () => {
  await impatient.close()
  await server.close()
})

/** A socket that answers nothing by itself. */
async function connectMute(to: string): Promise<WebSocket> {
  const socket = new WebSocket(`${to.replace('http', 'ws')}/v1/chat`, 'lecturer-chat.v1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'session-open', personaId: PERSONA }))
  return socket
}

it('closes a client that answers no ping with 4009, and keeps one that does', async () => {
  const lively: ChatClient = await connectChat(address)
  await lively.open(PERSONA)
  const mute = await connectMute(address)
  const code = await new Promise((resolve) => mute.once('close', resolve))
  expect(code).toBe(4009)
  for (let heard = 0; heard < 4; heard++) await lively.next('ping')
  expect(lively.socket.readyState).toBe(WebSocket.OPEN)
  expect((await lively.ask('你好')).end.outcome).toBe('grounded')
  await lively.close()
})

it('refuses more sockets than it may hold with 4429', async () => {
  await expect.poll(() => connections.count()).toBe(0)
  const clients = await Promise.all([connectChat(address), connectChat(address), connectChat(address)])
  const fourth = await connectChat(address)
  expect((await fourth.closed()).code).toBe(4429)
  expect(fourth.heard[0]).toMatchObject({ type: 'error', code: 'too-many-connections', retryable: true })
  await Promise.all(clients.map((client) => client.close()))
})

it('cuts off a client that never reads, before much waits for it', { timeout: 30_000 }, async () => {
  const asking = await connectChat(server.address)
  const ready = await asking.open(PERSONA)
  const ends = []
  for (const question of ['你的师傅是谁？', '焊条为什么要先烘干？', '你第一次正式焊的是什么东西？']) ends.push((await asking.ask(question)).end)
  const deaf = await connectMute(server.address)
  deaf.pause()
  deaf.send(JSON.stringify({ type: 'session-forget' }))
  deaf.terminate()

  const reader = new WebSocket(`${server.address.replace('http', 'ws')}/v1/chat`, 'lecturer-chat.v1')
  sockets.push(reader)
  reader.on('error', () => undefined)
  await new Promise((resolve) => reader.once('open', resolve))
  reader.send(JSON.stringify({ type: 'session-open', personaId: PERSONA, sessionId: ready.sessionId, token: ready.token }))
  await new Promise((resolve) => reader.once('message', resolve))
  reader.pause()
  const before = process.memoryUsage().arrayBuffers
  const open = async () => Number(/^lecturer_sockets (\d+)$/m.exec(await server.deps.metrics.registry.metrics())?.[1])
  const both = await open()
  // As fast as the limit on frames allows.
  let sent = 0
  const timer = setInterval(() => {
    for (let burst = 0; burst < (sent === 0 ? 380 : 4); burst++) {
      const end = ends[sent++ % ends.length]
      reader.send(JSON.stringify({ type: 'answer-resume', answerId: end?.answerId, epoch: 'another', seq: 1 }))
    }
  }, 100)
  await expect.poll(open, { timeout: 25_000, interval: 100 }).toBe(both - 1)
  clearInterval(timer)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  // Nobody else noticed.
  expect((await asking.ask('你好')).end.outcome).toBe('grounded')
  await asking.close()
})
