import type { Kysely } from 'kysely'
import type { OpenDatabase } from '../db/open-database.ts'
import type { Schema } from '../db/schema.ts'
import type { Log } from '../log.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { questionKey } from '../review/question-key.ts'
import { createCorrectionMatcher, type JudgingMatcher } from './correction-matcher.ts'

/** What may not be said now, in this process's memory. */
export interface PauseBook {
  isPersonaPaused(personaId: string): boolean
  pausedPersonas(): readonly string[]
  /** Whether the persona may say nothing from the document. */
  isDocumentPaused(personaId: string, documentId: string): boolean
  /** How many documents that is: a search has to look past them. */
  pausedDocuments(personaId: string): number
  /** Whether the question, as it is understood, asks the same as one whose answer is paused. */
  isAnswerPaused(personaId: string, question: string): boolean
  /** Called after each change; returns the function that ends it. */
  onChange(listener: () => void): () => void
  /** Reads the pauses again; resolves when what is committed now holds here. */
  refresh(): Promise<void>
  close(): Promise<void>
}

interface RunningPause {
  readonly id: string
  readonly kind: string
  readonly personaId: string | null
  readonly targetId: string
  readonly questionKey: string | null
  /** The question as it was understood; empty where its words are deleted. */
  readonly question: string
}

/** The paused answers of one persona. */
interface PausedAnswers {
  readonly keys: ReadonlySet<string>
  readonly questions: readonly { readonly id: string; readonly question: string }[]
  matcher: { readonly analyzer: Analyzer; readonly matcher: JudgingMatcher } | undefined
}

const CHECK_EVERY_MS = 2_000
/** Lower than for a correction: a question declined in vain does less harm than a veto that misses. */
const SAME_QUESTION = 0.3

/** Reads the running pauses and keeps them up to date. Rejects where the database cannot be read. */
export async function openPauseBook(parts: {
  readonly database: Pick<OpenDatabase, 'kysely'>
  readonly analyzer: () => Analyzer
  readonly log: Log
}): Promise<PauseBook> {
  const { database, analyzer, log } = parts
  const listeners = new Set<() => void>()
  let running: readonly RunningPause[] = []
  let answers = new Map<string, PausedAnswers>()
  let known = ''
  let reading: Promise<void> = Promise.resolve()

  async function read(): Promise<void> {
    const next = await readPauses(database.kysely)
    const text = JSON.stringify(next)
    if (text === known) return
    known = text
    running = next
    answers = pausedAnswers(next)
    for (const listener of [...listeners]) listener()
  }

  function refresh(): Promise<void> {
    const run = reading.then(read)
    reading = run.catch(() => undefined)
    return run
  }

  function of(kind: string): readonly RunningPause[] {
    return running.filter((pause) => pause.kind === kind)
  }

  await refresh()
  const timer = setInterval(() => {
    refresh().catch((error) => log.warn({ err: error }, 'pauses could not be read again'))
  }, CHECK_EVERY_MS)
  timer.unref()

  const documentsOf = (personaId: string) =>
    of('document').filter((pause) => pause.personaId === null || pause.personaId === personaId)

  return {
    isPersonaPaused: (personaId) => of('persona').some(({ targetId }) => targetId === personaId),
    pausedPersonas: () => of('persona').map(({ targetId }) => targetId),
    isDocumentPaused: (personaId, documentId) => documentsOf(personaId).some(({ targetId }) => targetId === documentId),
    pausedDocuments: (personaId) => documentsOf(personaId).length,
    isAnswerPaused(personaId, question) {
      const paused = answers.get(personaId)
      if (paused === undefined) return false
      if (paused.keys.has(questionKey(question))) return true
      const current = analyzer()
      if (paused.matcher?.analyzer !== current) {
        const matcher = createCorrectionMatcher({ analyzer: current, threshold: SAME_QUESTION })
        matcher.update(paused.questions.map(({ id, question }) => ({ id, phrasings: [question], notThese: [] })))
        paused.matcher = { analyzer: current, matcher }
      }
      return paused.matcher.matcher.match(question) !== undefined
    },
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    refresh,
    async close() {
      clearInterval(timer)
      listeners.clear()
      await reading
    },
  }
}

async function readPauses(db: Kysely<Schema>): Promise<RunningPause[]> {
  const rows = await db
    .selectFrom('pauses')
    .leftJoin('turns', (join) =>
      join.onRef('turns.answer_id', '=', 'pauses.target_id').on('pauses.kind', '=', 'answer'),
    )
    .select(['pauses.id', 'pauses.kind', 'pauses.persona_id', 'pauses.target_id', 'pauses.question_key'])
    .select(['turns.question', 'turns.search_text'])
    .where('pauses.ended_at', 'is', null)
    .orderBy('pauses.at')
    .orderBy('pauses.id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    personaId: row.persona_id,
    targetId: row.target_id,
    questionKey: row.question_key,
    question: row.search_text || row.question || '',
  }))
}

function pausedAnswers(pauses: readonly RunningPause[]): Map<string, PausedAnswers> {
  const byPersona = new Map<string, RunningPause[]>()
  for (const pause of pauses.filter(({ kind }) => kind === 'answer')) {
    const personaId = pause.personaId ?? ''
    byPersona.set(personaId, [...(byPersona.get(personaId) ?? []), pause])
  }
  return new Map(
    [...byPersona].map(([personaId, own]) => [
      personaId,
      {
        keys: new Set(own.flatMap((pause) => (pause.questionKey === null ? [] : [pause.questionKey]))),
        questions: own.filter(({ question }) => question !== ''),
        matcher: undefined,
      },
    ]),
  )
}
