import type { Viseme } from '../protocol/speech.ts'

/** A part of a final: the viseme, its share of the final's duration, and how far the mouth goes (0 to 1). */
export type FinalPart = readonly [viseme: Viseme, share: number, weight: number]

/** An initial with the viseme before unrounded and rounded finals, its length in units, and its weight. */
export type Initial = readonly [plain: Viseme, rounded: Viseme, units: number, weight: number]

/** Lip positions of the initials; the rounded variants after the 25 Mandarin visemes of CSTHead's FapMandarin. */
export const INITIALS: Readonly<Record<string, Initial>> = {
  b: ['PP', 'PP', 0.55, 1],
  p: ['PP', 'PP', 0.95, 1],
  m: ['PP', 'PP', 0.8, 1],
  f: ['FF', 'FF', 1.05, 0.9],
  d: ['DD', 'DD', 0.5, 0.6],
  t: ['DD', 'DD', 0.9, 0.6],
  n: ['nn', 'nn', 0.75, 0.6],
  l: ['nn', 'nn', 0.7, 0.6],
  g: ['kk', 'kk', 0.55, 0.5],
  k: ['kk', 'kk', 0.95, 0.5],
  h: ['kk', 'kk', 1, 0.4],
  j: ['SS', 'CH', 0.75, 0.6],
  q: ['SS', 'CH', 1.1, 0.6],
  x: ['SS', 'CH', 1.1, 0.6],
  zh: ['CH', 'CH', 0.75, 0.7],
  ch: ['CH', 'CH', 1.1, 0.7],
  sh: ['CH', 'CH', 1.1, 0.7],
  r: ['RR', 'RR', 0.75, 0.6],
  z: ['SS', 'SS', 0.8, 0.6],
  c: ['SS', 'SS', 1.15, 0.6],
  s: ['SS', 'SS', 1.15, 0.6],
}

/** Finals, in the spelling of {@link splitSyllable}: full forms (iou, uei, uen), ü as v, the buzzing -i as -i and -ih. */
export const FINALS: Readonly<Record<string, readonly FinalPart[]>> = {
  a: [['aa', 1, 1]],
  o: [['O', 1, 0.9]],
  e: [['E', 1, 0.7]],
  ê: [['E', 1, 0.9]],
  i: [['I', 1, 0.9]],
  '-i': [
    ['SS', 0.35, 0.5],
    ['I', 0.65, 0.35],
  ],
  '-ih': [
    ['CH', 0.35, 0.4],
    ['I', 0.65, 0.35],
  ],
  u: [['U', 1, 1]],
  v: [['U', 1, 0.9]],
  ai: [
    ['aa', 0.6, 0.9],
    ['I', 0.4, 0.7],
  ],
  ei: [
    ['E', 0.6, 0.8],
    ['I', 0.4, 0.8],
  ],
  ao: [
    ['aa', 0.6, 0.9],
    ['O', 0.4, 0.8],
  ],
  ou: [
    ['O', 0.6, 0.9],
    ['U', 0.4, 0.8],
  ],
  an: [
    ['aa', 0.7, 0.9],
    ['nn', 0.3, 0.5],
  ],
  en: [
    ['E', 0.65, 0.7],
    ['nn', 0.35, 0.5],
  ],
  ang: [
    ['aa', 0.8, 1],
    ['kk', 0.2, 0.3],
  ],
  eng: [
    ['E', 0.75, 0.7],
    ['kk', 0.25, 0.3],
  ],
  ong: [
    ['U', 0.75, 0.8],
    ['kk', 0.25, 0.3],
  ],
  er: [
    ['aa', 0.35, 0.6],
    ['RR', 0.65, 0.7],
  ],
  ia: [
    ['I', 0.25, 0.7],
    ['aa', 0.75, 1],
  ],
  io: [
    ['I', 0.25, 0.7],
    ['O', 0.75, 0.9],
  ],
  ie: [
    ['I', 0.3, 0.8],
    ['E', 0.7, 0.9],
  ],
  iai: [
    ['I', 0.25, 0.7],
    ['aa', 0.4, 0.9],
    ['I', 0.35, 0.7],
  ],
  iao: [
    ['I', 0.2, 0.7],
    ['aa', 0.45, 0.9],
    ['O', 0.35, 0.8],
  ],
  iou: [
    ['I', 0.25, 0.7],
    ['O', 0.4, 0.8],
    ['U', 0.35, 0.8],
  ],
  ian: [
    ['I', 0.25, 0.7],
    ['E', 0.5, 0.9],
    ['nn', 0.25, 0.5],
  ],
  in: [
    ['I', 0.65, 0.9],
    ['nn', 0.35, 0.5],
  ],
  iang: [
    ['I', 0.2, 0.7],
    ['aa', 0.6, 1],
    ['kk', 0.2, 0.3],
  ],
  ing: [
    ['I', 0.7, 0.9],
    ['kk', 0.3, 0.3],
  ],
  iong: [
    ['U', 0.75, 0.9],
    ['kk', 0.25, 0.3],
  ],
  ua: [
    ['U', 0.3, 0.8],
    ['aa', 0.7, 1],
  ],
  uo: [
    ['U', 0.35, 0.8],
    ['O', 0.65, 0.9],
  ],
  uai: [
    ['U', 0.2, 0.8],
    ['aa', 0.45, 0.9],
    ['I', 0.35, 0.7],
  ],
  uei: [
    ['U', 0.3, 0.8],
    ['E', 0.35, 0.8],
    ['I', 0.35, 0.8],
  ],
  uan: [
    ['U', 0.25, 0.8],
    ['aa', 0.5, 0.9],
    ['nn', 0.25, 0.5],
  ],
  uen: [
    ['U', 0.35, 0.8],
    ['E', 0.35, 0.7],
    ['nn', 0.3, 0.5],
  ],
  uang: [
    ['U', 0.25, 0.8],
    ['aa', 0.55, 1],
    ['kk', 0.2, 0.3],
  ],
  ueng: [
    ['U', 0.3, 0.8],
    ['E', 0.45, 0.7],
    ['kk', 0.25, 0.3],
  ],
  ve: [
    ['U', 0.35, 0.9],
    ['E', 0.65, 0.9],
  ],
  van: [
    ['U', 0.3, 0.9],
    ['E', 0.45, 0.8],
    ['nn', 0.25, 0.5],
  ],
  vn: [
    ['U', 0.65, 0.9],
    ['nn', 0.35, 0.5],
  ],
  m: [['PP', 1, 0.8]],
  n: [['nn', 1, 0.6]],
  ng: [['nn', 1, 0.6]],
}

/** Final of the short forms that pinyin writes after an initial. */
const FULL_FORMS: Readonly<Record<string, string>> = { iu: 'iou', ui: 'uei', un: 'uen', ue: 've' }
const NASALS = new Set(['m', 'hm', 'n', 'ng', 'hng'])
const BUZZING: Readonly<Record<string, string>> = {
  z: '-i',
  c: '-i',
  s: '-i',
  zh: '-ih',
  ch: '-ih',
  sh: '-ih',
  r: '-ih',
}

export interface SplitSyllable {
  /** Empty where the syllable begins with its final. */
  readonly initial: string
  readonly final: string
}

/**
 * A toneless pinyin syllable as initial and final, both keys of the tables above: y and w are spellings of i, u and ü,
 * short forms become full ones (`liu` → l + iou), j q x + u is ü. Undefined where it is no syllable of Mandarin.
 */
export function splitSyllable(syllable: string): SplitSyllable | undefined {
  const text = syllable.toLowerCase().replace(/u:|ü/g, 'v')
  if (NASALS.has(text)) return { initial: '', final: text.replace('h', '') }
  const [, initial = '', rest = ''] = /^([bpmfdtnlgkhjqxryw]|[zcs]h?)?(.*)$/.exec(text) ?? []
  if (initial === 'y' || initial === 'w') return fitting('', initial === 'y' ? finalOfY(rest) : finalOfW(rest))
  if (BUZZING[initial] !== undefined && rest === 'i') return { initial, final: BUZZING[initial] }
  const rounded = 'jqx'.includes(initial) && initial !== '' ? rest.replace(/^u/, 'v') : rest
  return fitting(initial, FULL_FORMS[rounded] ?? rounded)
}

function fitting(initial: string, final: string): SplitSyllable | undefined {
  return Object.hasOwn(FINALS, final) ? { initial, final } : undefined
}

function finalOfY(rest: string): string {
  if (rest.startsWith('u') || rest.startsWith('v')) return `v${rest.slice(1)}`
  if (rest === 'ou' || rest === 'ong') return `i${rest}`
  return rest.startsWith('i') ? rest : `i${rest}`
}

function finalOfW(rest: string): string {
  return rest === 'u' ? 'u' : `u${rest}`
}

/** Whether the lips are rounded from the start of the final, so that the initial before it is rounded too. */
export function startsRounded(final: string): boolean {
  return /^(?:[uov]|iong)/.test(final)
}
