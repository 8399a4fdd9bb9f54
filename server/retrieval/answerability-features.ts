import type { Question } from '../turn/question.ts'
import type { Analyzer } from './analyzer.ts'
import { measureQuestion } from './measure-question.ts'
import type { RankedPassage } from './passage.ts'
import type { QuestionProfile, QuestionUnit } from './question-profile.ts'
import { QUESTION_KINDS } from './question-type.ts'
import type { TermStatistics } from './retriever.ts'
import type { ScoredSentence } from './scored-sentence.ts'
import { CUE_NAMES } from './sentence-cues.ts'
import { FEATURE_NAMES, type SentenceFeatures } from './sentence-features.ts'
import { sentenceTable } from './sentence-table.ts'
import { scoreSentence } from './sentence-weights.ts'

/** The signals of one question by name; what is not named is 0. */
export type AnswerabilitySignals = Record<string, number>

/**
 * What tells whether the passages answer the question: how much of the question the best sentence, its passage and all passages hold, how the best
 * sentence stands out, and whether it offers the kind of thing that is asked for.
 */
export function answerabilitySignals(
  question: Question,
  passages: readonly RankedPassage[],
  sentences: readonly ScoredSentence[],
  statistics: TermStatistics,
  analyzer: Analyzer,
): AnswerabilitySignals {
  const { profile, features } = measureQuestion(question, passages, statistics, analyzer)
  const kind = QUESTION_KINDS.indexOf(profile.type.kind)
  const signals: AnswerabilitySignals = {}
  const all = features.flat()
  const logits = all.map((item) => scoreSentence(item, kind)).sort((left, right) => right - left)
  const best = bestFeatures(all, sentences[0]) ?? all[0]
  if (best === undefined) return { nothing: 1 }
  const top = logits[0] ?? 0
  signals['logit'] = top
  signals['gap'] = top - (logits[1] ?? top - 5)
  signals['gapThird'] = top - (logits[2] ?? top - 5)
  signals['spread'] = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0))
  for (const [index, name] of FEATURE_NAMES.entries()) {
    signals[name] = best.values[index] ?? 0
    signals[`most:${name}`] = Math.max(...all.map(({ values }) => values[index] ?? 0))
  }
  for (const cue of best.cues) {
    signals[`cue:${CUE_NAMES[cue]}`] = 1
    signals[`cue:${profile.type.kind}:${CUE_NAMES[cue]}`] = 1
  }
  signals[`kind:${profile.type.kind}`] = 1
  addPassageSignals(signals, profile, best, passages, analyzer, statistics)
  return signals
}

function bestFeatures(all: readonly SentenceFeatures[], sentence: ScoredSentence | undefined): SentenceFeatures | undefined {
  if (sentence === undefined) return undefined
  return all.find(
    ({ ranked: { passage }, start }) => passage.id === sentence.passage.id && passage.start + start === sentence.start,
  )
}

function addPassageSignals(
  signals: AnswerabilitySignals,
  profile: QuestionProfile,
  best: SentenceFeatures,
  passages: readonly RankedPassage[],
  analyzer: Analyzer,
  statistics: TermStatistics,
): void {
  const own = wholeOf(best.ranked, analyzer)
  const most = Math.log(2 + 2 * statistics.passageCount)
  const sentence = best.ranked.passage.text.slice(best.start, best.end)
  const folded = analyzer.normalise(sentence)
  for (const [name, units] of [
    ['characters', profile.characters],
    ['pairs', profile.pairs],
    ['words', profile.words],
    ['tokens', profile.tokens],
  ] as const) {
    const passage = held(units, own.text)
    signals[`passage:${name}`] = passage.share
    signals[`passageMissing:${name}`] = passage.missing / most
    signals[`passageNear:${name}`] = held(units, own.text, (unit) => unit.nearness).share
    const withSubject = held(units, `${folded}\n${own.subject}`)
    signals[`sentence:${name}`] = withSubject.share
    signals[`sentenceMissing:${name}`] = withSubject.missing / most
    signals[`sentenceNear:${name}`] = held(units, `${folded}\n${own.subject}`, (unit) => unit.nearness).share
    signals[`unknown:${name}`] = units.length === 0 ? 0 : units.filter(({ text }) => statistics.passageFrequency(text) === 0).length / units.length
  }
  const meant = profile.words.filter(
    (word) => own.text.includes(word.text) || word.others.some((other) => own.text.includes(other)),
  )
  signals['passage:meant'] = profile.words.length === 0 ? 1 : meant.length / profile.words.length
  const possible = profile.pairs.reduce((sum, { rarity }) => sum + rarity, 0)
  const first = passages[0]?.score ?? 0
  const second = passages[1]?.score ?? 0
  signals['score'] = possible === 0 ? 0 : first / possible
  signals['scoreGap'] = first === 0 ? 0 : (first - second) / first
  signals['subjectAsked'] = shareAsked(own.subject, profile.folded)
  signals['questionLength'] = Math.log(1 + profile.characters.length)
  signals['sentences'] = Math.log(own.count)
}

function wholeOf(ranked: RankedPassage, analyzer: Analyzer): { subject: string; text: string; count: number } {
  const { subject, sentences } = sentenceTable(ranked.passage, analyzer)
  return { subject, text: `${subject}\n${sentences.map(({ folded }) => folded).join('\n')}`, count: sentences.length }
}

/** The share of the units, weighed by rarity, that a text holds, and the rarity of the rarest that it lacks. */
function held(units: readonly QuestionUnit[], text: string, weight: (unit: QuestionUnit) => number = () => 1) {
  let covered = 0
  let total = 0
  let missing = 0
  for (const unit of units) {
    const own = unit.rarity * weight(unit)
    total += own
    if (text.includes(unit.text)) covered += own
    else missing = Math.max(missing, unit.rarity)
  }
  return { share: total === 0 ? 1 : covered / total, missing }
}

function shareAsked(subject: string, folded: string): number {
  let found = 0
  for (const character of subject) if (folded.includes(character)) found += 1
  return subject === '' ? 0 : found / subject.length
}
