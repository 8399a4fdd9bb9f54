import type { Log } from '../log.ts'
import { consentAllows } from '../personas/consent.ts'
import type { Persona } from '../personas/persona.ts'
import type { Speech } from '../protocol/speech.ts'
import { type ClauseSound, makeClauseSound, packClauseSound, unpackClauseSound } from './clause-sound.ts'
import { createPinyinOf, type PinyinOf, warmPinyin } from './pinyin-of.ts'
import { type SpeechCache, speechKey } from './speech-cache.ts'
import type { SpeechEndpoint } from './speech-endpoint.ts'
import { type SpokenClause, speechOf, spokenClauses } from './speech-of.ts'

/** A sentence of an answer. */
export interface SpokenSentence {
  readonly text: string
  /** Whether the answer begins with it: then its first clause is short. */
  readonly startsAnswer: boolean
}

/** Speaks for the personas: movements of the mouth always, sound where there is a voice. */
export interface Speaker {
  /** What travels with a sentence. Never throws: where a sentence cannot be read out, it has no clauses. */
  speechOf(sentence: SpokenSentence, persona: Persona): Speech
  clausesOf(sentence: SpokenSentence): SpokenClause[]
  /** The endpoint's name of the voice that the persona may use now; undefined where there is none. */
  voiceOf(persona: Persona): string | undefined
  /**
   * The sound of a clause. One that is being made for somebody else is waited for; it is given up only when nobody
   * waits any more. Throws `SpeechFailed`, or the signal's reason.
   */
  soundOf(clause: SpokenClause, voice: string, speed: number, signal: AbortSignal): Promise<ClauseSound>
}

export interface SpeakerParts {
  /** Undefined where no endpoint is set. */
  readonly endpoint: SpeechEndpoint | undefined
  /** For personas that name no voice. */
  readonly defaultVoice: string
  readonly cache: SpeechCache
  /** Tells sounds of one model and endpoint from another's in the cache. */
  readonly cacheSpace: string
  /** Text of `language/pronunciations.txt`; asked at every sentence, since it may change. */
  readonly dictionary: () => string
  readonly log: Log
  readonly now: () => number
}

/** Sentences are read when they are shown and again when they are heard. */
const KEPT_SENTENCES = 200

interface Making {
  readonly sound: Promise<ClauseSound>
  readonly abort: AbortController
  waiting: number
}

export function createSpeaker(parts: SpeakerParts): Speaker {
  const { endpoint, cache, log } = parts
  const kept = new Map<string, SpokenClause[]>()
  const making = new Map<string, Making>()
  let dictionary = ''
  let pinyinOf: PinyinOf = createPinyinOf('')
  warmPinyin(pinyinOf)

  function reader(): PinyinOf {
    const current = parts.dictionary()
    if (current === dictionary) return pinyinOf
    dictionary = current
    kept.clear()
    try {
      pinyinOf = createPinyinOf(current)
    } catch (error) {
      log.warn({ err: error }, 'pronunciations.txt is not right; what was read before stays in use')
    }
    return pinyinOf
  }

  function clausesOf({ text, startsAnswer }: SpokenSentence): SpokenClause[] {
    const read = reader()
    const key = `${startsAnswer ? 1 : 0}${text}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const clauses = spokenClauses(text, read, startsAnswer)
    if (kept.size >= KEPT_SENTENCES) kept.clear()
    kept.set(key, clauses)
    return clauses
  }

  function voiceOf(persona: Persona): string | undefined {
    if (endpoint === undefined || !consentAllows(persona, 'voice', parts.now())) return undefined
    return persona.voice ?? parts.defaultVoice
  }

  function start(key: string, clause: SpokenClause, voice: string, speed: number): Making {
    const abort = new AbortController()
    const make = async () => {
      const old = await cache.get(key)
      const sound = old && unpackClauseSound(old)
      if (sound !== undefined && sound.times.length === clause.track.units.length) return sound
      if (endpoint === undefined) throw new Error('There is no speech endpoint')
      const made = await makeClauseSound(endpoint, clause, voice, speed, key.slice(0, 32), abort.signal)
      cache.set(key, packClauseSound(made))
      return made
    }
    const started: Making = { sound: make(), abort, waiting: 0 }
    const over = () => {
      if (making.get(key) === started) making.delete(key)
    }
    // Handled here too, since everybody may have left.
    started.sound.then(over, over)
    making.set(key, started)
    return started
  }

  return {
    clausesOf,
    voiceOf,
    speechOf(sentence, persona) {
      try {
        return speechOf(clausesOf(sentence), voiceOf(persona) !== undefined)
      } catch (error) {
        log.error({ err: error, personaId: persona.id }, 'a sentence could not be read out')
        return { clauses: [] }
      }
    },
    soundOf(clause, voice, speed, signal) {
      if (signal.aborted) return Promise.reject(signal.reason)
      const key = speechKey([parts.cacheSpace, clause.spoken, voice, speed, clause.track.units.length])
      const shared = making.get(key) ?? start(key, clause, voice, speed)
      shared.waiting++
      return new Promise((resolve, reject) => {
        const leave = () => {
          shared.waiting--
          if (shared.waiting === 0) {
            if (making.get(key) === shared) making.delete(key)
            shared.abort.abort(signal.reason)
          }
          reject(signal.reason)
        }
        signal.addEventListener('abort', leave, { once: true })
        const stay = () => signal.removeEventListener('abort', leave)
        shared.sound.then(
          (sound) => {
            stay()
            resolve(sound)
          },
          (error) => {
            stay()
            reject(error)
          },
        )
      })
    },
  }
}
