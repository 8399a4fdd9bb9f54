/** A question with the words that may name it, and how often it was asked. */
export interface KeywordQuestion {
  readonly words: readonly string[]
  readonly count: number
}

export interface KeywordTopic<Question> {
  readonly word: string
  readonly questions: readonly Question[]
}

/**
 * Gathers questions by what they are about, without a document that says so. The word that names the most of them
 * (each as often as it was asked; at least two askings) takes all questions that hold it; the next word is found among
 * the rest; and so on until there are `most` topics. Of words that name equally many, the longer wins, then the first by
 * code point. So the same questions always give the same topics, and every question is in one topic at most. Those that
 * share no word with another are `rest`.
 */
export function keywordTopics<Question extends KeywordQuestion>(
  questions: readonly Question[],
  most: number,
): { topics: KeywordTopic<Question>[]; rest: Question[] } {
  const topics: KeywordTopic<Question>[] = []
  let rest = [...questions]
  while (topics.length < most) {
    const weights = new Map<string, number>()
    for (const { words, count } of rest) {
      for (const word of new Set(words)) weights.set(word, (weights.get(word) ?? 0) + count)
    }
    let best = { word: '', weight: 1 }
    for (const [word, weight] of weights) {
      if (weight > best.weight || (weight === best.weight && weight > 1 && comesFirst(word, best.word))) {
        best = { word, weight }
      }
    }
    if (best.word === '') break
    topics.push({ word: best.word, questions: rest.filter(({ words }) => words.includes(best.word)) })
    rest = rest.filter(({ words }) => !words.includes(best.word))
  }
  return { topics, rest }
}

function comesFirst(word: string, other: string): boolean {
  return word.length === other.length ? word < other : word.length > other.length
}
