/** Combining marks of the tones 1 to 4. */
const MARKS = ['', '\u0304', '\u0301', '\u030c', '\u0300']

/**
 * A syllable with its tone as a mark: `han`, 4 is `hàn`; tone 0 has none; `v` is ü. The mark stands on a, else on e,
 * else on the o of ou, else on the last vowel (GB/T 16159-2012); on the first consonant where there is no vowel.
 */
export function toneMarked(syllable: string, tone: number): string {
  const plain = syllable.replaceAll('v', 'ü')
  const strong = plain.search(/a/) >= 0 ? plain.search(/a/) : plain.search(/[eê]/)
  const place = strong >= 0 ? strong : plain.includes('ou') ? plain.indexOf('o') : lastVowel(plain)
  return `${plain.slice(0, place + 1)}${MARKS[tone] ?? ''}${plain.slice(place + 1)}`.normalize('NFC')
}

function lastVowel(plain: string): number {
  for (let at = plain.length - 1; at >= 0; at--) if ('iouü'.includes(plain[at] ?? '')) return at
  return 0
}
