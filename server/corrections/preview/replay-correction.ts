import type { Kysely } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { PreviewLine } from '../../protocol/console-correction.ts'
import { questionKey } from '../../review/question-key.ts'
import type { DraftMatcher } from '../correction-book.ts'
import { type CorrectionContent, phrasingsOf } from '../live-correction.ts'
import { MOST_PAST_QUESTIONS, type PastQuestion, readPastQuestions } from './past-questions.ts'
import type { WorkSlices } from './work-slices.ts'

export type PreviewRow = Extract<PreviewLine, { type: 'row' }>
export type ReplaySummary = Omit<Extract<PreviewLine, { type: 'summary' }>, 'previewId'>

export interface Replay {
  readonly db: Kysely<Schema>
  /** With the names by which visitors address them. */
  readonly persona: { readonly id: string; readonly names: readonly string[] }
  readonly content: CorrectionContent
  readonly matcher: DraftMatcher
  readonly golden: readonly { readonly question: string; readonly answer: string; readonly answerId: string | null }[]
  readonly now: number
  readonly slices: WorkSlices
  /** The most past questions that are tried. */
  readonly limit?: number
}

const PROGRESS_EVERY_MS = 100
/** How many past questions are shown that are near and are not answered by the correction. */
const NEAR_ROWS = 12
/** What is less alike than this shows nobody the border. */
const LEAST_NEAR = 0.02

/**
 * Tries a correction on all that was asked before as if it were live: rows as they are found, progress in between, the
 * summary last. Stops where the signal aborts, without a summary.
 */
export async function* replayCorrection(
  { db, persona, content, matcher, golden, now, slices, limit = MOST_PAST_QUESTIONS }: Replay,
  signal: AbortSignal,
): AsyncGenerator<Extract<PreviewLine, { type: 'progress' | 'row' }> | ReplaySummary, void> {
  const breathe = slices.begin()
  const tally = { replayed: 0, changed: 0, warnings: 0, oldest: now }
  const count = (row: PreviewRow): PreviewRow => {
    if (row.warning) tally.warnings += 1
    if (row.answerId !== null && row.hit && row.set !== 'golden' && row.before !== row.after) tally.changed += 1
    return row
  }
  const own = new Map(phrasingsOf(content).map((phrasing) => [questionKey(phrasing), phrasing]))

  for (const kept of golden) {
    const isSame = own.has(questionKey(kept.question))
    yield count(goldenRow(kept, matcher, content, isSame))
    await breathe()
    if (signal.aborted) return
  }

  const asked = new Map<string, PastQuestion>()
  const near: PreviewRow[] = []
  let toldAt = performance.now()
  for await (const { total, questions } of readPastQuestions(db, persona, limit)) {
    for (const past of questions) {
      tally.replayed += 1
      tally.oldest = Math.min(tally.oldest, past.lastAskedAt)
      if (own.has(past.key)) asked.set(past.key, past)
      else {
        const row = pastRow(past, matcher, content)
        if (row?.set === 'past') yield count(row)
        else if (row !== undefined) keepNearest(near, row)
      }
      await breathe()
      if (signal.aborted) return
      if (performance.now() - toldAt < PROGRESS_EVERY_MS) continue
      toldAt = performance.now()
      yield { type: 'progress', done: tally.replayed, total }
    }
    yield { type: 'progress', done: tally.replayed, total }
  }
  for (const [key, phrasing] of own) yield count(ownRow(phrasing, asked.get(key), matcher, content))
  yield* near

  const { replayed, changed, warnings, oldest } = tally
  const days = replayed === 0 ? 0 : Math.max(1, Math.ceil((now - oldest) / 86_400_000))
  yield { type: 'summary', replayed, changed, warnings, days }
}

/** A question of the correction itself: it has to be answered by it. */
function ownRow(
  phrasing: string,
  past: PastQuestion | undefined,
  matcher: DraftMatcher,
  content: CorrectionContent,
): PreviewRow {
  const judged = matcher.judge(phrasing)
  const hit = judged?.hit === true
  const before = past?.answer ?? ''
  return {
    type: 'row',
    set: 'same',
    question: phrasing,
    count: past?.count ?? 1,
    hit,
    similarity: rounded(judged?.probability ?? 0),
    before,
    // Where it misses, it is mostly another correction that answers.
    after: hit ? content.answer : (matcher.other(phrasing)?.correction.content.answer ?? before),
    warning: !hit,
    answerId: past?.answerId ?? null,
  }
}

function pastRow(past: PastQuestion, matcher: DraftMatcher, content: CorrectionContent): PreviewRow | undefined {
  const judged = matcher.judge(past.understood)
  if (judged === undefined || (!judged.hit && judged.probability < LEAST_NEAR)) return undefined
  return {
    type: 'row',
    set: judged.hit ? 'past' : 'near',
    question: past.question,
    count: past.count,
    hit: judged.hit,
    similarity: rounded(judged.probability),
    before: past.answer,
    after: judged.hit ? content.answer : past.answer,
    warning: false,
    answerId: past.answerId,
  }
}

/** A golden question that the correction would answer is a warning, unless it is the correction's own question. */
function goldenRow(
  kept: Replay['golden'][number],
  matcher: DraftMatcher,
  content: CorrectionContent,
  isSame: boolean,
): PreviewRow {
  const judged = matcher.judge(kept.question)
  const hit = judged?.hit === true
  const after = hit ? content.answer : kept.answer
  return {
    type: 'row',
    set: 'golden',
    question: kept.question,
    count: 1,
    hit,
    similarity: rounded(judged?.probability ?? 0),
    before: kept.answer,
    after,
    warning: hit && !isSame && after !== kept.answer,
    answerId: kept.answerId,
  }
}

/** Keeps the list short and the most alike first. */
function keepNearest(near: PreviewRow[], row: PreviewRow): void {
  const place = near.findIndex((other) => other.similarity < row.similarity)
  near.splice(place === -1 ? near.length : place, 0, row)
  if (near.length > NEAR_ROWS) near.pop()
}

function rounded(probability: number): number {
  return Math.round(probability * 1000) / 1000
}
