import { readFileSync } from 'node:fs'
import type { Persona } from '../personas/persona.ts'
import type { AnswerEnd } from '../protocol/server-message.ts'
import type { TurnMaking } from '../transcripts/transcripts.ts'
import { answerTurn, type TurnLine } from '../turn/answer-turn.ts'
import type { EarlierTurn } from '../turn/understand.ts'

/** A line of `questions.jsonl`: what is asked of a persona, and what a right answer holds. */
export interface TurnQuestion {
  readonly id: string
  readonly personaId: string
  readonly text: string
  /** `answerable`, `paraphrase`, `follow-up` and `homophone` have an answer; `near-miss` and `off-topic` have none. */
  readonly kind: 'answerable' | 'paraphrase' | 'follow-up' | 'near-miss' | 'off-topic' | 'homophone'
  readonly documentId?: string
  /** Words of the document, one of which a right answer holds. */
  readonly answers?: readonly string[]
  /** The questions asked before. */
  readonly history?: readonly { readonly question: string }[]
}

export interface TurnResult {
  readonly question: TurnQuestion
  readonly end: AnswerEnd
  readonly text: string
  readonly making: TurnMaking
  /** Whether the answer holds one of the right ones; null where there is none. */
  readonly right: boolean | null
  readonly milliseconds: number
}

/** Shares of 1, by kind of question: `answered.<kind>`, `right.<kind>` (of all of that kind); the rest is said by its name. */
export type TurnFigures = Readonly<Record<string, number>>

export interface TurnEvaluation {
  readonly line: TurnLine
  readonly personas: readonly Persona[]
  readonly questions: readonly TurnQuestion[]
  readonly onProgress?: (done: number, of: number) => void
}

export function readTurnQuestions(file: string): TurnQuestion[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as TurnQuestion)
}

/** Asks every question through the whole line of a turn, with the configured model. */
export async function evaluateTurns({
  line,
  personas,
  questions,
  onProgress,
}: TurnEvaluation): Promise<{ figures: TurnFigures; results: TurnResult[] }> {
  const results: TurnResult[] = []
  for (const question of questions) {
    const persona = personas.find(({ id }) => id === question.personaId)
    if (!persona) throw new Error(`Question ${question.id}: there is no persona "${question.personaId}"`)
    const history: EarlierTurn[] = []
    for (const earlier of question.history ?? [])
      history.push(earlierTurn(earlier.question, await run(line, persona, earlier.question, history)))
    const started = performance.now()
    const { end, text, making } = await run(line, persona, question.text, history)
    const right =
      question.answers === undefined
        ? null
        : question.answers.some((answer) => squeezed(text).includes(squeezed(answer)))
    results.push({ question, end, text, making, right, milliseconds: performance.now() - started })
    onProgress?.(results.length, questions.length)
  }
  return { figures: figuresOf(results), results }
}

async function run(line: TurnLine, persona: Persona, question: string, history: readonly EarlierTurn[]) {
  let text = ''
  let ended: { end: AnswerEnd; making: TurnMaking } | undefined
  const request = {
    persona,
    turnId: 'evaluation',
    answerId: 'evaluation',
    epoch: 'evaluation',
    question,
    history,
    locale: null,
  }
  for await (const step of answerTurn(line, request, new AbortController().signal)) {
    if (step.frame.type === 'answer-delta') text += step.frame.text
    else if ('making' in step) ended = { end: step.frame, making: step.making }
  }
  if (!ended) throw new Error('The turn did not end')
  return { ...ended, text }
}

function earlierTurn(question: string, { end, text, making }: Awaited<ReturnType<typeof run>>): EarlierTurn {
  return { question, searchText: making.searchText, answer: text, citations: end.citations }
}

function figuresOf(results: readonly TurnResult[]): TurnFigures {
  const figures: Record<string, number> = { questions: results.length }
  for (const kind of new Set(results.map(({ question }) => question.kind))) {
    const ofKind = results.filter(({ question }) => question.kind === kind)
    figures[`answered.${kind}`] = share(ofKind, ({ end }) => end.outcome === 'grounded')
    if (ofKind.some(({ right }) => right !== null))
      figures[`right.${kind}`] = share(ofKind, ({ right }) => right === true)
  }
  const sentences = results.flatMap(({ end }) => end.citations)
  figures.citations = sentences.length
  figures.withheld = results.reduce((sum, { making }) => sum + making.withheld.length, 0)
  const times = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  figures.turnP50Ms = times[Math.floor(times.length * 0.5)] ?? 0
  figures.turnP95Ms = times[Math.floor(times.length * 0.95)] ?? 0
  figures.tokens = results.reduce(
    (sum, { making }) => sum + (making.usage ? making.usage.inputTokens + making.usage.outputTokens : 0),
    0,
  )
  return figures
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(holds).length / items.length
}

function squeezed(text: string): string {
  return text.replace(/[\s，。！？、；：“”‘’「」『』"',.!?;:]/g, '')
}
