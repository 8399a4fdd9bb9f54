import { afterAll, beforeAll, expect, it } from 'vitest'
import { RECORDINGS_PER_SESSION } from '../../server/routes/transcriptions.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { type ScriptedTranscription, startScriptedTranscription } from '../helpers/scripted-transcription.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { toneWav } from '../helpers/tone.ts'

let endpoint: ScriptedTranscription
let server: TestServer
let lecturer: ConsoleClient

beforeAll(async () => {
  endpoint = await startScriptedTranscription('我師傅叫周國梁。')
  server = await startTestServer({
    TRANSCRIPTION_BASE_URL: endpoint.baseUrl,
    TRANSCRIPTION_API_KEY: 'sk-never-to-be-seen',
    TRANSCRIPTION_MODEL: 'whisper-1',
  })
  lecturer = await signIn(server, { role: 'lecturer', personaId: 'lin-yue' })
})
afterAll(async () => {
  await server?.close()
  await endpoint?.close()
})

function speak(
  { cookie, csrfToken }: ConsoleClient,
  { bytes = toneWav(1), query = '', at = server }: { bytes?: Buffer; query?: string; at?: TestServer } = {},
): Promise<Response> {
  const form = new FormData()
  form.append('file', new Blob([bytes as Buffer<ArrayBuffer>], { type: 'application/octet-stream' }), 'x.bin')
  const headers = { cookie, 'x-csrf-token': csrfToken }
  return fetch(`${at.address}/v1/console/transcriptions${query}`, { method: 'POST', body: form, headers })
}
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code

it('turns what a lecturer says into text, in Simplified characters', async () => {
  expect(lecturer.me.transcription).toBe(true)
  const response = await speak(lecturer)
  expect([response.status, await response.json()]).toEqual([200, { text: '我师傅叫周国梁。' }])
  expect(response.headers.get('cache-control')).toBe('no-store')
})

it('wants a token, a recording, and a persona that the account may know of', async () => {
  expect(await codeOf(await speak({ ...lecturer, csrfToken: '' }))).toBe('csrf-failed')
  expect(await codeOf(await speak({ ...lecturer, cookie: '' }))).toBe('not-signed-in')
  expect(await codeOf(await speak(lecturer, { bytes: Buffer.from('no sound') }))).toBe('audio-unreadable')
  expect(await codeOf(await speak(lecturer, { query: '?personaId=gao-zhenbang' }))).toBe('not-found')
  const empty = await lecturer.post('/transcriptions', {})
  expect(empty.error).toBe('bad-request')
})

it('is limited for each account', async () => {
  const other = await signIn(server, { role: 'reviewer' })
  const answers = await Promise.all(Array.from({ length: RECORDINGS_PER_SESSION.capacity + 1 }, () => speak(other)))
  expect(answers.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(1)
  expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/)
})

it('is not there where no endpoint is set', async () => {
  const plain = await startTestServer()
  try {
    const somebody = await signIn(plain, { role: 'operator' })
    expect(somebody.me.transcription).toBe(false)
    expect(await codeOf(await speak(somebody, { at: plain }))).toBe('transcription-unavailable')
  } finally {
    await plain.close()
  }
})
