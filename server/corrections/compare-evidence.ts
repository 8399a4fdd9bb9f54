import type { QuestionEvidence } from './correction-match.ts'
import type { QuestionForm } from './question-form.ts'

/** What is measured of what the knowledge offers for two questions, in the order of the values that `compareEvidence` gives. */
export const EVIDENCE_SIGNALS = [
  'hasEvidence',
  'sameBest',
  'sharedThree',
  'sharedSix',
  'bestShare',
  'bestShareBack',
  'sameDocument',
  'answerable',
  'answerableBack',
  'answerableLeast',
  'gap',
  'gapBack',
  'unexplained',
  'hasAnswer',
  'answerInBest',
] as const

/** What a question's evidence holds, made ready for comparing. */
export interface EvidenceForm {
  readonly evidence: QuestionEvidence
  /** How likely each sentence is the best one, by `id`; together 1. */
  readonly shares: ReadonlyMap<string, number>
}

/** Scores are logits of a ranking; at this temperature the first of three takes about half. */
const TEMPERATURE = 1.5

/** Undefined where nothing was found. */
export function evidenceForm(evidence: QuestionEvidence | undefined): EvidenceForm | undefined {
  const [best] = evidence?.sentences ?? []
  if (evidence === undefined || best === undefined) return undefined
  const raw = evidence.sentences.map(({ id, score }) => [id, Math.exp((score - best.score) / TEMPERATURE)] as const)
  const total = raw.reduce((sum, [, share]) => sum + share, 0)
  return { evidence, shares: new Map(raw.map(([id, share]) => [id, share / total])) }
}

/**
 * Compares the sentences that two questions find, and a question with a correction's approved answer. `asked` gives the words of the question
 * and the words of the phrasing that was nearest.
 */
export function compareEvidence(
  question: EvidenceForm | undefined,
  phrasing: EvidenceForm | undefined,
  answer: string | undefined,
  asked: { readonly question: QuestionForm; readonly lost: (text: string) => number },
): number[] {
  const best = question?.evidence.sentences[0]
  const other = phrasing?.evidence.sentences[0]
  const said = [answer ?? '', other?.text ?? ''].join('\n')
  const unexplained =
    answer === undefined && other === undefined
      ? 0
      : asked.question.units.reduce(
          (sum, { text, weight }) => sum + (said.includes(text) ? 0 : weight * asked.lost(text)),
          0,
        )
  const answered = [
    unexplained,
    answer === undefined ? 0 : 1,
    answer === undefined || best === undefined ? 0 : pairsShared(best.text, answer),
  ]
  if (question === undefined || phrasing === undefined || best === undefined || other === undefined)
    return [...new Array<number>(EVIDENCE_SIGNALS.length - answered.length).fill(0), ...answered]
  const probabilities = [question.evidence.probability, phrasing.evidence.probability] as const
  return [
    1,
    best.id === other.id ? 1 : 0,
    shared(question, phrasing, 3),
    shared(question, phrasing, 6),
    question.shares.get(other.id) ?? 0,
    phrasing.shares.get(best.id) ?? 0,
    best.documentId === other.documentId ? 1 : 0,
    ...probabilities,
    Math.min(...probabilities),
    gap(question.evidence),
    gap(phrasing.evidence),
    ...answered,
  ]
}

function shared(one: EvidenceForm, other: EvidenceForm, count: number): number {
  return one.evidence.sentences
    .slice(0, count)
    .reduce((sum, { id }) => sum + Math.min(one.shares.get(id) ?? 0, other.shares.get(id) ?? 0), 0)
}

function gap({ sentences: [first, second] }: QuestionEvidence): number {
  return first === undefined || second === undefined ? 0 : Math.min(6, first.score - second.score)
}

/** The share of the shorter text's pairs of letters that the other has. */
function pairsShared(one: string, other: string): number {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  let found = 0
  for (let at = 0; at + 1 < short.length; at += 1) if (long.includes(short.slice(at, at + 2))) found += 1
  return found / Math.max(1, short.length - 1)
}
