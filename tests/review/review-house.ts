import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import type { Document } from '../../server/knowledge/document.ts'
import type { Account, Role } from '../../server/protocol/console-account.ts'
import { openReview, type Review } from '../../server/review/review.ts'
import { createSqlTranscripts } from '../../server/transcripts/sql-transcripts.ts'
import type {
  FeedbackRecord,
  NewTurn,
  Transcripts,
  TurnEnding,
  TurnMaking,
} from '../../server/transcripts/transcripts.ts'
import {
  START,
  sampleEnding,
  sampleMaking,
  sampleSentences,
  sampleSession,
  sampleTurn,
} from '../transcripts/sample-records.ts'

export interface ReviewNode {
  readonly database: OpenDatabase
  readonly transcripts: Transcripts
  readonly review: Review
}

export interface EndedTurn {
  readonly answerId: string
  readonly turnId: string
  readonly sessionId: string
}

export interface TurnParts {
  readonly question?: string
  readonly text?: string
  readonly support?: number
  readonly sessionId?: string
  readonly turn?: Partial<NewTurn>
  readonly ending?: Partial<TurnEnding>
  readonly making?: Partial<TurnMaking>
  readonly feedback?: Partial<FeedbackRecord>
}

/** A database with one or several nodes of the review on it, and a clock that only the test moves. */
export interface ReviewHouse extends ReviewNode {
  readonly clock: { now: number }
  readonly documents: Map<string, Document>
  openNode(): Promise<ReviewNode>
  endTurn(parts?: TurnParts): Promise<EndedTurn>
  close(): Promise<void>
}

/** An answer that nothing speaks against, and that is not in the sample: so the tests can tell why one waits. */
export const CLEAN_MAKING: Partial<TurnMaking> = { withheld: [], answerability: 0.9 }
/** Its answer is not in the sample of 5 %. */
export const NOT_SAMPLED = '00000000-0000-4000-8000-000000000000'

export async function openReviewHouse(settings: Record<string, string>): Promise<ReviewHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'review-'))
  const clock = { now: START + 60_000 }
  const documents = new Map<string, Document>()
  const open: OpenDatabase[] = []

  async function openNode(): Promise<ReviewNode> {
    const databaseUrl = settings.DATABASE_URL
    const database = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
    open.push(database)
    const quiet = () => undefined
    const review = openReview({
      database,
      now: () => clock.now,
      personaName: (id) => (id === 'lin-hanjiang' ? '林汉江' : undefined),
      document: (id) => documents.get(id),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    })
    return { database, transcripts: createSqlTranscripts(database), review }
  }

  const first = await openNode()
  return {
    ...first,
    clock,
    documents,
    openNode,
    endTurn: (parts = {}) => endTurn(first.transcripts, parts),
    close: async () => {
      await first.review.close()
      for (const database of open) await database.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function endTurn(transcripts: Transcripts, parts: TurnParts): Promise<EndedTurn> {
  const { question = '您是哪一年进厂的？', text = '我1998年进厂。', support = 0.9 } = parts
  const personaId = parts.turn?.personaId ?? 'lin-hanjiang'
  const session = sampleSession({ personaId })
  if (parts.sessionId === undefined) await transcripts.createSession(session)
  const turn = sampleTurn(parts.sessionId ?? session.id, { question, ...parts.turn })
  await transcripts.acceptTurn(turn)
  const sentences = text === '' ? [] : sampleSentences([text]).map((sentence) => ({ ...sentence, support }))
  await transcripts.endTurn(
    turn.answerId,
    turn.epoch,
    sentences,
    sampleEnding(text, parts.ending),
    sampleMaking({ ...CLEAN_MAKING, searchText: question, ...parts.making }),
  )
  const ended = { answerId: turn.answerId, turnId: turn.turnId, sessionId: turn.sessionId }
  if (parts.feedback !== undefined) await giveFeedback(transcripts, ended, parts.feedback)
  return ended
}

export async function giveFeedback(
  transcripts: Transcripts,
  { sessionId, turnId }: EndedTurn,
  feedback: Partial<FeedbackRecord>,
): Promise<void> {
  await transcripts.giveFeedback(sessionId, turnId, {
    rating: 'down',
    reason: null,
    comment: null,
    givenAt: START + 1_000,
    ...feedback,
  })
}

export function accountOf(role: Role, personaId: string | null = null, name: string = role): Account {
  return {
    id: randomUUID(),
    login: name,
    name,
    role,
    personaId,
    secondFactor: false,
    disabled: false,
    createdAt: START,
    lastSeenAt: null,
  }
}
