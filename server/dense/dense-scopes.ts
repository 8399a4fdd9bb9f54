import { setTimeout as wait } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { retryDelayMs } from '../model/retry.ts'
import type { Passage } from '../retrieval/passage.ts'
import { buildDenseIndex, type DenseIndex } from './dense-index.ts'
import type { Embedder } from './embedder.ts'

export interface DenseScope {
  readonly passages: readonly Passage[]
  readonly index: DenseIndex
}

export interface DenseScopes {
  /** The vectors of some collections as they are now; nothing while they are not ready, which this call sets going. */
  ready(collections: readonly string[]): DenseScope | undefined
  /** Resolves when these collections, as they are now, are ready. */
  whenReady(collections: readonly string[]): Promise<DenseScope>
  close(): Promise<void>
}

export interface DenseScopesOptions {
  /** Gives the same array for as long as nothing changed. */
  readonly passagesOf: (collections: readonly string[]) => readonly Passage[]
  readonly embedder: Embedder
  readonly log: Log
  /** First wait after a failure, in milliseconds; it doubles up to fifty times as much. */
  readonly retryMs?: number
  readonly now?: () => number
}

interface State {
  readonly passages: readonly Passage[]
  readonly building: Promise<DenseScope>
  scope?: DenseScope
}

const TEXTS_AT_ONCE = 32
const PROGRESS_EVERY_MS = 10_000

/** Computes the vectors of whole scopes in the background, one scope after the other, with progress in the log, and tries again where that fails. */
export function createDenseScopes(options: DenseScopesOptions): DenseScopes {
  const { passagesOf, embedder, log, retryMs = 10_000, now = Date.now } = options
  const states = new Map<string, State>()
  const stop = new AbortController()
  let last: Promise<unknown> = Promise.resolve()

  const stateOf = (collections: readonly string[]): State => {
    const passages = passagesOf(collections)
    const name = JSON.stringify([...new Set(collections)].sort())
    const known = states.get(name)
    if (known?.passages === passages) return known
    const current = () => states.get(name)?.passages === passages
    const building = last.then(() => build(passages, collections, current))
    const state: State = { passages, building }
    states.set(name, state)
    last = building.catch(() => undefined)
    building.then(
      (scope) => {
        state.scope = scope
      },
      (error) => {
        if (current() && !stop.signal.aborted)
          log.error({ err: error, collections }, 'search by meaning stays off for these collections')
      },
    )
    return state
  }

  async function build(
    passages: readonly Passage[],
    collections: readonly string[],
    current: () => boolean,
  ): Promise<DenseScope> {
    const started = now()
    let told = started
    const vectors: Float32Array[] = []
    for (let failures = 0; vectors.length < passages.length; ) {
      stop.signal.throwIfAborted()
      if (!current()) throw new Error('the knowledge changed meanwhile')
      const texts = passages.slice(vectors.length, vectors.length + TEXTS_AT_ONCE).map(passageText)
      try {
        vectors.push(...(await embedder.embed(texts, 'passage', stop.signal)))
        failures = 0
      } catch (error) {
        stop.signal.throwIfAborted()
        const delayMs = retryDelayMs(failures, undefined, { baseMs: retryMs, maxMs: retryMs * 50 })
        failures += 1
        if (failures === 1)
          log.warn(
            { err: error, collections },
            'passages could not be embedded; search goes on by words, and this is tried again',
          )
        await wait(delayMs, undefined, { signal: stop.signal, ref: false })
        continue
      }
      if (now() - told >= PROGRESS_EVERY_MS) {
        told = now()
        log.info({ collections, done: vectors.length, of: passages.length }, 'passages are being embedded')
      }
    }
    const index = buildDenseIndex(vectors)
    log.info(
      { collections, passages: passages.length, model: embedder.name, ms: now() - started },
      'search by meaning is ready',
    )
    return { passages, index }
  }

  return {
    ready: (collections) => stateOf(collections).scope,
    async whenReady(collections) {
      for (;;) {
        const state = stateOf(collections)
        try {
          return await state.building
        } catch (error) {
          if (stateOf(collections) === state) throw error
        }
      }
    },
    async close() {
      stop.abort()
      await last
    },
  }
}

/** What a model reads of a passage: where it stands, and its words. */
export function passageText({ title, headings, text }: Pick<Passage, 'title' | 'headings' | 'text'>): string {
  return [title, headings.join(' '), text].filter((part) => part !== '').join('\n')
}
