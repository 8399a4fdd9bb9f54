import type { Analyzer } from '../retrieval/analyzer.ts'
import { type AnswerabilitySignals, answerabilitySignals } from '../retrieval/answerability-features.ts'
import type { Passage } from '../retrieval/passage.ts'
import { standaloneQuestion } from '../retrieval/question.ts'
import { selectSentences } from '../retrieval/select-sentences.ts'
import { sentenceSpans } from '../retrieval/sentence-spans.ts'
import type { SentenceScorer } from '../retrieval/sentence-weights.ts'
import { type AnsweredQuestion, type AnswerPack, partOf } from './answer-pack.ts'
import { type PackSearch, searchPack } from './search-pack.ts'

export type ExampleLabel = 'answerable' | 'removed' | 'nearmiss'

export interface AnswerabilityExample {
  readonly question: AnsweredQuestion
  readonly label: ExampleLabel
  readonly signals: AnswerabilitySignals
}

/** How many passages a question is judged on. */
export const JUDGED_PASSAGES = 6
/** The pack is searched whole and cut in parts, since a lecturer has tens of passages and not hundreds: how rare a word is depends on it. */
const PARTS = [1, 3, 12]

/**
 * Makes questions with and without an answer from a pack whose questions all have one: as they are (`answerable`), asked of another part of the pack
 * (`removed`), and with every sentence that holds the answer cut out of its passage (`nearmiss`).
 */
export function answerabilityExamples(
  pack: AnswerPack,
  analyzer: Analyzer,
  scorerOf: (question: AnsweredQuestion) => SentenceScorer | undefined = () => undefined,
): AnswerabilityExample[] {
  const examples: AnswerabilityExample[] = []
  const titles = new Map(pack.passages.map(({ id, title }) => [id, title]))
  const add = (search: PackSearch | undefined, question: AnsweredQuestion, label: ExampleLabel) => {
    if (search === undefined) return
    examples.push({ question, label, signals: signalsOf(search, question.text, analyzer, scorerOf(question)) })
  }
  const rounds = cutRounds(pack)
  for (const parts of PARTS) {
    const partFor = (id: string) => partOf(`${id}/${parts}`, parts)
    const whole = searchParts(pack.passages, parts, partFor, analyzer)
    for (const question of pack.questions) {
      const own = partFor(documentOf(question))
      add(whole[own], question, 'answerable')
      const other = whole[(own + 1) % parts]
      if (parts > 1 && namesTopic(question.text, titles.get(documentOf(question)) ?? ''))
        add(other, question, 'removed')
    }
    for (const { passages, questions } of rounds) {
      const cut = searchParts(passages, parts, partFor, analyzer)
      for (const question of questions) add(cut[partFor(documentOf(question))], question, 'nearmiss')
    }
  }
  return examples
}

/** The signals of a question as a turn would have them. */
export function signalsOf(
  search: PackSearch,
  text: string,
  analyzer: Analyzer,
  scorer?: SentenceScorer,
): AnswerabilitySignals {
  const question = standaloneQuestion(text)
  const found = search.find(text, JUDGED_PASSAGES)
  const options = scorer === undefined ? {} : { scorer }
  const sentences = selectSentences(question, found, search.statistics, analyzer, options)
  return answerabilitySignals(question, found, sentences, search.statistics, analyzer, scorer)
}

function searchParts(
  passages: readonly Passage[],
  parts: number,
  partFor: (id: string) => number,
  analyzer: Analyzer,
): PackSearch[] {
  return Array.from({ length: parts }, (_, part) =>
    searchPack(
      passages.filter(({ id }) => partFor(id) === part),
      analyzer,
    ),
  )
}

function documentOf({ relevant }: AnsweredQuestion): string {
  return [...relevant.keys()][0] ?? ''
}

/** The pack several times over, each time with the answer to one question a passage cut out. */
function cutRounds(pack: AnswerPack): { passages: Passage[]; questions: AnsweredQuestion[] }[] {
  const byDocument = new Map<string, AnsweredQuestion[]>()
  for (const question of pack.questions) {
    byDocument.set(documentOf(question), [...(byDocument.get(documentOf(question)) ?? []), question])
  }
  const count = Math.max(0, ...[...byDocument.values()].map(({ length }) => length))
  return Array.from({ length: count }, (_, round) => {
    const questions: AnsweredQuestion[] = []
    const passages = pack.passages.map((passage) => {
      const question = byDocument.get(passage.id)?.[round]
      const text = question === undefined ? undefined : withoutAnswer(passage.text, question.answers)
      if (question === undefined || text === undefined) return passage
      questions.push(question)
      return { ...passage, text, end: text.length }
    })
    return { passages, questions }
  })
}

/** The text without the sentences that hold an answer; undefined where too little or an answer is left. */
function withoutAnswer(text: string, answers: readonly string[]): string | undefined {
  const spans = sentenceSpans(text)
  const kept = spans
    .map(({ start, end }) => text.slice(start, end))
    .filter((sentence) => !answers.some((answer) => sentence.includes(answer)))
  const rest = kept.join('')
  if (kept.length === spans.length || kept.length < 3 || answers.some((answer) => rest.includes(answer)))
    return undefined
  return rest
}

function namesTopic(text: string, title: string): boolean {
  const topic = title.replace(/[（(].*$/u, '')
  for (let index = 0; index + 1 < topic.length; index += 1)
    if (text.includes(topic.slice(index, index + 2))) return true
  return false
}
