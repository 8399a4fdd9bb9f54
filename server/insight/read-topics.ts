import type { Insight } from '../protocol/console-insight.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import type { DayCounts, TopicCounts } from './count-topics.ts'
import { breathe, type InsightDatabase } from './insight-scope.ts'
import { keywordTopics } from './keyword-topics.ts'

type Topic = Insight['topics'][number]

export interface TopicParts {
  readonly analyzer: () => Analyzer
  readonly documentTitle: (id: string) => string | undefined
  /** Names of personas, which say nothing of what a question is about. */
  readonly names: readonly string[]
}

const MOST_TOPICS = 30
const MOST_KEYWORDS = 12
/** So many of the most asked declined questions are looked into for words. */
const MOST_DECLINED = 2_000
const IDS_A_QUERY = 500
const QUESTIONS_A_SLICE = 200
const CORRECTIONS = 'corrections/'

/**
 * What people ask about, most asked first. An answered question belongs to the document that its answer first cites,
 * under that document's title, or to the correction that answered it, under the correction's question. A declined one
 * belongs to the word that it shares with most other declined ones (see `keywordTopics`). Questions whose words are
 * deleted have neither, and are in no topic.
 */
export async function readTopics(
  database: InsightDatabase,
  counts: TopicCounts,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  const answered = await nameAnswered(database, counts, days, parts)
  await breathe()
  const declined = await nameDeclined(database, counts, days, parts)
  return [...answered, ...declined]
    .sort((one, other) => other.questions - one.questions || (one.topic < other.topic ? -1 : 1))
    .slice(0, MOST_TOPICS)
}

async function nameAnswered(
  { kysely }: InsightDatabase,
  { answered }: TopicCounts,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  const names = await correctionNames(
    kysely,
    [...answered.keys()].flatMap((id) => (id.startsWith(CORRECTIONS) ? [id.slice(CORRECTIONS.length)] : [])),
  )
  const topics = new Map<string, DayCounts[]>()
  for (const [id, counts] of answered) {
    // A document that is gone is no name that anybody understands.
    const topic = parts.documentTitle(id) ?? names.get(id.slice(CORRECTIONS.length))
    if (topic === undefined) continue
    topics.set(topic, [...(topics.get(topic) ?? []), counts])
  }
  return [...topics].map(([topic, counts]) => topicOf(topic, counts, days, false))
}

async function correctionNames(
  kysely: InsightDatabase['kysely'],
  all: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(all)]
  const names = new Map<string, string>()
  for (let start = 0; start < ids.length; start += IDS_A_QUERY) {
    const found = await kysely
      .selectFrom('corrections')
      .select(['id', 'question'])
      .where('id', 'in', ids.slice(start, start + IDS_A_QUERY))
      .execute()
    for (const { id, question } of found) names.set(id, question)
  }
  return names
}

async function nameDeclined(
  database: InsightDatabase,
  { declined }: TopicCounts,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  const mostAsked = [...declined]
    .sort(([key, one], [otherKey, other]) => other.count - one.count || (key < otherKey ? -1 : 1))
    .slice(0, MOST_DECLINED)
    .map(([, question]) => question)
  const words = await readWords(
    database,
    mostAsked.map((question) => question.answerId),
    parts,
  )
  const { topics } = keywordTopics(
    mostAsked.map((question) => ({ ...question, words: words.get(question.answerId) ?? [] })),
    MOST_KEYWORDS,
  )
  return topics.map(({ word, questions }) =>
    topicOf(
      word,
      questions.map((question) => question.days),
      days,
      true,
    ),
  )
}

/** The words that may name what each of these turns is about; none where the visitor has deleted them meanwhile. */
async function readWords(
  { kysely }: InsightDatabase,
  answerIds: readonly string[],
  { analyzer, names }: TopicParts,
): Promise<ReadonlyMap<string, string[]>> {
  const wordsOf = wordsNaming(analyzer(), names)
  const words = new Map<string, string[]>()
  for (let start = 0; start < answerIds.length; start += QUESTIONS_A_SLICE) {
    const found = await kysely
      .selectFrom('turns')
      .select(['answer_id', 'question'])
      .where('answer_id', 'in', answerIds.slice(start, start + QUESTIONS_A_SLICE))
      .execute()
    for (const { answer_id, question } of found) words.set(answer_id, wordsOf(question))
    await breathe()
  }
  return words
}

/** The words of a question that may name what it is about: two characters or more, no function words, no numbers. */
function wordsNaming(analyzer: Analyzer, names: readonly string[]): (question: string) => string[] {
  const said = new Set(names.flatMap((name) => [analyzer.normalise(name), ...analyzer.words(name)]))
  return (question) =>
    analyzer
      .words(question)
      .filter(
        (word) =>
          word.length > 1 &&
          !/^[\d.]+$/.test(word) &&
          !said.has(word) &&
          !analyzer.isStopword(word) &&
          !analyzer.isQuestionWord(word),
      )
}

function topicOf(topic: string, counts: readonly DayCounts[], days: readonly number[], isDeclined: boolean): Topic {
  const byDay = days.map((day) => counts.reduce((sum, counted) => sum + (counted.get(day) ?? 0), 0))
  const questions = byDay.reduce((sum, count) => sum + count, 0)
  return { topic, questions, declined: isDeclined ? questions : 0, days: byDay }
}
