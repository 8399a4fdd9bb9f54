import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

let server: TestServer
let client: ChatClient

beforeAll(async () => {
  server = await startTestServer()
  client = await connectChat(server.address)
  await client.open('lin-yue')
})

afterAll(async () => {
  await client.close()
  await server.close()
})

test('the record keeps how much was heard: the furthest place, never more than was shown', async () => {
  const { text, end } = await client.ask('你的师傅是谁？')
  const { turnId, answerId } = end
  const heard = async (chars: number): Promise<number | undefined> => {
    client.send({ type: 'speech-heard', turnId, answerId, chars })
    // Messages are handled in order: the answer to the next one says that this one is done.
    client.send({ type: 'answer-resume', answerId, epoch: end.epoch, seq: end.seq - 1 })
    await client.next('answer-end')
    return (await server.deps.transcripts.findAnswer(answerId))?.heardLength
  }
  expect((await server.deps.transcripts.findAnswer(answerId))?.heardLength).toBeUndefined()
  expect(await heard(7)).toBe(7)
  expect(await heard(3)).toBe(7)
  expect(await heard(999_999)).toBe(text.length)
})

test('an answer of another session, or of another turn, is unknown', async () => {
  const { end } = await client.ask('焊条为什么要先烘干？')
  const other = await connectChat(server.address)
  await other.open('lin-yue')
  other.send({ type: 'speech-heard', turnId: end.turnId, answerId: end.answerId, chars: 3 })
  expect((await other.next('error')).code).toBe('answer-unknown')
  await other.close()
  const turnId = '00000000-0000-4000-8000-000000000000'
  client.send({ type: 'speech-heard', turnId, answerId: end.answerId, chars: 3 })
  expect((await client.next('error')).code).toBe('answer-unknown')
  client.send({ type: 'speech-heard', turnId: end.turnId, answerId: end.answerId, chars: -1 })
  expect((await client.next('error')).code).toBe('bad-frame')
})
