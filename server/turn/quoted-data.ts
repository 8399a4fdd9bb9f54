/** Characters that nobody sees: zero-width, bidirectional, tag, filler and control characters, private use, lone surrogates. */
const HIDDEN =
  /\u034f|[\p{Cf}\p{Co}\p{Cs}\u115f\u1160\u17b4\u17b5\u3164\uffa0]|[\u180b-\u180d\u180f]|[\ufe00-\ufe0d]|[\u{e0000}-\u{e0fff}]/gu
const CONTROL = /[\p{Cc}]/gu

/** The text without characters that a reader cannot see; line breaks stay, each as `\n`. */
export function withoutHidden(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(HIDDEN, '')
    .replace(CONTROL, (character) => (character === '\n' ? '\n' : ' '))
}

/**
 * Text of others as it may stand in a prompt: nothing hidden, and nothing that could be read as one of the prompt's own
 * tags, as a citation mark, or as a control word of a model (`<|im_start|>`, `[INST]`). Such brackets become full-width,
 * so that the words stay readable and every number stays as it is.
 */
export function quotedData(text: string): string {
  return withoutHidden(text)
    .replace(/<(?=\s*[/!?|｜<]|\s*[a-z])/gi, '＜')
    .replace(/\[/g, '［')
    .replace(/\]/g, '］')
    .trim()
}

/** The same for a value between straight quotation marks, on one line. */
export function quotedAttribute(text: string): string {
  return quotedData(text).replace(/\s+/g, ' ').replaceAll('"', '＂')
}

/** At most `length` UTF-16 code units of `text`, ending with a sentence where one ends in the second half. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text
  const cut = text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
  const end = Math.max(...['。', '！', '？', '\n', '. '].map((mark) => cut.lastIndexOf(mark)))
  return end >= length / 2 ? cut.slice(0, end + 1).trimEnd() : cut
}
