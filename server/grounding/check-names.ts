import { isStopword } from '../retrieval/question-words.ts'
import type { Claim, Failure } from './claim.ts'
import { contextMatch, contextOf } from './context-match.ts'
import { findNames, type Name } from './names.ts'
import type { PassageAnalysis } from './passage-analysis.ts'
import { tagWords } from './tag-words.ts'

const SWAP_MARGIN = 0.2
const SWAP_FIT = 0.5
const GENERIC = /^(?:该|这|那|此|其|他|她|它|我|你|您|本|自己|大家|人们|咱|有人|对方|双方|前者|后者|两人|当地|这里|那里)/
const PLACE_ENDING = /(?:特别行政区|自治区|自治州|省|市|县|区|州|镇|乡|村|国)$/

/** Every name must stand in a cited passage, and no other name may stand there in its place. */
export function checkNames(claim: Claim): Failure | undefined {
  const speaker = claim.context.speakerNames
  for (const name of findNames(claim.folded)) {
    if (speaker.some((known) => known.includes(name.text) || name.text.includes(known))) continue
    if (!isKnown(claim, name)) return { reason: 'name-unsupported', detail: name.text }
    if (isSwapped(claim, name)) return { reason: 'name-unsupported', detail: name.text }
  }
  return replacedName(claim) ?? unknownWord(claim)
}

function isKnown(claim: Claim, name: Name): boolean {
  const forms = [name.text]
  if (name.class === 'place') forms.push(name.text.replace(PLACE_ENDING, ''))
  const titled = /^(\p{Script=Han})\p{Script=Han}{1,3}$/u.exec(name.text)
  return claim.analyses.some((analysis) => {
    if (forms.some((form) => form.length > 1 && analysis.nameText.includes(form))) return true
    // 林师傅 for 林岳: the surname of a person of the passage, with a title.
    if (name.class !== 'person' || titled === null || !isTitled(name.text)) return false
    return analysis.names.some(({ item }) => item.class === 'person' && item.text.startsWith(titled[1] ?? ''))
  })
}

function isTitled(text: string): boolean {
  return /(?:师傅|师父|老师|工程师|主任|厂长|书记|经理|校长|院长|班长|组长|队长|教授|先生|女士|同志|总工|大姐|大哥|总|工)$/.test(text)
}

function isSwapped(claim: Claim, name: Name): boolean {
  const context = contextOf(claim.folded, name.start, name.end)
  let own = 0
  let rival = 0
  for (const analysis of claim.analyses) {
    own = Math.max(own, bestFit(analysis, name.text, context))
    for (const { item, context: around } of analysis.names) {
      if (item.class !== name.class || item.text.includes(name.text) || name.text.includes(item.text)) continue
      rival = Math.max(rival, contextMatch(context, around))
    }
  }
  return rival > SWAP_FIT && rival > own + SWAP_MARGIN
}

function bestFit(analysis: PassageAnalysis, text: string, context: { left: string; right: string }): number {
  let best = 0
  for (let at = analysis.folded.indexOf(text); at >= 0; at = analysis.folded.indexOf(text, at + 1)) {
    const sentence = analysis.sentences.find(({ start, end }) => at >= start && at < end)
    const around = contextOf(analysis.folded, at, at + text.length, sentence?.start, sentence?.end)
    best = Math.max(best, contextMatch(context, around))
  }
  return best
}

/**
 * A name of the source whose neighbours on both sides stand in the claim, with something else between them that the
 * passage does not hold.
 */
function replacedName(claim: Claim): Failure | undefined {
  for (const clause of claim.clauses) {
    const { alignment, source, chosen } = clause
    for (const { item, sentence } of chosen.analysis.names) {
      if (sentence !== chosen.index || claim.folded.includes(item.text)) continue
      const gap = gapAt(alignment.toClaim, clause.folded, item.start - source.start, item.end - source.start)
      if (gap === undefined || gap.length > 14 || isHarmlessGap(gap, item.text)) continue
      if (chosen.analysis.nameText.includes(gap)) continue
      if (claim.context.speakerNames.some((known) => known.includes(gap) || gap.includes(known))) continue
      return { reason: 'name-unsupported', detail: gap }
    }
  }
  return undefined
}

/** What the claim has where the source has [start, end), if the two letters on both sides are the same. */
function gapAt(toClaim: Int32Array, clause: string, start: number, end: number): string | undefined {
  let left = start - 1
  while (left >= 0 && left > start - 8 && toClaim[left] === -1) left--
  let right = end
  while (right < toClaim.length && right < end + 8 && toClaim[right] === -1) right++
  const from = left < 0 ? -1 : (toClaim[left] ?? -1)
  const to = right >= toClaim.length ? -1 : (toClaim[right] ?? -1)
  if (from < 0 && to < 0) return undefined
  if (left >= 0 && from < 0) return undefined
  if (right < toClaim.length && to < 0) return undefined
  // Words of the source that were dropped beside the name make the place uncertain.
  if (start - 1 - left + (right - end) > 2) return undefined
  return clause.slice(from + 1, to < 0 ? clause.length : to).replaceAll(/[^\p{L}\p{N}·]/gu, '')
}

function isHarmlessGap(gap: string, name: string): boolean {
  if (gap.length < 2 || GENERIC.test(gap) || name.includes(gap) || gap.includes(name)) return true
  return tagWords(gap).every(({ word, tag }) => isStopword(word) || /^[rpcudvm]/.test(tag) || tag === 'n' || tag === 'l')
}

/** Letters that no dictionary knows and no cited passage holds: a name that was made up. */
function unknownWord(claim: Claim): Failure | undefined {
  let run = ''
  for (const { word, tag } of [...tagWords(claim.folded), { word: '。', tag: 'x' }]) {
    const single = word.length === 1 && /\p{Script=Han}/u.test(word) && /^(?:n|j|z|x|eng|q|g|vg|ag|b$)/.test(tag)
    const known = claim.analyses.some(({ nameText }) => nameText.includes(word))
    if (single && !isStopword(word) && !known) {
      run += word
      continue
    }
    if (run.length >= 2) return { reason: 'name-unsupported', detail: run }
    run = ''
  }
  return undefined
}
