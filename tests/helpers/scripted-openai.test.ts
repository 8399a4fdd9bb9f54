import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ScriptedOpenAi, startScriptedOpenAi } from './scripted-openai.ts'

let server: ScriptedOpenAi
let client: OpenAI
beforeAll(async () => {
  server = await startScriptedOpenAi((request, index) => `${index}：${request.messages.at(-1)?.content}`)
  client = new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => server.close())

test('embeds the same text alike, similar texts nearby, in both encodings', async () => {
  const input = ['我在船厂学焊接', '我在船厂教焊接', '今天下雨']
  const [first, near, far] = (await client.embeddings.create({ model: 'e', input })).data.map((item) => item.embedding)
  const [floats] = (await client.embeddings.create({ model: 'e', input: input[0] ?? '', encoding_format: 'float' }))
    .data
  const dot = (a: number[] = [], b: number[] = []) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
  expect(dot(first, first)).toBeCloseTo(1, 5)
  expect(dot(first, floats?.embedding)).toBeCloseTo(1, 5)
  expect(dot(first, near)).toBeGreaterThan(dot(first, far))
})

test('lists its model and answers without a stream too', async () => {
  expect((await client.models.list()).data[0]?.id).toBe('scripted')
  const answer = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: '在吗' }] })
  expect(answer.choices[0]?.message.content).toBe('0：在吗')
  expect(server.calls[0]?.body.messages).toHaveLength(1)
})
