import { findNumerals } from './numerals-for-search.ts'
import type { Postings } from './postings.ts'
import { decodeUnits } from './script.ts'

/** What passages are by themselves, whatever is asked. */
export interface PassageStanding {
  /** By document, the logarithm of 1 + the number of other documents that name it as 《title》. */
  readonly named: Float32Array
  /** By passage, where its article stands in the document: 0 (no article number) to 1 (the last). */
  readonly places: Float32Array
  /** By passage, how many sentences and clauses its text has. */
  readonly clauses: Uint16Array
  /** By document, how long its title is: basic laws have short names, rules on one matter long ones. */
  readonly nameLengths: Uint16Array
}

const OPEN = '《'.charCodeAt(0)
const CLOSE = '》'.charCodeAt(0)
const ENDS = [...'。；;'].map((mark) => mark.charCodeAt(0))
const LONGEST_NAME = 60
const ARTICLE = /第[零〇一二三四五六七八九十百千\d]+条/
/** Laws are cited with the country's name and without. */
const COUNTRY = /^中华人民共和国/

/** Reads standing from the texts of an index, once: some 60 ms for 28,000 passages. */
export function readStanding(postings: Postings): PassageStanding {
  const { units, unitStarts, textStarts, groups, groupCount, passageCount } = postings
  const titles = new Map<string, number>()
  const nameLengths = new Uint16Array(groupCount)
  const isSeen = new Uint8Array(groupCount)
  for (let passage = 0; passage < passageCount; passage++) {
    const group = groups[passage] ?? 0
    if (isSeen[group] === 1) continue
    isSeen[group] = 1
    const title = titleOf(postings, passage).replace(COUNTRY, '')
    titles.set(title, group)
    nameLengths[group] = title.length
  }
  const isMark = new Uint8Array(65536)
  for (const code of [OPEN, ...ENDS]) isMark[code] = 1
  const naming = new Set<number>()
  const counts = new Uint32Array(groupCount)
  const clauses = new Uint16Array(passageCount)
  const numbers = new Float32Array(passageCount)
  const lastNumbers = new Float32Array(groupCount)
  for (let passage = 0; passage < passageCount; passage++) {
    const group = groups[passage] ?? 0
    const end = unitStarts[passage + 1] ?? 0
    const textStart = textStarts[passage] ?? 0
    for (let at = unitStarts[passage] ?? 0; at < end; at++) {
      const code = units[at] ?? 0
      if (isMark[code] !== 1) continue
      if (code !== OPEN) {
        if (at >= textStart) clauses[passage] = (clauses[passage] ?? 0) + 1
        continue
      }
      const close = units.subarray(at + 1, Math.min(end, at + 1 + LONGEST_NAME)).indexOf(CLOSE)
      if (close === -1) continue
      const name = decodeUnits(units.subarray(at + 1, at + 1 + close)).replace(COUNTRY, '')
      const named = titles.get(name)
      if (named === undefined || named === group || naming.has(group * groupCount + named)) continue
      naming.add(group * groupCount + named)
      counts[named] = (counts[named] ?? 0) + 1
    }
    const number = articleNumber(postings, passage)
    numbers[passage] = number
    lastNumbers[group] = Math.max(lastNumbers[group] ?? 0, number)
  }
  return {
    named: Float32Array.from(counts, (count) => Math.log(1 + count)),
    places: numbers.map((number, passage) => number / Math.max(1, lastNumbers[groups[passage] ?? 0] ?? 1)),
    clauses,
    nameLengths,
  }
}

function titleOf({ units, unitStarts, textStarts }: Postings, passage: number): string {
  const start = unitStarts[passage] ?? 0
  const fields = units.subarray(start, textStarts[passage] ?? start)
  return decodeUnits(fields.subarray(0, Math.max(0, fields.indexOf(0))))
}

function articleNumber({ units, unitStarts, textStarts }: Postings, passage: number): number {
  const fields = units.subarray(unitStarts[passage] ?? 0, textStarts[passage] ?? 0)
  const article = ARTICLE.exec(decodeUnits(fields.subarray(fields.indexOf(0) + 1)))?.[0]
  const numeral = article === undefined ? undefined : findNumerals(article)[0]
  return Number(numeral?.term.slice(1) ?? 0) || 0
}
