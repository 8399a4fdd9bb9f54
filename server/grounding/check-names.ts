import { isStopword } from '../retrieval/question-words.ts'
import { align } from './align.ts'
import type { AlignedClause, Claim, Failure } from './claim.ts'
import { differInStem, inventedBody, inventedPerson } from './invented-names.ts'
import { findNames, isCommonWord, type Name } from './names.ts'
import { surnamesOf } from './passage-analysis.ts'
import { replacedLetters, type Substitution, substitutionsOf } from './substitutions.ts'
import { isSwapped, occurrencesOf } from './swapped.ts'
import type { TaggedWord } from './tag-words.ts'
import { unknownRun } from './unknown-words.ts'

/** 省总工会 is not 市总工会. */
const LEVELS = '国省市区县乡镇'
const GENERIC =
  /^(?:该|这|那|此|其|他|她|它|我|你|您|本|自己|大家|人们|咱|有人|对方|双方|前者|后者|两人|当地|这里|那里)/
const PLACE_ENDING = /(?:特别行政区|自治区|自治州|省|市|县|区|州|镇|乡|村|国)$/

/** Every name must stand in a cited passage, and no other name may stand there in its place. */
export function checkNames(claim: Claim): Failure | undefined {
  const speaker = claim.context.speakerNames
  for (const name of findNames(claim.folded)) {
    if (speaker.some((known) => known.includes(name.text) || name.text.includes(known))) continue
    // 六月份 and 每千克 are no names, whatever the dictionary says.
    if (name.text.startsWith('每') || claim.values.some(({ start, end }) => name.start >= start && name.end <= end))
      continue
    if (!isKnown(claim, name)) return { reason: 'name-unsupported', detail: name.text }
    if (hasRival(claim, name)) return { reason: 'name-unsupported', detail: name.text }
  }
  return unknownName(claim) ?? replacedName(claim) ?? namedOtherwise(claim)
}

function isKnown(claim: Claim, name: Name): boolean {
  if (name.class === 'work') return claim.analyses.some(({ nameText }) => nameText.includes(name.text))
  const forms = [name.text]
  // Where a guessed name took in the letter after it (周德厚话), the name itself is what counts.
  if (name.class === 'person' && name.text.length > 2) forms.push(name.text.slice(0, -1))
  if (name.class === 'place') forms.push(name.text.replace(PLACE_ENDING, ''))
  const titled = /^(\p{Script=Han})\p{Script=Han}{1,3}$/u.exec(name.text)
  return claim.analyses.some((analysis) => {
    if (forms.some((form) => form.length > 1 && analysis.nameText.includes(form))) return true
    // 林师傅 for 林岳: the surname of a person of the passage, with a title.
    if (name.class !== 'person' || titled === null || !isTitled(name.text)) return false
    return surnamesOf(analysis).has(titled[1] ?? '')
  })
}

function isTitled(text: string): boolean {
  return /(?:师傅|师父|老师|工程师|主任|厂长|书记|经理|校长|院长|班长|组长|队长|教授|先生|女士|同志|总工|大姐|大哥|总|工)$/.test(
    text,
  )
}

function hasRival(claim: Claim, name: Name): boolean {
  const own = claim.analyses.flatMap((analysis) => occurrencesOf(analysis, name.text))
  const rivals = claim.analyses.flatMap((analysis) =>
    analysis.names
      .map(({ item }) => item)
      .filter((item) => item.class === name.class && !item.text.includes(name.text) && !name.text.includes(item.text))
      .map(({ start, end }) => ({ analysis, start, end })),
  )
  return isSwapped(claim, name.start, name.end, own, rivals)
}

/** A name or thing of the source that was exchanged, the words on both sides being the same. */
function replacedName(claim: Claim): Failure | undefined {
  for (const clause of claim.clauses) {
    for (const [ours, theirs] of replacedLetters(clause)) {
      if (LEVELS.includes(ours) && LEVELS.includes(theirs)) return { reason: 'name-unsupported', detail: ours }
    }
    for (const { ours, theirs, ourWords, theirWords } of substitutionsOf(clause)) {
      if (isExempt(claim, clause, ours, theirs) || isValue(claim, clause, ourWords)) continue
      const known = clause.chosen.analysis.nameText.includes(ours)
      const named = hasName(theirWords) || hasName(ourWords)
      const failure: Failure = { reason: 'name-unsupported', detail: ours }
      const isNoun = isNominal(ourWords) && !ourWords.every(isPlain)
      if (named && isNominal(theirWords) && (isNoun || (known && hasName(theirWords)))) return failure
      // A common noun in the place of another is a swap only if it comes from elsewhere in the passage.
      if (known && isNominal(ourWords) && isNominal(theirWords) && !shareLetter(ours, theirs)) return failure
      if (differInStem(ours, theirs)) return failure
    }
  }
  return undefined
}

/** The main sentence says a clause of the claim word for word but for a name, which the claim took from elsewhere. */
function namedOtherwise(claim: Claim): Failure | undefined {
  const [main] = claim.chosen
  const source = main?.analysis.sentences[main.index]
  if (main === undefined || source === undefined) return undefined
  for (const { start, folded, chosen } of claim.clauses) {
    if (chosen === main) continue
    const clause = { start, folded, source, chosen: main, alignment: align(folded, source.folded) }
    for (const found of substitutionsOf(clause)) {
      const { ours, theirs, ourWords, theirWords } = found
      if (isExempt(claim, clause, ours, theirs) || isValue(claim, clause, ourWords) || !isFramed(clause, found))
        continue
      if (!isNominal(ourWords) || !isNominal(theirWords)) continue
      const named = (hasName(ourWords) || hasName(theirWords)) && !shareLetter(ours, theirs)
      if (named || differInStem(ours, theirs)) return { reason: 'name-unsupported', detail: ours }
    }
  }
  return undefined
}

/** Whether all the rest of the clause stands in the source too, and is enough to tell. */
function isFramed({ folded, alignment }: AlignedClause, { ours }: Substitution): boolean {
  const matched = alignment.toSource.filter((there) => there >= 0).length
  return matched >= 3 && matched >= folded.length - ours.length
}

function isExempt(claim: Claim, clause: AlignedClause, ours: string, theirs: string): boolean {
  if (ours.length < 2 || GENERIC.test(ours) || GENERIC.test(theirs)) return true
  if (theirs.includes(ours) || ours.includes(theirs)) return true
  // What only moved to another place was not exchanged.
  if (countOf(theirs, claim.folded) >= countOf(theirs, clause.source.folded)) return true
  return claim.context.speakerNames.some((name) => name.includes(ours) || ours.includes(name))
}

/** Numbers and dates were checked as such: 六月份 may stand for 6月份. */
function isValue(claim: Claim, clause: AlignedClause, words: readonly TaggedWord[]): boolean {
  const start = clause.start + (words[0]?.start ?? 0)
  const end = clause.start + (words.at(-1)?.end ?? 0)
  return claim.values.some((value) => value.start <= start && value.end >= end)
}

function countOf(text: string, whole: string): number {
  return whole.split(text).length - 1
}

function hasName(words: readonly TaggedWord[]): boolean {
  return words.some(({ word, tag }) => word.length > 1 && /^(?:nr|ns|nt)/.test(tag) && !isCommonWord(word))
}

function isNominal(words: readonly TaggedWord[]): boolean {
  const last = words.at(-1)
  if (last === undefined || /^(?:a|t)/.test(last.tag)) return false
  return words.every(({ tag }) => /^(?:n|j|vn|b$|l|i|x|eng|s$|f$|z|g|a|t)/.test(tag))
}

function isPlain({ word, tag }: TaggedWord): boolean {
  return isStopword(word) || /^(?:r|p|u|c|d|v|m|q|t)/.test(tag)
}

function shareLetter(one: string, other: string): boolean {
  return [...one].some((letter) => other.includes(letter))
}

/** Letters that no dictionary knows and no cited passage holds: a name that was made up. */
function unknownName(claim: Claim): Failure | undefined {
  const detail = unknownRun(claim) ?? inventedPerson(claim) ?? inventedBody(claim)
  if (detail === undefined) return undefined
  if (claim.context.speakerNames.some((name) => name.includes(detail) || detail.includes(name))) return undefined
  return { reason: 'name-unsupported', detail }
}
