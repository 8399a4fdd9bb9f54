import type { OpenDatabase } from '../db/open-database.ts'
import type { Log } from '../log.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import type { CorrectionMatch, MatchableCorrection } from './correction-match.ts'
import { createCorrectionMatcher, type JudgingMatcher } from './correction-matcher.ts'
import { SHIPPED_MODEL } from './correction-model.ts'
import { type CorrectionContent, isValidOn, type LiveCorrection } from './live-correction.ts'
import { readFingerprints, readLive } from './read-live.ts'

/** A live correction that answers a question. */
export interface CorrectionHit extends CorrectionMatch {
  readonly correction: LiveCorrection
}

/** A draft to be tried as if it were live. */
export interface TriedDraft {
  /** Undefined for a correction that is not stored yet. */
  readonly id?: string | undefined
  readonly content: Pick<CorrectionContent, 'question' | 'phrasings' | 'notThese'>
}

/** Tells what a draft would answer if it were live beside the corrections that are. */
export interface DraftMatcher {
  /** How the draft fits the question: `hit` where it would answer it. Undefined where the two share nothing. */
  judge(
    question: string,
  ): { readonly hit: boolean; readonly phrasing: string; readonly probability: number } | undefined
  /** The other live correction that answers the question now and would go on doing so. */
  other(question: string): CorrectionHit | undefined
}

/** All live corrections of the site in this process's memory. */
export interface CorrectionBook {
  /** The correction that answers a question that stands alone (`Question.searchText`) on `day` (YYYY-MM-DD). */
  match(personaId: string, question: string, day: string): CorrectionHit | undefined
  /** Corrections that may answer the question, sure enough or not, the likeliest first: for a judge to choose from. */
  candidates(personaId: string, question: string, day: string, limit: number): CorrectionHit[]
  /**
   * What a draft would answer if it were live. The live version of the same correction does not count. Analyses the
   * draft once; then each question costs about what `match` costs.
   */
  matchWith(personaId: string, draft: TriedDraft, day: string): DraftMatcher
  /** Newest first. */
  live(personaId: string): readonly LiveCorrection[]
  all(): readonly LiveCorrection[]
  find(id: string): LiveCorrection | undefined
  /** Hears after each change of what is live; returns how to stop. */
  onChange(listener: () => void): () => void
  /** Reads a persona's corrections, or all, again; resolves when what is committed now is what answers. */
  refresh(personaId?: string): Promise<void>
  close(): Promise<void>
}

export interface CorrectionBookParts {
  readonly database: Pick<OpenDatabase, 'kysely'>
  /** Asked each time: it changes with the knowledge folder. */
  readonly analyzer: () => Analyzer
  readonly log: Log
  /** How often (ms) the database is asked whether a notice was missed. */
  readonly checkEveryMs?: number
}

const CHECK_EVERY_MS = 2_000
const DRAFT = 'draft'
const ANALYSED_AT_ONCE = 50

/** One persona's corrections. */
interface Shelf {
  readonly live: readonly LiveCorrection[]
  readonly byId: ReadonlyMap<string, LiveCorrection>
  readonly matcher: JudgingMatcher
  readonly analyzer: Analyzer
  /** The day that the matcher was filled for. */
  day: string
}

/** Reads all live corrections and keeps them up to date. Rejects where the database cannot be read. */
export async function openCorrectionBook(parts: CorrectionBookParts): Promise<CorrectionBook> {
  const { database, analyzer, log } = parts
  const shelves = new Map<string, Shelf>()
  /** What the shelves were read from, by persona. */
  const fingerprints = new Map<string, string>()
  let reading: Promise<void> = Promise.resolve()

  function fill(personaId: string, live: readonly LiveCorrection[]): void {
    if (live.length === 0) {
      shelves.delete(personaId)
      return
    }
    const known = shelves.get(personaId)
    // With a new analyzer, all is made anew in the background; a correction that goes live does not wait for it.
    const own = known?.analyzer ?? analyzer()
    const matcher = known?.matcher ?? createCorrectionMatcher({ analyzer: own })
    const byId = new Map(live.map((correction) => [correction.id, correction]))
    const shelf: Shelf = { live, byId, matcher, analyzer: own, day: known?.day ?? '' }
    take(shelf, shelf.day)
    shelves.set(personaId, shelf)
  }

  /** Gives the matcher those that are valid on the day. */
  function take(shelf: Shelf, day: string): void {
    shelf.day = day
    shelf.matcher.update(validOn(shelf.live, day))
  }

  /** The shelf with its matcher as of the day. */
  function shelfOn(personaId: string, day: string): Shelf | undefined {
    const shelf = shelves.get(personaId)
    if (shelf !== undefined && shelf.day !== day) take(shelf, day)
    return shelf
  }

  /**
   * Makes the matchers anew where the analyzer has changed, some phrasings at a time: thousands of them take seconds,
   * and visitors go on with the former matcher meanwhile.
   */
  async function keepUpWithAnalyzer(): Promise<void> {
    const current = analyzer()
    for (const [personaId, shelf] of [...shelves]) {
      if (shelf.analyzer === current) continue
      const matcher = createCorrectionMatcher({ analyzer: current })
      const valid = validOn(shelf.live, shelf.day)
      for (let count = 0; count < valid.length; count += ANALYSED_AT_ONCE) {
        matcher.update(valid.slice(0, count + ANALYSED_AT_ONCE))
        await new Promise(setImmediate)
      }
      // What changed meanwhile is taken at the next check.
      if (shelves.get(personaId) === shelf) shelves.set(personaId, { ...shelf, matcher, analyzer: current })
    }
  }

  async function read(personaId: string | undefined): Promise<void> {
    const found = await readLive(database.kysely, personaId)
    const personas = personaId === undefined ? [...new Set([...shelves.keys(), ...found.keys()])] : [personaId]
    for (const id of personas) {
      const stored = found.get(id)
      fill(id, stored?.live ?? [])
      if (stored === undefined) fingerprints.delete(id)
      else fingerprints.set(id, stored.fingerprint)
    }
  }

  const listeners = new Set<() => void>()
  function tell(): void {
    for (const listener of listeners) listener()
  }

  function refresh(personaId?: string): Promise<void> {
    // One after the other, each beginning after it was asked for: an older state never replaces a newer one.
    const run = reading.then(() => read(personaId)).then(tell)
    reading = run.catch(() => undefined)
    return run
  }

  async function check(): Promise<void> {
    const now = await readFingerprints(database.kysely)
    const differ = [...new Set([...fingerprints.keys(), ...now.keys()])].filter(
      (id) => fingerprints.get(id) !== now.get(id),
    )
    for (const personaId of differ) await refresh(personaId)
    await keepUpWithAnalyzer()
  }

  let checking = false
  await refresh()
  const timer = setInterval(() => {
    if (checking) return
    checking = true
    check()
      .catch((error) => log.warn({ err: error }, 'corrections could not be read again'))
      .finally(() => {
        checking = false
      })
  }, parts.checkEveryMs ?? CHECK_EVERY_MS)
  timer.unref()

  function match(personaId: string, question: string, day: string): CorrectionHit | undefined {
    const shelf = shelfOn(personaId, day)
    const found = shelf?.matcher.match(question)
    const correction = found && shelf?.byId.get(found.correctionId)
    return found === undefined || correction === undefined ? undefined : { ...found, correction }
  }

  function candidates(personaId: string, question: string, day: string, limit: number): CorrectionHit[] {
    const shelf = shelfOn(personaId, day)
    return (shelf?.matcher.candidates(question, limit) ?? []).flatMap((found) => {
      const correction = shelf?.byId.get(found.correctionId)
      return correction === undefined ? [] : [{ ...found, correction }]
    })
  }

  return {
    match,
    candidates,
    matchWith(personaId, draft, day) {
      const own = createCorrectionMatcher({ analyzer: analyzer() })
      own.update([{ id: DRAFT, ...matchable(draft.content) }])
      const other = (question: string) => {
        const hit = match(personaId, question, day)
        return hit?.correctionId === draft.id ? undefined : hit
      }
      return {
        other,
        judge(question) {
          const nearest = own.nearest(question)
          if (nearest === undefined) return undefined
          const { phrasing, probability } = nearest
          const answers = probability >= SHIPPED_MODEL.threshold
          // The surer of two corrections answers; of two that are equally sure, the newer one.
          return { phrasing, probability, hit: answers && probability >= (other(question)?.probability ?? 0) }
        },
      }
    },
    live: (personaId) => shelves.get(personaId)?.live ?? [],
    all: () => [...shelves.values()].flatMap((shelf) => shelf.live),
    find(id) {
      for (const shelf of shelves.values()) {
        const found = shelf.byId.get(id)
        if (found !== undefined) return found
      }
      return undefined
    },
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      clearInterval(timer)
      await reading
    },
  }
}

function validOn(live: readonly LiveCorrection[], day: string): MatchableCorrection[] {
  return live.filter(({ content }) => isValidOn(content, day)).map(({ id, content }) => ({ id, ...matchable(content) }))
}

function matchable(content: TriedDraft['content']) {
  return { phrasings: [content.question, ...content.phrasings], notThese: content.notThese }
}
