import type { AlignedClause, Claim, Failure } from './claim.ts'
import { contextMatch, contextOf } from './context-match.ts'
import { type Cue, type CueClass, findCues, NEGATIVE_MEANING, OPPOSED_WORDS, oppositesOf } from './polarity-cues.ts'
import { replacedLetters, substitutionsOf } from './substitutions.ts'

/** How many letters may stand between a cue and the word that it governs. */
const REACH = 5

/** Negation, duty, permission, prohibition, only, except and opposites must be those of the evidence. */
export function checkPolarity(claim: Claim): Failure | undefined {
  for (const clause of claim.clauses) {
    const failure = changedCue(clause) ?? changedOpposite(claim, clause)
    if (failure !== undefined) return { reason: 'negation-changed', detail: failure }
  }
  return undefined
}

/** The text of a cue that one side has and the other has not, where both say the same otherwise. */
function changedCue(clause: AlignedClause): string | undefined {
  const ours = findCues(clause.folded)
  const theirs = findCues(clause.source.folded)
  const { toSource, toClaim } = clause.alignment
  const evidence = clause.source.folded
  /** Cues at the end of what they govern (一条合格的都没有), which may stand for one before it. */
  const trailing: Cue[] = []
  for (const cue of ours) {
    if (hasCounterpart(cue, toSource, theirs)) continue
    const host = hostAfter(cue, clause.folded, toSource)
    const word = clause.folded.slice(cue.start, cue.end)
    if (host === undefined) {
      trailing.push(cue)
      if (needsBacking(cue.class) && theirs.length === 0 && !NEGATIVE_MEANING.test(evidence)) return word
      continue
    }
    const facing = theirs.filter((other) => governs(other, host, evidence))
    if (facing.some((other) => agree(cue.class, other.class))) continue
    if (facing.length > 0 || needsBacking(cue.class)) return word
  }
  for (const cue of theirs) {
    if (hasCounterpart(cue, toClaim, ours)) continue
    const host = hostAfter(cue, evidence, toClaim)
    if (host === undefined || !isWithin(cue, clause)) continue
    const facing = ours.filter((other) => governs(other, host, clause.folded))
    if (facing.some((other) => agree(cue.class, other.class))) continue
    if (trailing.some((other) => agree(cue.class, other.class))) continue
    if (facing.length > 0 || needsKeeping(cue.class)) return evidence.slice(cue.start, cue.end)
  }
  return undefined
}

/** What a claim may not add. */
function needsBacking(kind: CueClass): boolean {
  return kind === 'negation' || kind === 'prohibition' || kind === 'exclusive'
}

/** What a claim may not drop. */
function needsKeeping(kind: CueClass): boolean {
  return kind === 'negation' || kind === 'prohibition'
}

function agree(one: CueClass, other: CueClass): boolean {
  if (one === other) return true
  return (one === 'negation' && other === 'prohibition') || (one === 'prohibition' && other === 'negation')
}

/** The same letters stand on the other side, as a cue that agrees. */
function hasCounterpart(cue: Cue, map: Int32Array, others: readonly Cue[]): boolean {
  for (let at = cue.start; at < cue.end; at++) {
    const there = map[at] ?? -1
    if (there >= 0 && others.some((o) => there >= o.start && there < o.end && agree(cue.class, o.class))) return true
  }
  return false
}

/** Where the word after the cue stands on the other side. */
function hostAfter(cue: Cue, text: string, map: Int32Array): number | undefined {
  for (let at = cue.end; at < text.length && at < cue.end + REACH; at++) {
    if (/[，。；,;]/.test(text.charAt(at))) return undefined
    const there = map[at] ?? -1
    if (there >= 0) return there
  }
  return undefined
}

function governs(cue: Cue, host: number, text: string): boolean {
  return cue.end <= host + 1 && host - cue.end <= REACH && !/[，。；,;]/.test(text.slice(cue.end, host))
}

/** Whether the source's cue lies inside what the clause was taken from, not before or after it. */
function isWithin(cue: Cue, clause: AlignedClause): boolean {
  const { toClaim } = clause.alignment
  for (let at = cue.start - 1; at >= 0 && at >= cue.start - REACH; at--) {
    if (/[，。；,;]/.test(clause.source.folded.charAt(at))) break
    if ((toClaim[at] ?? -1) >= 0) return true
  }
  // At the beginning of a clause nothing stands before the cue; the word after it must then be well matched.
  return /(?:^|[，。；,;])[并也都均就还却仍尚又而但]?$/.test(
    clause.source.folded.slice(Math.max(0, cue.start - 2), cue.start),
  )
}

/** 增加 for 减少, 以前 for 以后: a word that the evidence has only as its opposite, in the same place. */
function changedOpposite(claim: Claim, clause: AlignedClause): string | undefined {
  const evidence = clause.source.folded
  for (const { ours, theirs } of substitutionsOf(clause)) {
    if (OPPOSED_WORDS.some((word) => ours.includes(word) && isReplaced(word, ours, theirs))) return ours
  }
  for (const [ours, theirs] of replacedLetters(clause)) if (oppositesOf(ours).includes(theirs)) return ours
  for (const word of OPPOSED_WORDS) {
    if (word.length < 2) continue
    const at = clause.folded.indexOf(word)
    if (at < 0 || evidence.includes(word)) continue
    const context = contextOf(clause.folded, at, at + word.length)
    for (const opposite of oppositesOf(word)) {
      const there = evidence.indexOf(opposite)
      if (there < 0 || claim.folded.includes(opposite)) continue
      if (contextMatch(context, contextOf(evidence, there, there + opposite.length)) > 0.35) return word
    }
  }
  return undefined
}

/** Whether the other side has, in place of `word`, its opposite and the same letters otherwise. */
function isReplaced(word: string, ours: string, theirs: string): boolean {
  if (theirs.includes(word)) return false
  return oppositesOf(word).some((opposite) => ours.replace(word, opposite) === theirs)
}
