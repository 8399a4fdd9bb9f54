import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Log } from '../../server/log.ts'
import type { Persona } from '../../server/personas/persona.ts'
import { createSpeaker, type Speaker } from '../../server/speech/speaker.ts'
import { createSpeechCache } from '../../server/speech/speech-cache.ts'
import type { SpeechEndpoint, Utterance } from '../../server/speech/speech-endpoint.ts'

const log: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const persona: Persona = {
  id: 'someone',
  name: '林悦',
  speaker: 'fictional',
  collections: ['stories/someone'],
  voice: 'warm',
  greeting: '你好',
  suggestions: [],
  languages: ['zh-CN'],
  manner: '',
  hash: '',
}
const sentence = { text: '焊条受了潮，焊缝里就会有气孔。', startsAnswer: true }
const never = new AbortController().signal
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-speech-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** An endpoint that hums when it is told to, and records its calls. */
function humming() {
  const calls: { utterance: Utterance; signal: AbortSignal; finish: () => void }[] = []
  const endpoint: SpeechEndpoint = {
    speak: (utterance, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const samples = Float32Array.from({ length: 48_000 }, (_, at) => Math.sin(at / 9) * 0.5)
        calls.push({ utterance, signal, finish: () => resolve({ rate: 16_000, samples }) })
      }),
  }
  return { endpoint, calls }
}

function speakerWith(
  endpoint: SpeechEndpoint | undefined,
  more: { dir?: string; dictionary?: () => string } = {},
): Speaker {
  return createSpeaker({
    endpoint,
    defaultVoice: 'plain',
    cache: createSpeechCache(more.dir, log),
    cacheSpace: 'test',
    dictionary: more.dictionary ?? (() => ''),
    log,
    now: () => Date.parse('2026-06-01T00:00:00Z'),
  })
}

describe('createSpeaker', () => {
  it('has a voice only where there is an endpoint, and leave', () => {
    const { endpoint } = humming()
    const real = { ...persona, speaker: 'real' as const }
    const withScopes = (...scopes: ('text' | 'voice')[]) => ({ ...real, consent: { scopes, from: '2026-01-01' } })
    const speaker = speakerWith(endpoint)
    expect(speaker.voiceOf(persona)).toBe('warm')
    expect(speaker.voiceOf({ ...withScopes('text', 'voice') })).toBe('warm')
    expect(speaker.voiceOf(withScopes('text'))).toBeUndefined()
    expect(
      speaker.voiceOf({ ...real, consent: { scopes: ['voice'], from: '2026-01-01', revoked: '2026-05-01' } }),
    ).toBeUndefined()
    expect(speakerWith(undefined).voiceOf(persona)).toBeUndefined()
    expect(speaker.speechOf(sentence, withScopes('text')).clauses[0]?.audio).toBe(false)
    const { voice: _voice, ...voiceless } = persona
    expect(speaker.voiceOf(voiceless)).toBe('plain')
  })

  it('makes a sound once for several listeners, and gives it up when the last one leaves', async () => {
    const { endpoint, calls } = humming()
    const speaker = speakerWith(endpoint)
    const [clause] = speaker.clausesOf(sentence)
    if (clause === undefined) throw new Error('no clause')
    const [one, two] = [new AbortController(), new AbortController()]
    const heard = [one, two].map(({ signal }) => speaker.soundOf(clause, 'warm', 1, signal).catch((error) => error))
    await expect.poll(() => calls.length).toBe(1)
    one.abort('left')
    expect(await heard[0]).toBe('left')
    expect(calls[0]?.signal.aborted).toBe(false)
    two.abort('left')
    expect(await heard[1]).toBe('left')
    expect(calls[0]?.signal.aborted).toBe(true)
    const again = speaker.soundOf(clause, 'warm', 1, never)
    await expect.poll(() => calls.length).toBe(2)
    calls[1]?.finish()
    expect((await again).times.length).toBe(clause.track.units.length)
  })

  it('keeps sounds on disk under names that tell nothing, and reads them after a restart', async () => {
    const { endpoint, calls } = humming()
    const [clause] = speakerWith(endpoint).clausesOf(sentence)
    if (clause === undefined) throw new Error('no clause')
    const first = speakerWith(endpoint, { dir }).soundOf(clause, 'warm', 1, never)
    await expect.poll(() => calls.length).toBe(1)
    calls[0]?.finish()
    const made = await first
    await expect.poll(async () => (await readdir(dir)).filter((name) => /^[0-9a-f]{64}$/.test(name)).length).toBe(1)
    const later = await speakerWith(endpoint, { dir }).soundOf(clause, 'warm', 1, never)
    expect(later.times).toEqual(made.times)
    expect(later.wav.equals(made.wav)).toBe(true)
    expect(calls.length).toBe(1)
  })

  it('goes on with what it had where the dictionary is not right', () => {
    let dictionary = '悦 le4'
    const speaker = speakerWith(undefined, { dictionary: () => dictionary })
    const read = () => speaker.clausesOf({ text: '悦', startsAnswer: true })[0]?.sounds[0]
    expect(read()).toMatchObject({ syllable: 'le' })
    dictionary = '悦 wrong'
    expect(read()).toMatchObject({ syllable: 'le' })
    dictionary = '悦 yue4'
    expect(read()).toMatchObject({ syllable: 'yue' })
  })
})
