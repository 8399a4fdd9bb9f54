import { expect, test } from 'vitest'
import { type ChatModel, ModelError, type ModelEvent } from '../../server/model/chat-model.ts'
import { type FallbackEvent, type FallbackOptions, streamWithFallback } from '../../server/model/fallback-model.ts'
import { someRequest } from '../helpers/model-request.ts'

function scripted(name: string, texts: readonly string[], error?: unknown): ChatModel & { asked: number } {
  return {
    name,
    asked: 0,
    async *stream(): AsyncIterable<ModelEvent> {
      this.asked += 1
      for (const text of texts) yield { type: 'text', text }
      if (error !== undefined) throw error
    },
  }
}

async function read(
  primary: ChatModel,
  standIn: ChatModel,
  options?: FallbackOptions,
  signal = new AbortController().signal,
) {
  const events: FallbackEvent[] = []
  for await (const event of streamWithFallback(primary, standIn, someRequest(), signal, options)) events.push(event)
  return events
}

const timeout = new ModelError('timeout', 'silent')

test('the stand-in is not asked where the first model answers', async () => {
  const standIn = scripted('extractive', ['乙'])
  expect(await read(scripted('big', ['甲', '']), standIn)).toEqual([
    { type: 'text', text: '甲' },
    { type: 'text', text: '' },
  ])
  expect(standIn.asked).toBe(0)
})

test('the stand-in answers where nothing came, and the event says who and why', async () => {
  expect(await read(scripted('big', ['', ' '], timeout), scripted('extractive', ['乙']))).toEqual([
    { type: 'text', text: '' },
    { type: 'text', text: ' ' },
    { type: 'switched', model: 'extractive', reason: 'timeout', error: timeout },
    { type: 'text', text: '乙' },
  ])
})

test('what was shown stays, and nobody goes on in its place', async () => {
  const standIn = scripted('extractive', ['乙'])
  expect((await read(scripted('big', ['甲'], timeout), standIn)).at(-1)).toEqual({
    type: 'failed-midway',
    reason: 'timeout',
    error: timeout,
  })
  expect(standIn.asked).toBe(0)
})

test('text that the gate withheld was not shown, so the stand-in answers', async () => {
  const events = await read(scripted('big', ['编的。'], timeout), scripted('extractive', ['真的。']), {
    wasShown: () => false,
  })
  expect(events.map((event) => event.type)).toEqual(['text', 'switched', 'text'])
})

test('a fault of our own is unavailable, with its cause', async () => {
  const fault = new TypeError('undefined is not a function')
  const [switched] = await read(scripted('big', [], fault), scripted('extractive', []))
  expect(switched).toMatchObject({ type: 'switched', reason: 'unavailable', error: { cause: fault } })
})

test('a visitor who stops gets no second model', async () => {
  const visitor = new AbortController()
  const primary: ChatModel = {
    name: 'big',
    // biome-ignore lint/correctness/useYield: it fails before it says anything
    async *stream() {
      visitor.abort(new Error('stopped'))
      throw timeout
    },
  }
  const standIn = scripted('extractive', ['乙'])
  await expect(read(primary, standIn, {}, visitor.signal)).rejects.toThrow('stopped')
  expect(standIn.asked).toBe(0)
})

test('a failure of the stand-in is thrown', async () => {
  await expect(read(scripted('big', [], timeout), scripted('extractive', [], new Error('no index')))).rejects.toThrow(
    'no index',
  )
})
