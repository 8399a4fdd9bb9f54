import { asksForSpeaker, isAboutAnother, speaksOfSelf } from './about-speaker.ts'
import type { Analyzer } from './analyzer.ts'
import { offersAsked } from './asked-kind.ts'
import { listNumber } from './list-items.ts'
import { measureQuestion } from './measure-question.ts'
import type { RankedPassage } from './passage.ts'
import type { Question, QuestionFocus } from './question.ts'
import { QUESTION_KINDS } from './question-type.ts'
import type { TermStatistics } from './retriever.ts'
import type { ScoredSentence } from './scored-sentence.ts'
import type { SentenceFeatures } from './sentence-features.ts'
import { type SentenceScorer, scoreSentence } from './sentence-weights.ts'

export interface SelectSentencesOptions {
  /** The most sentences to return; default 12. */
  readonly limit?: number
  /** Another model than the shipped one, for fitting and comparing. */
  readonly scorer?: SentenceScorer
}

const DEFAULT_LIMIT = 12
/** Added to the item of a list that is asked for; more than anything else can count. */
const ITEM_BONUS = 20
/** What a sentence in the first person gains where the lecturer is asked about herself (「你…」), quotations left aside. */
const SPEAKER_BONUS = 1
/** What a sentence about somebody else loses where the lecturer is asked about herself and nobody else. */
const OTHER_PERSON_PENALTY = 4
/** What a sentence that itself asks loses: it repeats the question's words and answers nothing. */
const ASKING_PENALTY = 8
/** What a sentence right after the place that was read last gains in a follow-up, and one before that place loses. */
const NEXT_BONUS = 6
const READ_PENALTY = 6
const NEXT_REACH = 120
const FATE_REACH = 500
/** What the document that was talked about gains, and the place in it, fading over so many code units. */
const FOCUS_BONUS = 3
const NEAR_BONUS = 1.5
const NEAR_REACH = 250
/** A further question wants something that was not said yet, and of the kind that it asks for. */
const TOLD_PENALTY = 6
const MISS = 3
const OFFER_BONUS = 2
const LATER = /后来|之后|现在|如今|第二年|[12]\d{3}年|年底|从此|最后|再/u
const FATE_BONUS = 3
const LATER_BONUS = 1.5

/**
 * The sentences of the passages that answer the question, best first; headings are never among them. A score is a logit: the difference of two scores is
 * the log of how much likelier one is to answer than the other. Passages are given best first, with the statistics of the search that found them.
 */
export function selectSentences(
  question: Question,
  passages: readonly RankedPassage[],
  statistics: TermStatistics,
  analyzer: Analyzer,
  options: SelectSentencesOptions = {},
): ScoredSentence[] {
  const { profile, features } = measureQuestion(question, passages, statistics, analyzer)
  const kind = QUESTION_KINDS.indexOf(profile.type.kind)
  const scorer = options.scorer ?? scoreSentence
  const found: ScoredSentence[] = []
  for (const own of features) {
    const bonus = conversationBonus(question, own)
    for (const [index, item] of own.entries()) {
      found.push(scoredSentence(item, scorer(item, kind) + (bonus[index] ?? 0)))
    }
  }
  return withoutRepetitions(found.sort((left, right) => right.score - left.score)).slice(
    0,
    options.limit ?? DEFAULT_LIMIT,
  )
}

function scoredSentence({ ranked: { passage }, start, end }: SentenceFeatures, score: number): ScoredSentence {
  return {
    passage,
    start: passage.start + start,
    end: passage.start + end,
    text: passage.text.slice(start, end),
    score,
  }
}

/** What the conversation adds to each sentence of one passage: who is asked, the item asked for, where to read on, what was talked about. */
function conversationBonus(question: Question, features: readonly SentenceFeatures[]): number[] {
  const { focus, ordinal } = question
  const asksSpeaker = /[你您]/u.test(question.text)
  const asksForHer = !question.followUp && asksForSpeaker(question.text)
  return features.map(({ ranked: { passage }, start, end }) => {
    const text = passage.text.slice(start, end)
    const bonus =
      (asksSpeaker && speaksOfSelf(text) ? SPEAKER_BONUS : 0) -
      (asksForHer && isAboutAnother(text) ? OTHER_PERSON_PENALTY : 0) -
      (asks(text) ? ASKING_PENALTY : 0)
    const item = ordinal !== undefined && listNumber(text) === ordinal ? ITEM_BONUS : 0
    if (focus === undefined) return bonus + item
    if (focus.documentId !== passage.documentId) return bonus
    const at = passage.start + start
    if (focus.near === undefined && ordinal === undefined)
      return bonus + readOnBonus(focus, at - focus.afterOffset, text)
    const told = item === 0 && focus.told?.some((span) => at < span.end && span.start < passage.start + end)
    const offered = offersAsked(question.text, text)
    return (
      bonus +
      item +
      FOCUS_BONUS +
      NEAR_BONUS * Math.exp(-Math.abs(at - (focus.near ?? focus.afterOffset)) / NEAR_REACH) +
      (offered === undefined ? 0 : offered ? OFFER_BONUS : -MISS) -
      (told === true && offered !== true ? TOLD_PENALTY : 0)
    )
  })
}

/** Where to go on reading: right after what was told; what became of a person, or of a figure, may stand further on. */
function readOnBonus(focus: QuestionFocus, ahead: number, text: string): number {
  if (ahead < -1) return -READ_PENALTY
  const reach = focus.aboutPerson === true ? FATE_REACH : NEXT_REACH
  return (
    NEXT_BONUS * Math.exp(-ahead / reach) +
    (LATER.test(text) ? (focus.aboutPerson === true ? FATE_BONUS : LATER_BONUS) : 0)
  )
}

function asks(text: string): boolean {
  return /[？?][”」』]?$/u.test(text)
}

/** Passages may overlap: the same words are offered once. */
function withoutRepetitions(sentences: readonly ScoredSentence[]): ScoredSentence[] {
  const seen = new Set<string>()
  return sentences.filter(({ passage, text }) => {
    const key = `${passage.documentId}\n${text}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
