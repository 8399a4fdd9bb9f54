import { withoutRadicals } from './radicals.ts'

// Invisible: soft hyphens, zero-width signs, marks of direction, byte order marks, controls other than tab and line feed.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFF9-\uFFFB]/g
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/**
 * The text as it is stored: one kind of line end, no invisible signs, no radicals in place of ideographs, no blanks at
 * the ends of lines and at most one empty line between paragraphs.
 */
export function tidyText(text: string): string {
  return withoutRadicals(text.replace(/\r\n?|[\u2028\u2029\u0085\f\v]/g, '\n').replace(INVISIBLE, ''))
    .replace(LONE_SURROGATE, '')
    .replace(/[\u00A0\u2000-\u200A\u202F\u205F]/g, ' ')
    .replace(/[ \t\u3000]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\s+$/g, '')
}
