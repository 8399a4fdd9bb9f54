import { understand } from '../../turn/understand.ts'

const ANYTHING = { question: '', searchText: '', answer: '', citations: [] }

/**
 * What a stored turn's question was matched on. The record holds the words that it was answered best in, which for a
 * question that stands alone may be other words than the visitor's. `names` are those of the persona.
 */
export function understoodAs(
  { question, search_text }: { readonly question: string; readonly search_text: string | null },
  names: readonly string[],
): string {
  const { followUp, searchText } = understand(question, [ANYTHING], names)
  if (!followUp) return searchText
  return search_text || understand(question, [], names).searchText
}
