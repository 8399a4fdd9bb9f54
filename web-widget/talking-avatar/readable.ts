/** What can be read of a text, by an eye or a voice: no marks of Markdown, no signs that it would spell out. */
export function readable(text: string): string {
  return text
    .replace(/[*_`#>|~]+/g, '')
    .replace(/^\s*[-+•]\s+/gm, '')
    .replace(/https?:\/\/\S+/g, '')
    .replace(/\p{Extended_Pictographic}\uFE0F?/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
}
