import { readDigits, readNumber } from './read-number.ts'
import { LATIN_WORDS } from './spoken-words.ts'

/** Longer words in capitals are names (SOLIDWORKS), not letters. */
const MOST_LETTERS = 5
/** Without a vowel nobody can say it: npm, js, mc. */
const UNSPEAKABLE = /^[A-Z]?[b-df-hj-np-tv-xz]{2,4}$/
const ABBREVIATED = new Set('Mr Mrs Ms Dr St Ltd nth hmm shh psst'.split(' '))
const ROMAN: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 }

/**
 * A Latin word with its digits as it is spoken: capitals letter by letter (CNC → C N C), one or two digits as a
 * number (M8 → M八), longer ones digit by digit (C919 → C九幺九), other words as they are.
 */
export function readLatin(token: string, around: { readonly before: string; readonly after: string }): string {
  const known = LATIN_WORDS[token]
  if (known !== undefined) return known
  if (/^[IVX]{1,4}$/.test(token) && (around.before.endsWith('第') || /^[期级类型]/.test(around.after)))
    return readNumber(String(romanValue(token)))
  let spoken = ''
  for (const [run] of token.matchAll(/\d+(?:\.\d+)?(?:-(?=\d))?|[A-Za-z']+|[-/.&+#]/g)) {
    const latin = /[A-Za-z]/.test(run)
    const glue = latin && /[A-Za-z]$/.test(spoken) ? ' ' : ''
    spoken +=
      glue +
      (latin
        ? readLetters(run)
        : run.endsWith('-') && run.length > 1
          ? `${readOther(run.slice(0, -1))}杠`
          : readOther(run))
  }
  return spoken
}

function readLetters(run: string): string {
  const known = LATIN_WORDS[run]
  if (known !== undefined) return known
  if (/^[A-Z]+$/.test(run) && run.length <= MOST_LETTERS) return [...run].join(' ')
  // iOS, ChatGPT, AutoCAD: the capitals are letters, the rest is a word.
  const [, word = '', capitals = ''] = /^([A-Z]?[a-z]*)([A-Z]{2,4})$/.exec(run) ?? []
  if (capitals !== '') return [word.length === 1 ? word.toUpperCase() : word, ...capitals].join(' ')
  return UNSPEAKABLE.test(run) && !ABBREVIATED.has(run) ? [...run.toUpperCase()].join(' ') : run
}

function readOther(run: string): string {
  if (/^\d/.test(run)) return /^\d{3,}$/.test(run) ? readDigits(run, true) : readNumber(run)
  return { '/': '、', '.': '点', '&': '和', '+': '加', '#': '号' }[run] ?? ''
}

function romanValue(text: string): number {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const value = ROMAN[text[index] ?? ''] ?? 0
    sum += value < (ROMAN[text[index + 1] ?? ''] ?? 0) ? -value : value
  }
  return sum
}
