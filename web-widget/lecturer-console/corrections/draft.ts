import type { Correction, CorrectionDraft, CorrectionSource } from '../../../server/protocol/console-correction.ts'
import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { dayKey } from '../parts/format.ts'

/** What somebody writes of a correction. */
export interface DraftWords {
  readonly question: string
  readonly phrasings: readonly string[]
  readonly notThese: readonly string[]
  readonly answer: string
  readonly source: CorrectionSource
  readonly validUntil?: string
}

/** Where a new correction comes from, and whom it answers. */
export interface DraftOrigin {
  readonly personaId: string
  readonly fromAnswerId?: string
  readonly replyTo?: readonly string[]
}

export interface KeptDraft extends DraftOrigin {
  readonly words: DraftWords
  readonly keptAt: number
}

export function emptyWords(question = '', phrasings: readonly string[] = []): DraftWords {
  return { question, phrasings, notThese: [], answer: '', source: { kind: 'own-words', saidOn: dayKey() } }
}

export function wordsOf(correction: Correction): DraftWords {
  const { question, phrasings, notThese, answer, source, validUntil } = correction
  return { question, phrasings, notThese, answer, source, ...(validUntil === undefined ? {} : { validUntil }) }
}

/** Names something by its place in what was said before:「第二点呢？」. */
const COUNTED = /第\s*[一二三四五六七八九十两\d]{1,3}\s*[点条个项类种步级支件方部句遍样招轮层区大]/u

/**
 * The question as it is recognised within its conversation: behind what was talked about, in the visitor's own words.
 * The record has the topic in lines of its own before the question; its last line may be put in the words of the sources.
 */
export function asUnderstood({
  question,
  earlier,
  making,
}: Pick<TurnDetail, 'question' | 'earlier' | 'making'>): string {
  if (earlier.length === 0 || making === null) return question
  const topic = making.searchText.split('\n').slice(0, -1)
  if (topic.length > 0) return [...topic, question].join(' ')
  return COUNTED.test(question) && making.searchText !== '' ? making.searchText : question
}

/** Begins with the answer as it was given, and the question as it was understood within its conversation. */
export function wordsOfTurn(turn: TurnDetail): DraftWords {
  return { ...emptyWords(asUnderstood(turn)), answer: turn.outcome === 'declined' ? '' : answerOf(turn) }
}

export function answerOf({ sentences }: Pick<TurnDetail, 'sentences'>): string {
  return sentences
    .map(({ text }) => text)
    .join('')
    .trim()
}

/** Whether the server would keep it: it has a question, an answer and a source. */
export function isComplete({ question, answer, source }: DraftWords): boolean {
  if (question.trim() === '' || answer.trim() === '') return false
  return source.kind === 'own-words' ? source.saidOn !== '' : source.quote !== ''
}

export function sameWords(one: DraftWords, other: DraftWords): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other))
}

/** The body that the server takes, in one order. */
export function plain({ question, phrasings, notThese, answer, source, validUntil }: DraftWords) {
  const lines = (texts: readonly string[]) => texts.map((text) => text.trim()).filter((text) => text !== '')
  return {
    question: question.trim(),
    phrasings: lines(phrasings),
    notThese: lines(notThese),
    answer: answer.trim(),
    source,
    ...(validUntil === undefined || validUntil === '' ? {} : { validUntil }),
  }
}

export function draftBody(words: DraftWords, origin: DraftOrigin, reason: string): CorrectionDraft {
  return {
    personaId: origin.personaId,
    ...plain(words),
    ...(origin.fromAnswerId === undefined ? {} : { fromAnswerId: origin.fromAnswerId }),
    ...(origin.replyTo === undefined ? {} : { replyTo: [...origin.replyTo] }),
    ...(reason === '' ? {} : { reason }),
  }
}

const PREFIX = 'lecturer-console:draft:'

/** Keeps what is written in this browser, so that a closed page loses nothing. */
export function keepDraft(key: string, draft: KeptDraft): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(draft))
  } catch {
    // Private browsing, or full; the server keeps it as well.
  }
}

export function keptDraft(key: string): KeptDraft | null {
  try {
    const kept = localStorage.getItem(PREFIX + key)
    return kept === null ? null : (JSON.parse(kept) as KeptDraft)
  } catch {
    return null
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key)
  } catch {
    // Private browsing.
  }
}
