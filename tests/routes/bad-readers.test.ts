import { setTimeout as sleep } from 'node:timers/promises'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type ChatSocketOptions, chatSocketRoute } from '../../server/routes/chat-socket.ts'
import { createOpenConnections } from '../../server/routes/open-connections.ts'
import { createOriginPolicy } from '../../server/routes/origin-policy.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
let server: TestServer
const apps: FastifyInstance[] = []
const sockets: WebSocket[] = []

beforeAll(async () => {
  server = await startTestServer()
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate()
})
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()))
  await server.close()
})

/** The same route on a port of its own, with what a test has to change. */
async function serveRoute(changes: Pick<ChatSocketOptions, 'maxSockets' | 'heartbeat'>) {
  const app = fastify({ forceCloseConnections: true })
  apps.push(app)
  await app.register(websocket)
  const connections = createOpenConnections()
  chatSocketRoute(app, {
    connection: { ...server.deps, log: app.log, draining: () => false, retentionDays: 180 },
    origins: createOriginPolicy([]),
    connections,
    metrics: server.deps.metrics,
    ...changes,
  })
  return { address: await app.listen({ host: '127.0.0.1', port: 0 }), connections }
}

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
  const { address } = await serveRoute({ maxSockets: 10, heartbeat: { everyMs: 200, pongWithinMs: 1_500 } })
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
  const { address } = await serveRoute({ maxSockets: 3 })
  const clients = await Promise.all([connectChat(address), connectChat(address), connectChat(address)])
  const fourth = await connectChat(address)
  expect((await fourth.closed()).code).toBe(4429)
  expect(fourth.heard[0]).toMatchObject({ type: 'error', code: 'too-many-connections', retryable: true })
  await Promise.all(clients.map((client) => client.close()))
})

it('cuts off a client that never reads, before much waits for it', async () => {
  const { address, connections } = await serveRoute({ maxSockets: 10 })
  const reading = await connectChat(address)
  await reading.open(PERSONA)
  const deaf = await connectMute(address)
  await new Promise((resolve) => deaf.once('message', resolve))
  deaf.pause()
  const before = process.memoryUsage().arrayBuffers
  const text = '很长的通知'.repeat(2_000)
  let sent = 0
  while (connections.count() === 2 && sent < 2_000) {
    connections.broadcast(() => ({ type: 'notice', kind: 'ai-reminder', text }))
    sent++
    await sleep(2)
  }
  expect(connections.count()).toBe(1)
  // The kernel holds some megabytes on both sides; the process holds no more than its limit.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024)
  // The others have everything.
  await expect.poll(() => reading.heard.filter(({ type }) => type === 'notice').length).toBe(sent)
  expect((await reading.ask('你好')).end.outcome).toBe('grounded')
  // When it reads again, it learns that it has to come back; not if it was cut off before.
  const closed = new Promise<number>((resolve) => deaf.once('close', resolve))
  deaf.resume()
  expect([4008, 1006]).toContain(await closed)
  await reading.close()
})
