import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import type { ServerMessage } from '../../../server/protocol/server-message.ts'
import type { SocketConstructor } from '../../../web-widget/connection/carriers.ts'
import { type ChatConnection, createChatConnection } from '../../../web-widget/connection/chat-connection.ts'
import { createVisitorStore, type VisitorStore } from '../../../web-widget/connection/visitor-store.ts'
import { type ProtocolServer, type ProtocolServerOptions, startProtocolServer } from '../../helpers/protocol-server.ts'
import { scriptedAnswer, WELDER } from '../../helpers/widget-site.ts'

const Socket = NodeSocket as unknown as SocketConstructor
const open: { server: ProtocolServer; chats: ChatConnection[] }[] = []

afterEach(async () => {
  for (const { server, chats } of open.splice(0)) {
    for (const chat of chats) chat.dispose()
    await server.close()
  }
})

function memoryStore(): Storage {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage
}

async function setUp(options: Partial<ProtocolServerOptions> = {}) {
  const server = await startProtocolServer({ personas: [WELDER], answer: scriptedAnswer, ...options })
  const chats: ChatConnection[] = []
  open.push({ server, chats })
  const lasting = memoryStore()
  const tab = memoryStore()
  const connect = (
    persona = WELDER.id,
    store: VisitorStore = createVisitorStore(server.address, persona, lasting, tab),
  ) => {
    const chat = createChatConnection({
      address: server.address,
      personaId: persona,
      locale: 'zh-CN',
      store,
      onChange: () => {},
      Socket,
    })
    chats.push(chat)
    return chat
  }
  return { server, connect }
}

const recordedText = scriptedAnswer('师傅')
  .sentences.map((sentence) => sentence.text)
  .join('')
const lastAnswer = (chat: ChatConnection) => chat.conversation().turns.at(-1)?.answer
const ended = (chat: ChatConnection, turns = 1) =>
  vi.waitFor(
    () => {
      const answers = chat.conversation().turns.map((turn) => turn.answer?.ending?.outcome)
      expect(answers.filter((outcome) => outcome !== undefined)).toHaveLength(turns)
    },
    { timeout: 15_000, interval: 10 },
  )

describe('a chat over a socket', () => {
  it('asks, shows and acknowledges', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await ended(chat)
    expect(lastAnswer(chat)?.text).toBe(recordedText)
    await vi.waitFor(() => expect(server.received.at(-1)).toMatchObject({ type: 'answer-ack', seq: 5 }))
  })

  it('sends one question after the other', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    chat.ask('你得过哪些奖？')
    await ended(chat, 2)
    expect(server.received.filter((message) => message.type === 'turn-ask')).toHaveLength(2)
    expect(chat.conversation().turns.map((turn) => turn.answer?.ending?.outcome)).toEqual(['grounded', 'declined'])
  })

  it('keeps an unsent question over a reload and sends it once, under the same id', async () => {
    const { server, connect } = await setUp()
    const before = connect()
    before.ask('你的师傅是谁？')
    const id = before.conversation().turns[0]?.turnId
    before.dispose()
    const after = connect()
    expect(after.conversation().turns[0]).toMatchObject({ turnId: id, delivery: 'queued' })
    after.start()
    await ended(after)
    expect(server.received.filter((message) => message.type === 'turn-ask').map((ask) => ask.turnId)).toEqual([id])
    const third = connect()
    third.start()
    await ended(third)
    expect(server.received.filter((message) => message.type === 'turn-ask')).toHaveLength(1)
  })

  it('leaves no trace: clears at once, has the server delete, and asks the next question in a new session', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await ended(chat)
    const old = chat.conversation().session?.sessionId ?? ''
    chat.leaveNoTrace()
    expect(chat.conversation().turns).toEqual([])
    chat.ask('你得过哪些奖？')
    await ended(chat)
    expect(server.sessions.has(old)).toBe(false)
    expect(chat.conversation().session?.sessionId).not.toBe(old)
    expect(chat.conversation().turns.map((turn) => turn.question)).toEqual(['你得过哪些奖？'])
    const kinds = server.received.map((message) => message.type)
    expect(kinds.lastIndexOf('turn-ask')).toBeGreaterThan(kinds.indexOf('session-forget'))
  })

  it('owes the deletion while the line is down, also over a reload, and shows nothing of the old session', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await ended(chat)
    const old = chat.conversation().session?.sessionId ?? ''
    chat.network(false)
    server.dropAll()
    chat.leaveNoTrace()
    chat.dispose()
    expect(server.sessions.has(old)).toBe(true)
    const after = connect()
    after.start()
    await vi.waitFor(() => expect(server.sessions.has(old)).toBe(false))
    await vi.waitFor(() => expect(after.conversation().session).not.toBeNull())
    expect(after.conversation().session?.sessionId).not.toBe(old)
    expect(after.conversation().turns).toEqual([])
  })

  it('goes on where the session that was to be deleted is gone already', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await ended(chat)
    server.sessions.clear()
    server.dropAll()
    chat.leaveNoTrace()
    chat.ask('你得过哪些奖？')
    await ended(chat)
    expect(chat.conversation().turns.map((turn) => turn.question)).toEqual(['你得过哪些奖？'])
  })

  it('joins a running answer after a reload', async () => {
    const { connect } = await setUp()
    const before = connect()
    before.start()
    before.ask('你的师傅是谁？')
    await vi.waitFor(() => expect(lastAnswer(before)?.sentences).toHaveLength(2), { interval: 5 })
    before.dispose()
    const after = connect()
    after.start()
    await ended(after)
    expect(lastAnswer(after)?.text).toBe(recordedText)
  })

  it('does not come back after a terminal close', async () => {
    const { server, connect } = await setUp()
    const chat = connect('nobody')
    chat.start()
    await vi.waitFor(() => expect(chat.connection().phase).toBe('ended'))
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(chat.connection().terminalCode).toBe(4404)
    expect(server.connections()).toBe(1)
  })

  it('begins a new conversation when a question follows an expired one', async () => {
    const { connect, server } = await setUp()
    const store = createVisitorStore(server.address, WELDER.id, memoryStore(), memoryStore())
    store.keepSession({ sessionId: 'gone', token: 'old' })
    const chat = connect(WELDER.id, store)
    chat.start()
    await vi.waitFor(() => expect(chat.connection().terminalCode).toBe(4401))
    chat.ask('你的师傅是谁？')
    await ended(chat)
    expect(store.session()?.sessionId).not.toBe('gone')
  })

  it('stops only by a frame', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await vi.waitFor(() => expect(lastAnswer(chat)?.sentences.length ?? 0).toBeGreaterThan(0), { interval: 5 })
    chat.stop(chat.conversation().turns[0]?.turnId ?? '')
    await ended(chat)
    expect(lastAnswer(chat)?.ending?.outcome).toBe('stopped')
    expect(recordedText.startsWith(lastAnswer(chat)?.text ?? '?')).toBe(true)
    expect(server.received.some((message) => message.type === 'turn-stop')).toBe(true)
  })

  it('forgets on both sides', async () => {
    const { server, connect } = await setUp()
    const chat = connect()
    chat.start()
    chat.ask('你的师傅是谁？')
    await ended(chat)
    const first = chat.conversation().session?.sessionId ?? ''
    chat.forget()
    await vi.waitFor(() => expect(chat.conversation().turns).toEqual([]))
    expect(server.sessions.has(first)).toBe(false)
    await vi.waitFor(() => expect(chat.conversation().session?.sessionId).not.toBe(first))
  })

  it('loses and doubles no character, whatever frames are lost, doubled or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat(99)),
        fc.array(fc.integer({ min: 5, max: 120 }), { maxLength: 3 }),
        async (dice, cuts) => {
          const roll = (): number => dice.next().value ?? 99
          const disturb = (frame: ServerMessage): ServerMessage[] => {
            if (frame.type !== 'answer-delta') return [frame]
            const chance = roll()
            return chance < 15 ? [] : chance < 30 ? [frame, frame] : [frame]
          }
          const quick = { ...scriptedAnswer('师傅'), pauseMs: 8 }
          const { server, connect } = await setUp({ disturb, answer: () => quick })
          const chat = connect()
          chat.start()
          chat.ask('你的师傅是谁？')
          const shown: string[] = []
          const watch = setInterval(() => shown.push(lastAnswer(chat)?.text ?? ''), 3)
          for (const cut of cuts) setTimeout(() => server.dropAll(), cut)
          // Where the very last frames were lost, the next connection brings them.
          const nudge = setInterval(() => server.dropAll(), 400)
          await ended(chat)
          clearInterval(watch)
          clearInterval(nudge)
          expect(lastAnswer(chat)?.text).toBe(recordedText)
          for (const text of shown) expect(recordedText.startsWith(text)).toBe(true)
        },
      ),
      { numRuns: 12 },
    )
  }, 60_000)
})
