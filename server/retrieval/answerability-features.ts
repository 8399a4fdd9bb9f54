import type { Analyzer } from './analyzer.ts'
import { measureQuestion } from './measure-question.ts'
import type { RankedPassage } from './passage.ts'
import type { Question } from './question.ts'
import type { QuestionProfile, QuestionUnit, QuestionWord } from './question-profile.ts'
import { QUESTION_KINDS } from './question-type.ts'
import type { TermStatistics } from './retriever.ts'
import type { ScoredSentence } from './scored-sentence.ts'
import { CUE_NAMES } from './sentence-cues.ts'
import { FEATURE_NAMES, type SentenceFeatures } from './sentence-features.ts'
import { sentenceTable } from './sentence-table.ts'
import { type SentenceScorer, scoreSentence } from './sentence-weights.ts'

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
  scorer: SentenceScorer = scoreSentence,
): AnswerabilitySignals {
  const { profile, features } = measureQuestion(question, passages, statistics, analyzer)
  const kind = QUESTION_KINDS.indexOf(profile.type.kind)
  const signals: AnswerabilitySignals = {}
  const all = features.flat()
  const logits = all.map((item) => scorer(item, kind)).sort((left, right) => right - left)
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
  }
  signals[`kind:${profile.type.kind}`] = 1
  addPassageSignals(signals, profile, best, passages, analyzer, statistics)
  return signals
}

function bestFeatures(
  all: readonly SentenceFeatures[],
  sentence: ScoredSentence | undefined,
): SentenceFeatures | undefined {
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
    signals[`unknown:${name}`] =
      units.length === 0 ? 0 : units.filter(({ text }) => statistics.passageFrequency(text) === 0).length / units.length
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
  const context = `${contextOf(best, analyzer)}\n${own.subject}`
  signals['context:characters'] = held(profile.characters, context).share
  signals['context:pairs'] = held(profile.pairs, context).share
  signals['context:words'] = held(profile.words, context).share
  addNearestWords(signals, profile, `${folded}\n${own.subject}`, context, own)
  addGaps(signals, 'gap:sentence', profile, `${folded}\n${own.subject}`)
  addGaps(signals, 'gap:context', profile, context)
  addGaps(signals, 'gap:passage', profile, own.text)
  const { head } = profile.type
  signals['headInPassage'] = head === '' ? 0.5 : own.text.includes(head) ? 1 : 0
  signals['unit'] = unitOffered(profile, folded)
}

function wholeOf(ranked: RankedPassage, analyzer: Analyzer): { subject: string; text: string } {
  const { subject, sentences } = sentenceTable(ranked.passage, analyzer)
  return { subject, text: `${subject}\n${sentences.map(({ folded }) => folded).join('\n')}` }
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

/** The sentence with the ones before and after it. */
function contextOf({ ranked, start }: SentenceFeatures, analyzer: Analyzer): string {
  const { sentences } = sentenceTable(ranked.passage, analyzer)
  const index = sentences.findIndex((sentence) => sentence.start === start)
  return sentences
    .slice(Math.max(0, index - 1), index + 2)
    .map(({ folded }) => folded)
    .join('\n')
}

/** Whether the two words nearest to the words that ask, the subject's own left out, are said: wholly, by a word that means it, or in part. */
function addNearestWords(
  signals: AnswerabilitySignals,
  profile: QuestionProfile,
  sentence: string,
  context: string,
  own: { subject: string; text: string },
): void {
  const words = profile.words
    .filter(({ text }) => !own.subject.includes(text))
    .sort((left, right) => right.nearness - left.nearness)
  for (const [place, name] of ['nearest', 'second'].entries()) {
    const word = words[place]
    signals[`${name}:none`] = word === undefined ? 1 : 0
    signals[`${name}:sentence`] = word === undefined ? 1 : saidShare(word, profile, sentence)
    signals[`${name}:context`] = word === undefined ? 1 : saidShare(word, profile, context)
    signals[`${name}:passage`] = word === undefined ? 1 : saidShare(word, profile, own.text)
  }
  const least = (text: string) => Math.min(1, ...words.map((word) => saidShare(word, profile, text)))
  signals['least:sentence'] = least(sentence)
  signals['least:context'] = least(context)
  signals['least:passage'] = least(own.text)
}

function saidShare(word: QuestionWord, profile: QuestionProfile, text: string): number {
  if (text.includes(word.text)) return 1
  if (word.others.some((other) => text.includes(other))) return 0.8
  const meaning = profile.meanings.find(({ others }) => others.some((other) => word.text.includes(other)))
  if (meaning?.others.some((other) => text.includes(other)) === true) return 0.7
  let found = 0
  for (const character of word.text) if (text.includes(character)) found += 1
  return (0.6 * found) / word.text.length
}

/** How much of the question a text leaves uncovered: a character counts as covered with a neighbour of the question beside it. */
function addGaps(signals: AnswerabilitySignals, name: string, { folded, matter }: QuestionProfile, text: string): void {
  let total = 0
  let uncovered = 0
  let run = 0
  let longest = 0
  for (let index = 0; index < folded.length; index += 1) {
    if (matter[index] !== 1) {
      run = 0
      continue
    }
    total += 1
    const before = matter[index - 1] === 1
    const after = matter[index + 1] === 1
    const covered =
      (before && text.includes(folded.slice(index - 1, index + 1))) ||
      (after && text.includes(folded.slice(index, index + 2))) ||
      (!before && !after && text.includes(folded.charAt(index)))
    run = covered ? 0 : run + 1
    if (!covered) uncovered += 1
    longest = Math.max(longest, run)
  }
  signals[`${name}:share`] = total === 0 ? 0 : uncovered / total
  signals[`${name}:longest`] = Math.min(6, longest)
}

/** For a question that counts something: 1 where the sentence has a number with that unit, 0 where not; 0.5 for other questions. */
function unitOffered({ type }: QuestionProfile, folded: string): number {
  if ((type.kind !== 'number' && type.kind !== 'duration') || type.head === '') return 0.5
  for (let at = folded.indexOf(type.head); at >= 0; at = folded.indexOf(type.head, at + 1)) {
    if (/[\d一二两三四五六七八九十百千万亿半余多几]\s?$/u.test(folded.slice(Math.max(0, at - 3), at))) return 1
  }
  return 0
}
