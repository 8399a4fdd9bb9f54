import type { OpenDatabase } from '../db/open-database.ts'
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
import { type CorrectionBook, openCorrectionBook } from './correction-book.ts'
import { type CorrectionStore, createCorrectionStore } from './correction-store.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import { createHitCounter } from './count-hits.ts'
import { createGoldenQuestions, type GoldenQuestions } from './golden-questions.ts'
import { openPauseBook, type PauseBook } from './pause-book.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { recheckSources } from './recheck-sources.ts'
import { tellReplies } from './replies/tell-replies.ts'

/** Corrections, golden questions and pauses of a site. */
export interface Corrections {
  readonly store: CorrectionStore
  readonly golden: GoldenQuestions
  readonly pauses: Pauses
  /** What holds on this node now. */
  readonly book: CorrectionBook
  readonly paused: PauseBook
  /** The approved words that answer a question, as it is understood, of a persona. */
  match(personaId: string, question: string): ApprovedAnswer | undefined
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
  readonly log: Log
  readonly now: () => number
}

/** Reads what is live and what is paused, and keeps both up to date on this node until it is closed. */
export async function openCorrections(options: OpenCorrectionsOptions): Promise<Corrections> {
  const { database, library, notices, analyzer, settings, log, now } = options
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
      const correction = book.match(personaId, question, chinaDay(now()))?.correction
      const persona = context.persona(personaId)
      if (correction === undefined || persona === undefined) return undefined
      const { source } = correction.content
      if (source.kind === 'document' && paused.isDocumentPaused(personaId, source.documentId)) return undefined
      return approvedAnswer(correction, persona, context.document)
    },
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
      await rechecking
      await Promise.all([book.close(), paused.close()])
      await hits.close()
    },
  }
}
