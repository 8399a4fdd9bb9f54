import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { openCorrectionBook } from '../../../server/corrections/correction-book.ts'
import { createPreviews } from '../../../server/corrections/preview/previews.ts'
import { createWorkSlices } from '../../../server/corrections/preview/work-slices.ts'
import { createUnanswered } from '../../../server/corrections/unanswered/unanswered.ts'
import type { OpenDatabase } from '../../../server/db/open-database.ts'
import type { Account } from '../../../server/protocol/console-account.ts'
import { createAnalyzer } from '../../../server/retrieval/analyzer.ts'
import { backfillQueue } from '../../../server/review/backfill.ts'
import { sampleMaking, sampleSession, sha256 } from '../../transcripts/sample-records.ts'

/** A correction is tried on 10,000 past questions within this (issue 6). */
export const REPLAY_MS = 10_000
const PERSONA = 'bench-lecturer'
const NOW = 1_790_000_000_000
const ROWS_A_WRITE = 500
const QUESTIONS_A_MORE = 1

const WHO = [
  '您',
  '您师傅',
  '你们班组',
  '您徒弟',
  '车间里的工友',
  '质检员',
  '老厂长',
  '学校的老师',
  '家里人',
  '大师工作室',
]
const WHAT =
  '焊接 打磨 装配 铸造 钳工 电工 检修 探伤 数控 热处理 绘图 起重 油漆 锻造 刨削 铣床 吊装 刺绣 养护 测绘 接线 调试 冲压 拆卸 抛光 划线 攻丝 校平 保温 防腐'.split(
    ' ',
  )
const ASKED =
  '是怎么学会的 最难的地方在哪里 要注意什么 花了多久才学会 为什么这么做 有什么诀窍 第一次失败是怎么回事 对年轻人有什么建议 一天要干几个小时 得过什么奖 用什么工具 哪一年开始的 最多一次做了多少 受过伤吗 跟谁学的 有没有口诀 现在还亲自做吗 和以前有什么不一样 机器人能代替吗 挣多少钱 苦不苦 怎么检查合格没有 要考什么证 女孩子能学吗 夏天热了怎么办 记不住步骤怎么办 出了废品怎么处理 有什么规矩 最得意的是哪一次 想过放弃吗 教过多少人 要练多少遍 眼睛会不会伤 怎么看图纸 靠手感还是靠仪器 在哪里能看到 几点上班 师傅骂过人吗 谁做得最好 将来会怎么样'.split(
    ' ',
  )

/** 20,000 declined questions are gathered within this. */
export const UNANSWERED_MS = 2_000

export interface UnansweredFigures {
  readonly clusters: number
  readonly seconds: number
}

export interface ReplayFigures {
  readonly database: string
  readonly replayed: number
  readonly changed: number
  readonly seconds: number
  /** Of the processor: what it takes on a machine that does nothing else. */
  readonly cpuSeconds: number
  readonly progressLines: number
  readonly longestBlockMs: number
}

/** Fills a database with a persona's distinct past questions, some of them asked twice. */
export async function fillPastQuestions(database: OpenDatabase, count: number): Promise<void> {
  const session = sampleSession({ personaId: PERSONA })
  const texts = questions(count)
  const all = [...texts, ...texts.slice(0, Math.floor(texts.length * QUESTIONS_A_MORE))]
  await database.writer.transaction(async (db) => {
    await db
      .insertInto('sessions')
      .values({
        id: session.id,
        persona_id: PERSONA,
        token_hash: session.tokenHash,
        site: null,
        locale: null,
        created_at: NOW,
        last_seen_at: NOW,
        forgotten_at: null,
      })
      .execute()
  })
  const making = sampleMaking()
  for (let start = 0; start < all.length; start += ROWS_A_WRITE) {
    const rows = all.slice(start, start + ROWS_A_WRITE).map((question, index) => {
      const text = `说到${question.slice(0, 8)}，我先看了三个月，再动手。`.repeat(4)
      const askedAt = NOW - (start + index) * 60_000
      return {
        answer_id: randomUUID(),
        session_id: session.id,
        turn_id: randomUUID(),
        persona_id: PERSONA,
        channel: 'websocket' as const,
        site: null,
        question,
        asked_at: askedAt,
        epoch: 'epoch-1',
        producer: 'bench',
        lease_until: askedAt,
        shown_length: text.length,
        ended_at: askedAt + 900,
        outcome: 'grounded',
        text,
        sha256: sha256(text),
        citations: '[]',
        suggestions: '[]',
        delivered_at: null,
        model: making.model,
        search_text: question,
        retrieved: JSON.stringify(making.retrieved),
        withheld: '[]',
        answerability: 0.9,
        prompt_id: null,
        prompt_hash: null,
        fallback_reason: null,
        usage: null,
        timings: '{}',
      }
    })
    await database.writer.transaction((db) => db.insertInto('turns').values(rows).execute())
  }
  await backfillQueue(database)
}

function questions(count: number): string[] {
  const texts: string[] = []
  for (const asked of ASKED) {
    for (const what of WHAT) {
      for (const who of WHO) {
        if (texts.length < count) texts.push(`${who}${what}${asked}？`)
      }
    }
  }
  return texts
}

/** Times one replay over all that is there, through the same code as the console's route. */
export async function benchReplay(database: OpenDatabase): Promise<ReplayFigures> {
  const analyzer = createAnalyzer()
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const book = await openCorrectionBook({ database, analyzer: () => analyzer, log })
  const parts = { database, book, persona: () => BENCH_PERSONA, slices: createWorkSlices(), now: () => NOW }
  const previews = createPreviews(parts)
  const draft = {
    personaId: PERSONA,
    question: '您师傅焊接受过伤吗？',
    phrasings: ['你师傅电焊的时候伤着过没有', '师傅焊接有没有受过伤'],
    notThese: ['您徒弟焊接受过伤吗'],
    answer: '师傅手上有两处烫伤，都是没戴手套那年留下的。',
    source: { kind: 'own-words' as const, saidOn: '2026-01-01' },
  }
  const signal = new AbortController().signal
  // The first question of a process reads a dictionary.
  book.matchWith(PERSONA, { content: draft }, '2026-01-01').judge('师傅焊接受过伤吗')
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const started = performance.now()
  const cpu = process.cpuUsage()
  let progressLines = 0
  let summary = { replayed: 0, changed: 0 }
  for await (const line of await previews.ofDraft(REVIEWER, draft, signal)) {
    if (line.type === 'progress') progressLines += 1
    if (line.type === 'summary') summary = line
  }
  const seconds = Math.round((performance.now() - started) / 10) / 100
  const cpuSeconds = Math.round(process.cpuUsage(cpu).user / 10_000) / 100
  delay.disable()
  await book.close()
  const { replayed, changed } = summary
  return {
    database: database.dialect,
    replayed,
    changed,
    seconds,
    cpuSeconds,
    progressLines,
    longestBlockMs: Math.round(delay.max / 1e6),
  }
}

const BENCH_PERSONA = {
  id: PERSONA,
  name: '林师傅',
  speaker: 'fictional',
  collections: [],
  greeting: '',
  suggestions: [],
  languages: ['zh-CN'],
} as unknown as NonNullable<ReturnType<Parameters<typeof createPreviews>[0]['persona']>>
const REVIEWER = { id: 'bench', role: 'reviewer', personaId: null, name: 'bench', disabled: false } as Account

/** Times the gathering of declined questions, of all that `fillPastQuestions` has made. */
export async function benchUnanswered(database: OpenDatabase): Promise<UnansweredFigures> {
  await database.writer.statement((db) => db.updateTable('turns').set({ outcome: 'declined' }).execute())
  const analyzer = createAnalyzer()
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const book = await openCorrectionBook({ database, analyzer: () => analyzer, log })
  const unanswered = createUnanswered({
    database,
    book,
    analyzer: () => analyzer,
    personas: () => [BENCH_PERSONA],
    document: () => undefined,
    slices: createWorkSlices(),
    now: () => NOW,
  })
  const started = performance.now()
  const clusters = await unanswered.list(REVIEWER)
  const seconds = Math.round((performance.now() - started) / 10) / 100
  await book.close()
  return { clusters: clusters.length, seconds }
}
