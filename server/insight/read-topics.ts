import { sql } from 'kysely'
import type { Insight } from '../protocol/console-insight.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { askedDay, breathe, type InsightDatabase, type InsightScope, withinPeriod } from './insight-scope.ts'
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

interface Count {
  readonly day: number
  readonly questions: number
}

/**
 * What people ask about, most asked first. An answered question belongs to the document that its answer first cites,
 * under that document's title, or to the correction that answered it, under the correction's question. A declined one
 * belongs to the word that it shares with most other declined ones (see `keywordTopics`). Questions whose words are
 * deleted have neither, and are in no topic.
 */
export async function readTopics(
  database: InsightDatabase,
  scope: InsightScope,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  const answered = await readAnswered(database, scope, days, parts)
  await breathe()
  const declined = await readDeclined(database, scope, days, parts)
  return [...answered, ...declined]
    .sort((one, other) => other.questions - one.questions || (one.topic < other.topic ? -1 : 1))
    .slice(0, MOST_TOPICS)
}

async function readAnswered(
  { kysely }: InsightDatabase,
  scope: InsightScope,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  // As a value of its own, so that SQLite takes the narrow index and not the one by outcome, which lacks the document.
  const settled = sql`coalesce(outcome, '')`
  const { rows } = await sql<Count & { document_id: string }>`
    select first_document_id as document_id, ${askedDay} as day, count(*) as questions
    from turns
    where ${withinPeriod(scope)} and ${settled} in ('grounded', 'corrected') and first_document_id is not null
    group by 1, 2`.execute(kysely)
  const names = await correctionNames(
    kysely,
    rows.flatMap(({ document_id: id }) => (id.startsWith(CORRECTIONS) ? [id.slice(CORRECTIONS.length)] : [])),
  )
  const topics = new Map<string, Count[]>()
  for (const row of rows) {
    const { document_id: id } = row
    // A document that is gone is no name that anybody understands.
    const topic = parts.documentTitle(id) ?? names.get(id.slice(CORRECTIONS.length))
    if (topic === undefined) continue
    topics.set(topic, [...(topics.get(topic) ?? []), row])
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

async function readDeclined(
  database: InsightDatabase,
  scope: InsightScope,
  days: readonly number[],
  parts: TopicParts,
): Promise<Topic[]> {
  const { rows } = await sql<Count & { answer_id: string; question_key: string }>`
    select question_key, ${askedDay} as day, min(answer_id) as answer_id, count(*) as questions
    from review_items
    where ${withinPeriod(scope)} and outcome in ('declined', 'handed-off') and question_key <> answer_id
    group by 1, 2`.execute(database.kysely)
  await breathe()
  const byKey = new Map<string, { answerId: string; count: number; days: Count[] }>()
  for (const { question_key, answer_id, day, questions } of rows) {
    const known = byKey.get(question_key)
    const count = { day, questions: Number(questions) }
    if (known === undefined) {
      byKey.set(question_key, { answerId: answer_id, count: count.questions, days: [count] })
    } else {
      known.count += count.questions
      known.days.push(count)
      if (answer_id < known.answerId) known.answerId = answer_id
    }
  }
  const mostAsked = [...byKey]
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
      questions.flatMap((question) => question.days),
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

function topicOf(topic: string, counts: readonly Count[], days: readonly number[], isDeclined: boolean): Topic {
  const byDay = new Map<number, number>()
  for (const { day, questions } of counts) byDay.set(Number(day), (byDay.get(Number(day)) ?? 0) + Number(questions))
  const questions = [...byDay.values()].reduce((sum, count) => sum + count, 0)
  return { topic, questions, declined: isDeclined ? questions : 0, days: days.map((day) => byDay.get(day) ?? 0) }
}
