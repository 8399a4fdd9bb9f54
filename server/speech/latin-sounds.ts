import type { Viseme } from '../protocol/speech.ts'

/** A movement of the mouth: viseme, length in units, weight. */
export type LatinSound = readonly [viseme: Viseme, units: number, weight: number]

const LETTERS: Readonly<Record<string, string>> = {
  A: 'E1.4 I.9',
  B: 'PP.55 I2',
  C: 'SS1.1 I1.9',
  D: 'DD.5 I2',
  E: 'I2.4',
  F: 'E1.3 FF1.2',
  G: 'CH.75 I2',
  H: 'E1.2 I.6 CH1.1',
  I: 'aa1.4 I1',
  J: 'CH.75 E1.2 I.9',
  K: 'kk.9 E1.2 I.9',
  L: 'E1.3 nn1.1',
  M: 'E1.3 PP1.1',
  N: 'E1.3 nn1.1',
  O: 'O1.4 U1',
  P: 'PP.9 I1.9',
  Q: 'kk.9 I.7 U1.4',
  R: 'aa1.4 RR1',
  S: 'E1.2 SS1.2',
  T: 'DD.9 I1.9',
  U: 'I.7 U1.7',
  V: 'FF.9 I1.9',
  W: 'DD.5 aa1.2 PP.5 nn.7 I.6 U1.2',
  X: 'E1.2 kk.7 SS1.1',
  Y: 'U.6 aa1.2 I1',
  Z: 'SS.8 E1.2 I.9',
}

/** Spellings of a word, the longer ones first; what English does with them is only seen from far away. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^tion/, 'CH.9 E.8 nn.7'],
  [/^(?:th)/, 'TH.9'],
  [/^(?:sh|ch|tch|j|ge(?=$))/, 'CH1'],
  [/^(?:ph|f|v)/, 'FF.9'],
  [/^(?:ck|k|q|c(?![eiy])|g|x)/, 'kk.7'],
  [/^(?:ng)/, 'kk.8'],
  [/^(?:ss|s|z|c)/, 'SS.9'],
  [/^(?:[pbm])/, 'PP.7'],
  [/^(?:tt|t|dd|d)/, 'DD.6'],
  [/^(?:ll|l|nn|n)/, 'nn.7'],
  [/^r/, 'RR.7'],
  [/^h/, 'kk.5'],
  [/^w/, 'U.6'],
  [/^(?:oo|ou|u|ew)/, 'U1.4'],
  [/^(?:oa|ow|o)/, 'O1.4'],
  [/^(?:ee|ea|ie|i|y)/, 'I1.4'],
  [/^(?:ai|ay|a)/, 'aa1.4'],
  [/^e(?!$)/, 'E1.3'],
]
const VOWELS = 'aa E I O U'

/** How a Latin letter (one capital: its name) or word (several letters: roughly by its spelling) moves the mouth. */
export function latinSounds(text: string): LatinSound[] {
  const name = text.length === 1 ? LETTERS[text.toUpperCase()] : undefined
  if (name !== undefined) return read(name)
  const sounds: LatinSound[] = []
  let rest = text.toLowerCase()
  while (rest !== '') {
    const [pattern, spelled] = SPELLINGS.find(([spelling]) => spelling.test(rest)) ?? [/^./, '']
    rest = rest.replace(pattern, '')
    if (spelled !== '') sounds.push(...read(spelled))
  }
  return sounds
}

function read(sounds: string): LatinSound[] {
  return sounds.split(' ').map((sound) => {
    const [, viseme = 'sil', units = '1'] = /^([A-Za-z]+)(.*)$/.exec(sound) ?? []
    const weight = VOWELS.includes(viseme) ? 0.8 : viseme === 'PP' ? 1 : 0.6
    return [viseme as Viseme, Number(units), weight]
  })
}
