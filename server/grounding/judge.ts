import type { Log } from '../log.ts'
import type { Passage } from '../retrieval/passage.ts'
import type { CheckedSentence } from './checked-sentence.ts'

/** A sentence with what it has to stand in. */
export interface JudgedClaim {
  readonly sentence: string
  /** The cited passages, each with its title. */
  readonly evidence: readonly string[]
  readonly question: string
}

export interface Judgement {
  readonly supported: boolean
  /** In the judge's words; for the record, never for a visitor. */
  readonly reason: string
}

/** Reads meanings where rules compare words. */
export interface SentenceJudge {
  readonly name: string
  /** @throws {@link JudgeFailure} where there is no judgement; the reason of `signal` when it aborts. */
  judge(claim: JudgedClaim, signal: AbortSignal): Promise<Judgement>
}

/** There is no judgement. `reason` is one word for logs and holds nothing of the claim. */
export class JudgeFailure extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(`The judge gave no judgement (${reason})`)
    this.name = 'JudgeFailure'
    this.reason = reason
  }
}

/** `withhold`: what the judge does not find supported is not shown. `observe`: it is shown, counted and logged. */
export type JudgeMode = 'withhold' | 'observe'
export type JudgeResult = 'supported' | 'unsupported' | 'fallback'

/** A sentence that passed the rules → the same, or withheld by the judge. Throws the reason of `signal` when it aborts. */
export type SecondOpinion = (
  checked: CheckedSentence,
  question: string,
  signal: AbortSignal,
) => Promise<CheckedSentence>

export interface SecondOpinionOptions {
  readonly judge: SentenceJudge
  readonly mode: JudgeMode
  /** Milliseconds after which the rules alone decide; 2,000 by default. */
  readonly timeLimitMs?: number
  readonly log: Log
  readonly onJudged?: (result: JudgeResult) => void
}

const LONGEST_REASON = 200

/**
 * Asks a judge about sentences that the rules let through. Whole sentences of a cited passage, letter by letter, are
 * the source's own words and not asked about; nor is what claims nothing. Where the judge fails or is too slow, the
 * rules alone decide.
 */
export function createSecondOpinion(options: SecondOpinionOptions): SecondOpinion {
  const { judge, mode, timeLimitMs = 2_000, log, onJudged = () => undefined } = options
  return async (checked, question, signal) => {
    if (checked.status !== 'backed') return checked
    const passages = [...new Set(checked.evidence.map(({ passage }) => passage))]
    if (passages.some((passage) => isWhollyIn(checked.text, passage))) return checked

    const claim = { sentence: checked.text, evidence: passages.map(titled), question }
    const judgement = await judged(claim, signal)
    onJudged(judgement === undefined ? 'fallback' : judgement.supported ? 'supported' : 'unsupported')
    if (judgement === undefined || judgement.supported) return checked
    if (mode === 'withhold') {
      const detail = judgement.reason.slice(0, LONGEST_REASON)
      return { status: 'withheld', text: checked.text, reason: 'judge', detail }
    }
    log.info({ judge: judge.name }, 'the judge would have withheld a sentence')
    return checked
  }

  async function judged(claim: JudgedClaim, signal: AbortSignal): Promise<Judgement | undefined> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(new JudgeFailure('timeout')), timeLimitMs)
    const either = AbortSignal.any([signal, late.signal])
    // A judge that does not listen to its signal must not hold an answer up either.
    const ended = new Promise<never>((_resolve, reject) => {
      either.addEventListener('abort', () => reject(either.reason), { once: true })
    })
    // A visitor may leave long after the judgement; nobody waits for this one then.
    ended.catch(() => undefined)
    try {
      signal.throwIfAborted()
      return await Promise.race([judge.judge(claim, either), ended])
    } catch (error) {
      signal.throwIfAborted()
      const reason = error instanceof JudgeFailure ? error.reason : 'failed'
      const say = reason === 'circuit-open' ? log.debug : log.warn
      say.call(log, { judge: judge.name, reason }, 'the judge gave no judgement; the rules alone decided')
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }
}

function titled({ title, headings, text }: Passage): string {
  return `${[title, ...headings].join(' / ')}\n${text}`
}

/** Whether the text stands in the passage as whole sentences: a part of one may say something else. */
function isWhollyIn(text: string, passage: Passage): boolean {
  const wanted = text.trim()
  if (!/[。！？!?…”」』]$/.test(wanted)) return false
  for (let at = passage.text.indexOf(wanted); at >= 0; at = passage.text.indexOf(wanted, at + 1)) {
    if (/(?:^|[。！？!?…”」』\n])\s*$/.test(passage.text.slice(0, at))) return true
  }
  return false
}
