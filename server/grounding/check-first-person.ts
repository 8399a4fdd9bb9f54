import type { Passage } from '../retrieval/passage.ts'
import type { Claim, Failure } from './claim.ts'

/** 我国, 我市 and the like speak for a place, not for a person. */
const NOT_A_PERSON = /我(?:国|省|市|区|县|镇|州|党|军|方|院|校|局|部|们国家)|自我|忘我|你我/g
const FIRST_PERSON = /[我咱俺]/
const QUOTED = /[“"「『][^”"」』]*(?:[”"」』]|$)/g
/** What a persona may say of what it does now, before a claim. */
const LEAD_IN =
  /^(?:(?:我|让我|那我|我来)(?:来|再|先|就|可以|能)?(?:给|跟|和|为|向)?(?:你|您|大家|同学们?)?(?:讲讲|说说|讲|说|介绍|查到|查了一下|了解到|告诉|回答|念一下|读到|看到)[^，。：:]{0,6}[，：:,]|(?:我|我们)(?:这里|手头)?的(?:资料|材料)(?:里|中)?[^，。：:]{0,6}[，：:,]|据我(?:所知|了解)[，,]?)/
const OTHERS =
  /(?:师父|师傅|徒弟|同事|工友|班长|组长|厂长|父亲|母亲|爸爸|妈妈|爸|妈|爷爷|奶奶|妻子|爱人|丈夫|儿子|女儿|老师|同学|朋友|他们|她们|他|她)/

const CONNECTIVE =
  /^(?:其中|另外|此外|还有|首先|其次|再次|最后|总之|因此|所以|于是|同时|后来|随后|接着|比如说?|例如|当时|那时候?|不过|但是|然而|而且|并且|简单来?说|简单地说|也就是说|换句话说|具体来[看说]|具体地?说|总的来说|一般来说|据(?:资料|材料|文件|记载|介绍)[^，,]{0,3}|资料里说|资料显示|根据资料|按照资料|说到这个|说起来|说实话|其实|是的|对)[，,：:]/

/** The claim without the words that only introduce or connect it. */
export function withoutLeadIn(text: string): string {
  return text.replace(CONNECTIVE, '').replace(LEAD_IN, '')
}

/** A claim in the first person must rest on a story that this speaker told of himself or herself. */
export function checkFirstPerson(claim: Claim): Failure | undefined {
  const passages = claim.chosen.map(({ analysis }) => analysis.passage)
  return checkSpeaker(claim, passages) ?? (isOfAnother(claim) ? failureOf(claim) : undefined)
}

/** Whether the speaker may say 我 on the word of these passages. */
export function checkSpeaker(claim: Claim, passages: readonly Passage[]): Failure | undefined {
  if (!FIRST_PERSON.test(ownWords(claim))) return undefined
  const { firstPerson, personaId } = claim.context
  const isOwn = ({ meta }: Passage) =>
    meta.kind === 'story' && (personaId === undefined || meta.persona === undefined || meta.persona === personaId)
  return firstPerson && passages.some(isOwn) ? undefined : failureOf(claim)
}

function failureOf(claim: Claim): Failure {
  return { reason: 'first-person-unsupported', detail: claim.text.trim() }
}

/** The claim without what it quotes and without 我国 and the like; offsets stay. */
function ownWords(claim: Claim): string {
  const blank = (words: string) => '□'.repeat(words.length)
  return claim.folded.replace(QUOTED, blank).replace(NOT_A_PERSON, blank)
}

/** 我 did what the story says of somebody else: the source's clause names another person where the claim says 我. */
function isOfAnother(claim: Claim): boolean {
  const text = ownWords(claim)
  for (const clause of claim.clauses) {
    const own = text.slice(clause.start, clause.start + clause.folded.length)
    const at = own.search(/[我咱俺]/)
    if (at < 0 || OTHERS.test(own)) continue
    const next = firstMatched(clause.alignment.toSource, at + 1)
    if (next === undefined) continue
    const before = clause.source.folded.slice(0, next)
    const subject = before.slice(
      Math.max(before.lastIndexOf('，'), before.lastIndexOf(','), before.lastIndexOf('；')) + 1,
    )
    const other = OTHERS.exec(subject)
    if (other === null || /(?:跟|和|给|对|向|被|让|教|请|带)$/.test(subject.slice(0, other.index))) continue
    // 师傅教我…: the speaker is named after the other person.
    if (!/[我咱俺]/.test(subject.slice(other.index + other[0].length))) return true
  }
  return false
}

function firstMatched(toSource: Int32Array, from: number): number | undefined {
  for (let at = from; at < toSource.length && at < from + 8; at++) {
    const there = toSource[at] ?? -1
    if (there >= 0) return there
  }
  return undefined
}
