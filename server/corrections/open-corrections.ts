import type { OpenDatabase } from '../db/open-database.ts'
import type { Embedder } from '../dense/embedder.ts'
import type { KnowledgeLibrary } from '../knowledge/knowledge-library.ts'
import type { Log } from '../log.ts'
import type { Notices, SiteNotice } from '../notices/notices.ts'
import type { SiteSettings } from '../protocol/console-account.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { chinaDay } from '../turn/china-day.ts'
import {
  type ApprovedAnswer,
  approvedAnswer,
  type CorrectionDocument,
  correctionDocument,
  correctionIdOf,
} from './approved-answer.ts'
import { type AskJudge, createAskJudge, type MatchedAnswer, rounded } from './ask-judge.ts'
import { type CorrectionBook, openCorrectionBook } from './correction-book.ts'
import type { CorrectionJudge } from './correction-judge.ts'
import { type CorrectionStore, createCorrectionStore } from './correction-store.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import { createHitCounter } from './count-hits.ts'
import { createGoldenQuestions, type GoldenQuestions } from './golden-questions.ts'
import { isValidOn, type LiveCorrection } from './live-correction.ts'
import { openPauseBook, type PauseBook } from './pause-book.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { openPhrasingVectors } from './phrasing-vectors.ts'
import { recheckSources } from './recheck-sources.ts'
import { tellReplies } from './replies/tell-replies.ts'
import { withoutWords } from './without-words.ts'

/** Corrections, golden questions and pauses of a site. */
export interface Corrections {
  readonly store: CorrectionStore
  readonly golden: GoldenQuestions
  readonly pauses: Pauses
  /** What holds on this node now. */
  readonly book: CorrectionBook
  readonly paused: PauseBook
  /**
   * The approved words that answer a question, as it is understood, of a persona. Never throws: where matching fails,
   * the ordinary answer goes on.
   */
  match(personaId: string, question: string): MatchedAnswer | undefined
  /** Asks the judge where words alone did not tell; see `AskJudge`. Undefined where no judge is set. */
  readonly askJudge?: AskJudge
  /** A live correction under its document id, `corrections/<id>`, and whose words it is. */
  document(documentId: string): { readonly personaId: string; readonly document: CorrectionDocument } | undefined
  /** Counts that the correction has answered a visitor. */
  noteHit(correctionId: string): void
  close(): Promise<void>
}

export interface OpenCorrectionsOptions {
  readonly database: OpenDatabase
  readonly library: KnowledgeLibrary
  readonly notices: Notices
  readonly analyzer: () => Analyzer
  readonly settings: () => Promise<SiteSettings>
  /** Reads what questions mean where words do not tell. */
  readonly judge?: CorrectionJudge
  /** Milliseconds after which the ordinary answer goes on without the judge; 1,500 by default. */
  readonly judgeTimeoutMs?: number
  /** Where given, phrasings that are near in meaning are put before the judge, too. */
  readonly embedder?: Embedder
  readonly log: Log
  readonly now: () => number
}

const JUDGE_TIMEOUT_MS = 1_500

/** Reads what is live and what is paused, and keeps both up to date on this node until it is closed. */
export async function openCorrections(options: OpenCorrectionsOptions): Promise<Corrections> {
  const { database, library, notices, analyzer, settings, judge, embedder, log, now } = options
  const context: CorrectionsContext = {
    database,
    now,
    settings,
    document: (id) => library.document(id),
    persona: (id) => library.current().personas.find((persona) => persona.id === id),
  }
  const [book, paused] = await Promise.all([
    openCorrectionBook({ database, analyzer, log }),
    openPauseBook({ database, analyzer, log }),
  ])
  const hits = createHitCounter(database, log)
  const vectors = judge && embedder && openPhrasingVectors({ book, embedder, log })

  /** The approved words as they may be said now. */
  const approve = ({ id, personaId }: LiveCorrection): ApprovedAnswer | undefined => {
    const correction = book.find(id)
    const persona = context.persona(personaId)
    if (correction === undefined || persona === undefined) return undefined
    const { source } = correction.content
    if (!isValidOn(correction.content, chinaDay(now()))) return undefined
    if (source.kind === 'document' && paused.isDocumentPaused(personaId, source.documentId)) return undefined
    return approvedAnswer(correction, persona, context.document)
  }

  const readAgain = (what: Promise<void>) => {
    what.catch((error) => log.warn({ err: error }, 'corrections or pauses could not be read again'))
  }
  const stopListening = notices.subscribe((notice) => {
    if (notice.kind === 'corrections-changed') readAgain(book.refresh(notice.personaId))
    else if (notice.kind === 'pauses-changed') readAgain(paused.refresh())
    else if (notice.kind === 'resynchronise') {
      readAgain(book.refresh())
      readAgain(paused.refresh())
    }
  })
  // What was committed holds, whether or not the others hear of it at once: they ask the database, too.
  const tell = (notice: SiteNotice) =>
    notices.publish(notice).catch((error) => log.warn({ err: error, kind: notice.kind }, 'other nodes were not told'))

  let rechecking: Promise<unknown> = Promise.resolve()
  const recheck = () => {
    rechecking = rechecking
      .then(() => recheckSources(context))
      .catch((error) => log.error({ err: error }, 'the sources of corrections were not looked at'))
  }
  const stopWatching = library.onChange(recheck)
  recheck()

  return {
    book,
    paused,
    store: createCorrectionStore({
      ...context,
      async onLiveChanged(personaId) {
        await book.refresh(personaId)
        void tell({ kind: 'corrections-changed', personaId })
      },
      onReplies: (sessionIds) => tellReplies({ notices, log }, sessionIds),
    }),
    golden: createGoldenQuestions(context),
    pauses: createPauses({
      ...context,
      async onChanged() {
        await paused.refresh()
        void tell({ kind: 'pauses-changed' })
      },
    }),
    match(personaId, question) {
      try {
        const found = book.match(personaId, question, chinaDay(now()))
        const approved = found && approve(found.correction)
        return found && approved && { approved, match: { probability: rounded(found.probability) } }
      } catch (error) {
        log.error(
          { personaId, failure: withoutWords(error) },
          'corrections could not be matched; the ordinary answer goes on',
        )
        return undefined
      }
    },
    ...(judge && {
      askJudge: createAskJudge({
        judge,
        timeLimitMs: options.judgeTimeoutMs ?? JUDGE_TIMEOUT_MS,
        candidates: (personaId, question, limit) => book.candidates(personaId, question, chinaDay(now()), limit),
        ...(vectors && { nearest: vectors.nearest }),
        find: book.find,
        approve,
        log,
      }),
    }),
    document(documentId) {
      const id = correctionIdOf(documentId)
      const correction = id === undefined ? undefined : book.find(id)
      const persona = correction && context.persona(correction.personaId)
      if (correction === undefined || persona === undefined) return undefined
      return { personaId: persona.id, document: correctionDocument(correction, persona) }
    },
    noteHit: (correctionId) => hits.note(correctionId),
    async close() {
      stopListening()
      stopWatching()
      await vectors?.close()
      await rechecking
      await Promise.all([book.close(), paused.close()])
      await hits.close()
    },
  }
}
