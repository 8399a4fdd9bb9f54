import { randomUUID } from 'node:crypto'
import type { Insertable } from 'kysely'
import type { OpenDatabase } from '../../../server/db/open-database.ts'
import type { FeedbackTable, SessionsTable, TurnsTable } from '../../../server/db/schema.ts'
import { type SeededRandom, seededRandom } from '../../../server/evaluation/seeded-random.ts'
import { backfillQueue } from '../../../server/review/backfill.ts'
import { sampleCitation, sampleMaking, sha256 } from '../../transcripts/sample-records.ts'

export const BENCH_PERSONAS = ['lin-hanjiang', 'persona-b', 'persona-c', 'persona-d', 'persona-e'] as const
export const BENCH_END = 1_790_000_000_000
const DAY_MS = 86_400_000
const ROWS_A_WRITE = 500
const DAYS = 180
const TURNS_A_SESSION = 4

const WHO = ['您', '您师傅', '班组', '徒弟', '工友', '车间', '质检员', '老厂长', '学校', '家里人']
const WHAT = [
  '焊接',
  '打磨',
  '装配',
  '铸造',
  '钳工',
  '电工',
  '检修',
  '探伤',
  '数控',
  '热处理',
  '绘图',
  '起重',
  '油漆',
  '锻造',
]
const ASKED = [
  '是怎么学会的',
  '最难的地方在哪里',
  '要注意什么',
  '花了多久',
  '为什么这么做',
  '有什么诀窍',
  '第一次失败是怎么回事',
  '对年轻人有什么建议',
]

/** Turns as a year of use would leave them: few questions asked often, most asked once, a fifth with something against it. */
export async function fillTurns(database: OpenDatabase, count: number): Promise<void> {
  const random = seededRandom(7)
  const { next, pick } = random
  for (let start = 0; start < count; start += ROWS_A_WRITE) {
    const sessions: Insertable<SessionsTable>[] = []
    const turns: Insertable<TurnsTable>[] = []
    const feedback: Insertable<FeedbackTable>[] = []
    for (let index = start; index < Math.min(count, start + ROWS_A_WRITE); index++) {
      const askedAt = BENCH_END - Math.floor(next() * DAYS * DAY_MS)
      const common = next() < 0.5
      const question = `${pick(WHO)}${pick(WHAT)}${pick(ASKED)}${common ? '' : `，${Math.floor(next() * 60_000)}号工件`}？`
      const declined = next() < 0.12
      const text = declined ? '这件事我没有讲过，不敢乱说。' : answerTo(question, random)
      if (index % TURNS_A_SESSION === 0) sessions.push(sessionOf(pick(BENCH_PERSONAS), askedAt))
      const session = sessions.at(-1)
      if (session === undefined) throw new Error('The first turn of a write opens a session.')
      const answerId = randomUUID()
      const withheld = next() < 0.05 ? sampleMaking().withheld : []
      turns.push(
        turnOf({
          answerId,
          session,
          question,
          askedAt,
          declined,
          text,
          withheld,
          answerability: 0.4 + next() * 0.6,
        }),
      )
      if (next() < 0.06) {
        const down = next() < 0.4
        feedback.push({
          answer_id: answerId,
          rating: down ? 'down' : 'up',
          reason: down ? pick(['report', 'ask-lecturer', null]) : null,
          comment: null,
          given_at: askedAt + 5_000,
        })
      }
    }
    await database.writer.transaction(async (db) => {
      await db.insertInto('sessions').values(sessions).execute()
      await db.insertInto('turns').values(turns).execute()
      if (feedback.length > 0) await db.insertInto('feedback').values(feedback).execute()
    })
  }
  await backfillQueue(database)
}

function answerTo(question: string, random: SeededRandom): string {
  const sentences = random.between(2, 4)
  return Array.from(
    { length: sentences },
    (_, index) =>
      `说到${question.slice(0, 6)}，我1998年进厂那会儿，师傅让我先看三个月，第${index + 1}件事就是把手上的活记在本子上。`,
  ).join('')
}

function sessionOf(personaId: string, at: number): Insertable<SessionsTable> {
  const site = 'https://portal.example'
  const times = { created_at: at, last_seen_at: at, forgotten_at: null }
  return { id: randomUUID(), persona_id: personaId, token_hash: sha256('token'), site, locale: 'zh-CN', ...times }
}

interface BenchTurn {
  readonly answerId: string
  readonly session: Insertable<SessionsTable>
  readonly question: string
  readonly askedAt: number
  readonly declined: boolean
  readonly text: string
  readonly withheld: readonly unknown[]
  readonly answerability: number
}

function turnOf(turn: BenchTurn): Insertable<TurnsTable> {
  const making = sampleMaking()
  return {
    answer_id: turn.answerId,
    session_id: turn.session.id,
    turn_id: randomUUID(),
    persona_id: turn.session.persona_id,
    channel: turn.askedAt % 5 === 0 ? 'completions' : 'websocket',
    site: turn.askedAt % 3 === 0 ? 'https://hall.example' : 'https://portal.example',
    question: turn.question,
    asked_at: turn.askedAt,
    epoch: 'epoch-1',
    producer: 'bench',
    lease_until: turn.askedAt,
    shown_length: turn.text.length,
    ended_at: turn.askedAt + 900,
    outcome: turn.declined ? 'declined' : 'grounded',
    text: turn.text,
    sha256: sha256(turn.text),
    citations: JSON.stringify(turn.declined ? [] : [sampleCitation(0), sampleCitation(1)]),
    suggestions: '[]',
    delivered_at: null,
    model: making.model,
    search_text: turn.question,
    retrieved: JSON.stringify(making.retrieved),
    withheld: JSON.stringify(turn.withheld),
    answerability: turn.declined ? 0.1 : turn.answerability,
    prompt_id: making.promptId,
    prompt_hash: making.promptHash,
    fallback_reason: null,
    usage: null,
    timings: JSON.stringify(making.timings),
  }
}
