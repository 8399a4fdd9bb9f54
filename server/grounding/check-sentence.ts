import { inForceOn } from '../knowledge/document.ts'
import type { Passage } from '../retrieval/passage.ts'
import { foldText } from '../retrieval/script.ts'
import { align } from './align.ts'
import { extractFolded, type Value } from './canonical-values.ts'
import { checkFirstPerson, checkSpeaker, withoutLeadIn } from './check-first-person.ts'
import { checkHonourPlaces, checkHonours } from './check-honours.ts'
import { checkNames } from './check-names.ts'
import { checkPolarity } from './check-polarity.ts'
import { checkQuotations } from './check-quotations.ts'
import { checkValues } from './check-values.ts'
import type { CheckContext, CheckedSentence, DraftSentence, Evidence, WithheldReason } from './checked-sentence.ts'
import type { AlignedClause, Claim } from './claim.ts'
import { states } from './compare-values.ts'
import { isHarmless } from './harmless.ts'
import { analysePassage, compactOf, type PassageAnalysis } from './passage-analysis.ts'
import { type Chosen, selectEvidence } from './select-evidence.ts'
import { LEAST_CLAUSE_SUPPORT, LEAST_SUPPORT, supportOf } from './support.ts'

/** A short clause (在中国) belongs to the main sentence even where another one has the same few letters. */
const MAIN_BONUS = 5
const CHECKS = [
  checkQuotations,
  checkHonours,
  checkValues,
  checkNames,
  checkHonourPlaces,
  checkPolarity,
  checkFirstPerson,
]

/**
 * Decides whether a sentence may be shown: whether the passages that it cites say what it says. Pure; never throws.
 * What it can and cannot see is described in `docs/design.md`.
 */
export function checkSentence(draft: DraftSentence, context: CheckContext): CheckedSentence {
  const { text } = draft
  if (isHarmless(text)) return { status: 'harmless', text }
  const withhold = (reason: WithheldReason, detail: string): CheckedSentence => ({
    status: 'withheld',
    text,
    reason,
    detail,
  })
  if (draft.marks.length === 0) return withhold('uncited', text.trim())
  const cited: Passage[] = []
  for (const mark of draft.marks) {
    const passage = context.passages[mark - 1]
    if (passage === undefined) return withhold('citation-unresolved', `[${mark}]`)
    if (!cited.includes(passage)) cited.push(passage)
  }
  const current = cited.filter((passage) => isCurrent(passage, context))
  const [outdated] = cited.filter((passage) => !current.includes(passage))
  if (current.length === 0) return withhold('not-in-force', outdated?.title ?? '')

  const analyses = current.map(analysePassage)
  if (analyses.length === 1) return examine(draft, analyses, context)
  for (const analysis of analyses) {
    const alone = examine(draft, [analysis], context)
    if (alone.status === 'backed') return alone
  }
  const stray = strayValue(makeClaim(text, analyses, context))
  if (stray !== undefined)
    return withhold(stray.kind === 'date' ? 'date-unsupported' : 'number-unsupported', stray.text)
  return examine(draft, analyses, context)
}

/** Where a sentence goes on to another matter: what stands on either side may come from another passage. */
const PARTS = /[；;]|[，,](?=而|同时|另外|此外|还有|并且)/g

/**
 * A value of a part of the claim whose values no single passage has. Joined out of several passages, a part may put the
 * number of one beside the occasion of another.
 */
function strayValue({ folded, values, analyses }: Claim): Value | undefined {
  const ends = [...folded.matchAll(PARTS)].map(({ index }) => index).concat(folded.length)
  let from = 0
  for (const end of ends) {
    const start = from
    const own = values.filter((value) => !value.weak && value.start >= start && value.start < end)
    const whole = analyses.some((analysis) =>
      own.every((value) => analysis.values.some(({ item, year }) => states(item, value, year))),
    )
    if (!whole) return own[0]
    from = end
  }
  return undefined
}

/** Checks the sentence against what these passages say together. */
function examine(
  { text }: DraftSentence,
  analyses: readonly PassageAnalysis[],
  context: CheckContext,
): CheckedSentence {
  const withhold = (reason: WithheldReason, detail: string): CheckedSentence => ({
    status: 'withheld',
    text,
    reason,
    detail,
  })
  const claim = makeClaim(text, analyses, context)
  const exact = verbatim(claim)
  if (exact !== undefined) {
    const failure = checkSpeaker(claim, [exact.passage])
    if (failure !== undefined) return withhold(failure.reason, failure.detail)
    return { status: 'backed', text, evidence: [exact], support: 1 }
  }
  for (const check of CHECKS) {
    const failure = check(claim)
    if (failure !== undefined) return withhold(failure.reason, failure.detail)
  }
  const support = supportOf(claim)
  const isSupported = support.whole >= LEAST_SUPPORT && support.weakest >= LEAST_CLAUSE_SUPPORT
  if (!isSupported || claim.chosen.length === 0) {
    return withhold('low-support', `${support.whole.toFixed(2)}/${support.weakest.toFixed(2)}`)
  }
  return { status: 'backed', text, evidence: evidenceOf(claim.chosen), support: support.whole }
}

/** In force today, and not replaced by another passage at hand that is. */
function isCurrent(passage: Passage, context: CheckContext): boolean {
  if (!inForceOn(passage.meta, context.day)) return false
  const names = [passage.documentId, passage.meta.documentNumber, passage.meta.title]
  return !context.passages.some(
    ({ meta, documentId }) =>
      documentId !== passage.documentId &&
      inForceOn(meta, context.day) &&
      meta.supersedes?.some((replaced) => names.includes(replaced)) === true,
  )
}

function makeClaim(text: string, analyses: readonly PassageAnalysis[], context: CheckContext): Claim {
  const stripped = withoutLeadIn(text.replace(/^[\s\-*#>•·]*(?:\d{1,2}[.、)]\s*)?/, ''))
  const folded = foldText(stripped)
  const values = extractFolded(folded, stripped)
  const chosen = selectEvidence(folded, values, analyses)
  const speakerNames = context.speakerNames.map(foldText)
  const clauses = alignClauses(folded, chosen)
  return { text: stripped, folded, values, analyses, chosen, clauses, context: { ...context, speakerNames } }
}

/** Each clause of the claim beside the chosen sentence that it is closest to. */
function alignClauses(folded: string, chosen: readonly Chosen[]): AlignedClause[] {
  const clauses: AlignedClause[] = []
  for (const match of folded.matchAll(/(?:[^，,；;。！？!?\n]|(?<=\d),(?=\d))+/gu)) {
    let best: AlignedClause | undefined
    let bestScore = 0
    for (const candidate of chosen) {
      const source = candidate.analysis.sentences[candidate.index]
      if (source === undefined) continue
      const alignment = align(match[0], source.folded)
      const score = alignment.score + (candidate === chosen[0] ? MAIN_BONUS : 0)
      if (alignment.score > 0 && score > bestScore) {
        bestScore = score
        best = { start: match.index, folded: match[0], source, chosen: candidate, alignment }
      }
    }
    if (best !== undefined) clauses.push(best)
  }
  return clauses
}

/** The span of a passage that says the same letter by letter, from the beginning of a clause to the end of one. */
function verbatim(claim: Claim): Evidence | undefined {
  const { compact } = compactOf(claim.folded)
  if (compact === '') return undefined
  for (const analysis of claim.analyses) {
    const { passage, folded, compact: source, offsets } = analysis
    for (let at = source.indexOf(compact); at >= 0; at = source.indexOf(compact, at + 1)) {
      const start = offsets[at] ?? 0
      const end = (offsets[at + compact.length - 1] ?? 0) + 1
      const breaks = /[^\p{L}\p{N}]/u
      const opens = start === 0 || breaks.test(folded.charAt(start - 1))
      const closes = end === folded.length || breaks.test(folded.charAt(end))
      if (!opens || !closes || !samePunctuation(claim.folded, folded.slice(start, end))) continue
      if (compact.length < 4 && !isWholeSentence(analysis, start, end)) continue
      return { passage, start: passage.start + start, end: passage.start + closeSentence(folded, end) }
    }
  }
  return undefined
}

function isWholeSentence(analysis: PassageAnalysis, start: number, end: number): boolean {
  const sentence = analysis.sentences.find((one) => start >= one.start && end <= one.end)
  return (
    sentence !== undefined &&
    compactOf(sentence.folded).compact.length === compactOf(analysis.folded.slice(start, end)).compact.length
  )
}

/** Marks inside numbers make other numbers (3.5, 35). */
function samePunctuation(claim: string, source: string): boolean {
  const inNumbers = /\d[.,:/-]\d/g
  return (claim.match(inNumbers) ?? []).join() === (source.match(inNumbers) ?? []).join()
}

/** The span with the closing punctuation that follows. */
function closeSentence(folded: string, end: number): number {
  const closing = /^[。！？!?…”’」』）)]+/u.exec(folded.slice(end, end + 4))
  return end + (closing?.[0].length ?? 0)
}

function evidenceOf(chosen: readonly Chosen[]): Evidence[] {
  const spans: Evidence[] = []
  const ordered = [...chosen].sort((one, other) => one.index - other.index)
  for (const passage of new Set(chosen.map(({ analysis }) => analysis.passage))) {
    let last: { start: number; end: number; index: number } | undefined
    const flush = () => {
      if (last !== undefined) spans.push({ passage, start: passage.start + last.start, end: passage.start + last.end })
    }
    for (const { analysis, index } of ordered) {
      const sentence = analysis.sentences[index]
      if (analysis.passage !== passage || sentence === undefined || last?.index === index) continue
      if (last !== undefined && index === last.index + 1) last = { start: last.start, end: sentence.end, index }
      else {
        flush()
        last = { start: sentence.start, end: sentence.end, index }
      }
    }
    flush()
  }
  return spans
}
