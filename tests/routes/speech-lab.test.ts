import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { SpeechPlan } from '../../server/protocol/speech-lab.ts'
import { readWav } from '../../server/speech/wav.ts'
import { answerOf, type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { type EspeakSpeechServer, startEspeakSpeechServer } from '../helpers/espeak-speech-server.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const TEXT = '2023年，重庆的合格率是99.87%👍。'
let endpoint: EspeakSpeechServer
let house: TestServer
let operator: ConsoleClient
let lecturer: ConsoleClient

beforeAll(async () => {
  endpoint = await startEspeakSpeechServer()
  house = await startTestServer({ SPEECH_BASE_URL: endpoint.baseUrl, SPEECH_MODEL: 'cosyvoice' })
  operator = await signIn(house, { role: 'operator' })
  lecturer = await signIn(house, { role: 'lecturer', personaId: 'lin-yue' })
})
afterEach(() => endpoint.use({}))
afterAll(async () => {
  await house?.close()
  await endpoint?.close()
})

describe('the plan', () => {
  it('says what is read, with its pinyin and the movements of the mouth', async () => {
    const plan = (await operator.post('/speech-lab/plan', { text: TEXT, personaId: 'lin-yue' })).json<SpeechPlan>()
    expect(plan.spoken).toBe('二零二三年，重庆的合格率是百分之九十九点八七。')
    expect(plan.pieces.map(({ source }) => source).join('')).toBe(TEXT)
    expect(plan.pieces.map(({ spoken }) => spoken).join('')).toBe(plan.spoken)
    const changed = plan.pieces.filter((piece) => piece.changed)
    expect(changed.map(({ source, spoken }) => [source, spoken])).toEqual([
      ['2023', '二零二三'],
      ['99.87%👍', '百分之九十九点八七'],
    ])
    const pinyin = plan.clauses.flatMap(({ sounds }) => sounds.flatMap((sound) => sound.pinyin ?? []))
    expect(pinyin.slice(0, 7).join(' ')).toBe('èr líng èr sān nián chóng qìng')
    for (const { visemes, sounds, length } of plan.clauses) {
      expect(visemes.every(({ at }, index) => at >= (visemes[index - 1]?.at ?? 0) && at <= length)).toBe(true)
      expect(visemes.every(({ sound }) => sounds[sound] !== undefined)).toBe(true)
    }
    expect(plan.voice).not.toBeNull()
  })

  it('takes half the time at twice the speed, and has no clause where nothing is read', async () => {
    const slow = (await operator.post('/speech-lab/plan', { text: TEXT })).json<SpeechPlan>()
    const fast = (await operator.post('/speech-lab/plan', { text: TEXT, speed: 2 })).json<SpeechPlan>()
    expect(fast.length).toBeCloseTo(slow.length / 2)
    expect(slow.voice).toBeNull()
    const none = (await operator.post('/speech-lab/plan', { text: '👍👍' })).json<SpeechPlan>()
    expect(none).toMatchObject({ spoken: '', clauses: [], length: 0 })
  })

  it('is for those who are signed in, and for a lecturer of their own persona alone', async () => {
    const nobody = await answerOf(house.server, { method: 'POST', path: '/speech-lab/plan', payload: { text: '好。' } })
    expect(nobody.error).toBe('not-signed-in')
    const own = { text: '好。', personaId: 'lin-yue' }
    expect((await lecturer.post('/speech-lab/plan', own)).status).toBe(200)
    expect((await lecturer.post('/speech-lab/plan', { ...own, personaId: 'gao-zhenbang' })).error).toBe('not-found')
    expect((await operator.post('/speech-lab/plan', { text: '字'.repeat(601) })).status).toBe(400)
    const noToken = await operator.send({
      method: 'POST',
      path: '/speech-lab/plan',
      payload: own,
      headers: { 'x-csrf-token': 'wrong' },
    })
    expect(noToken.error).toBe('csrf-failed')
  })
})

describe('the sound', () => {
  it('is that of a clause, with a time for each of its movements', async () => {
    const plan = (await operator.post('/speech-lab/plan', { text: TEXT, personaId: 'lin-yue' })).json<SpeechPlan>()
    const answer = await operator.post('/speech-lab/audio', { text: TEXT, personaId: 'lin-yue', clause: 0 })
    expect(answer.headers['content-type']).toBe('audio/wav')
    const times = Buffer.from(String(answer.headers['speech-times']), 'base64')
    expect(times.length / 2).toBe(plan.clauses[0]?.visemes.length)
    const { samples, rate } = readWav(answer.bytes)
    expect((samples.length / rate) * 1000).toBeGreaterThan(times.readUInt16LE(times.length - 2))
  })

  it('of a whole text begins with the AI label, and its file says who made it', async () => {
    const body = { text: '今天学焊接。', personaId: 'lin-yue', voice: 'another-voice', speed: 1.2 }
    const before = endpoint.calls.length
    const answer = await operator.post('/speech-lab/audio', body)
    const asked = endpoint.calls.slice(before)
    expect(asked[0]?.body.input).toContain('内容由')
    expect(asked.at(-1)?.body.input).toContain('今天学焊接')
    expect(asked.every(({ body: { voice, speed } }) => voice === 'another-voice' && speed === 1.2)).toBe(true)
    expect(answer.bytes.includes('AIGC')).toBe(true)
    const alone = await operator.post('/speech-lab/audio', { ...body, clause: 0 })
    expect(readWav(answer.bytes).samples.length).toBeGreaterThan(readWav(alone.bytes).samples.length * 1.5)
  })

  it('of another persona, of a clause that is not there and of a broken endpoint is refused', async () => {
    const body = { text: '今天学焊接。', personaId: 'lin-yue' }
    const foreign = await lecturer.post('/speech-lab/audio', { ...body, personaId: 'gao-zhenbang' })
    expect(foreign.error).toBe('not-found')
    expect((await operator.post('/speech-lab/audio', { ...body, clause: 7 })).error).toBe('not-found')
    expect((await operator.post('/speech-lab/audio', { ...body, voice: 'a b' })).status).toBe(400)
    endpoint.use({ status: 500 })
    const failed = await operator.post('/speech-lab/audio', { ...body, text: '换一句没有说过的话。' })
    expect(failed.error).toBe('speech-unavailable')
  })
})
