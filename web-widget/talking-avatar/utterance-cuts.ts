/** The most Chinese characters of one utterance: longer ones drift from the mouth, and Chrome cuts them off. */
export const MOST_HANZI = 20

const HANZI = /[\u3400-\u9fff]/

/** Cuts `[0, text.length)` into spans that follow each other, at punctuation where there is some. */
export function utteranceCuts(text: string): readonly (readonly [from: number, to: number])[] {
  const spans: (readonly [number, number])[] = []
  let from = 0
  let count = 0
  let mark = -1
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (HANZI.test(character)) count++
    else if (/[，、。；：！？,;:!?\s]/.test(character)) mark = at + 1
    if (count < MOST_HANZI && at - from < MOST_HANZI * 4) continue
    // The mark right behind belongs to what it ends.
    const next = text[at + 1] ?? ''
    const end = /[，、。；：！？,.;:!?”’）》]/.test(next) ? at + 2 : mark > from + 5 ? mark : at + 1
    if (end >= text.length) break
    spans.push([from, end])
    from = end
    count = [...text.slice(end, at + 1)].filter((each) => HANZI.test(each)).length
    mark = -1
  }
  if (from < text.length) spans.push([from, text.length])
  return spans
}
