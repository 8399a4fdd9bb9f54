import type { Analyzer } from './analyzer.ts'
import { questionSpans } from './question-words.ts'
import type { TermStatistics } from './retriever.ts'
import type { SynonymSpan } from './synonyms.ts'

/** How many ways of asking are tried besides the visitor's own. */
const MOST_VARIANTS = 5

/**
 * Other ways of asking a question, in words that the searched passages know: where a word of the question has synonyms that stand in them, one of
 * these takes its place (你老公是干啥的 → 你爱人是干啥的). At most five, without the question itself.
 */
export function inOwnWords(text: string, statistics: TermStatistics, analyzer: Analyzer): string[] {
  const folded = analyzer.normalise(text)
  const spans = analyzer.synonyms
    .find(folded)
    .map((span) => ({ span, words: known(span, folded, statistics) }))
    .filter(({ words }) => words.length > 0)
  const variants = new Set<string>()
  const most = Math.max(0, ...spans.map(({ words }) => words.length))
  for (let rank = 0; rank < most; rank += 1)
    variants.add(
      replaced(
        text,
        spans.flatMap(({ span, words }) => (words[rank] === undefined ? [] : [{ span, word: words[rank] ?? '' }])),
      ),
    )
  if (spans.length > 1)
    for (const { span, words } of spans) for (const word of words) variants.add(replaced(text, [{ span, word }]))
  variants.delete(text)
  return [...variants].slice(0, MOST_VARIANTS)
}

/** The synonyms that the passages hold, the rarest last; none where they do not help because the question says them already. */
function known({ start, end, alternatives }: SynonymSpan, folded: string, statistics: TermStatistics): string[] {
  const rest = folded.slice(0, start) + folded.slice(end)
  return alternatives
    .filter((word) => !rest.includes(word))
    .map((word) => ({ word, frequency: statistics.passageFrequency(withoutAsking(word)) }))
    .filter(({ frequency }) => frequency > 0)
    .sort((left, right) => right.word.length - left.word.length || right.frequency - left.frequency)
    .map(({ word }) => word)
}

function withoutAsking(word: string): string {
  let rest = word
  for (const { start, end } of questionSpans(word).reverse()) rest = rest.slice(0, start) + rest.slice(end)
  return rest === '' ? word : rest
}

function replaced(text: string, parts: readonly { readonly span: SynonymSpan; readonly word: string }[]): string {
  let made = ''
  let from = 0
  for (const { span, word } of [...parts].sort((left, right) => left.span.start - right.span.start)) {
    made += text.slice(from, span.start) + word
    from = span.end
  }
  return made + text.slice(from)
}
