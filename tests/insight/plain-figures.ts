import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { InsightFilter } from '../../server/protocol/console-insight.ts'
import { questionKey } from '../../server/review/question-key.ts'
import { chinaDay } from '../../server/turn/china-day.ts'

/** A turn as the transcripts hold it, joined by hand. */
export interface PlainTurn {
  readonly id: string
  readonly personaId: string
  readonly site: string | null
  readonly session: string
  readonly day: string
  readonly askedAt: number
  readonly outcome: string
  readonly rating: string | null
  readonly question: string
  readonly document: string | null
}

/** All turns that have ended, from the transcripts alone: the queue's rows are not looked at. */
export async function plainTurns({ kysely }: OpenDatabase): Promise<PlainTurn[]> {
  const turns = await kysely.selectFrom('turns').selectAll().where('outcome', 'is not', null).execute()
  const ratings = new Map(
    (await kysely.selectFrom('feedback').selectAll().execute()).map((row) => [row.answer_id, row.rating] as const),
  )
  return turns.map((turn) => ({
    id: turn.answer_id,
    personaId: turn.persona_id,
    site: turn.site,
    session: turn.session_id,
    day: chinaDay(turn.asked_at),
    askedAt: turn.asked_at,
    outcome: turn.outcome ?? '',
    rating: ratings.get(turn.answer_id) ?? null,
    question: turn.question === '' ? turn.answer_id : questionKey(turn.search_text || turn.question),
    document: (JSON.parse(turn.citations ?? '[]') as { documentId: string }[])[0]?.documentId ?? null,
  }))
}

const ANSWERED = ['grounded', 'corrected']
const DECLINED = ['declined', 'handed-off']

/** The figures that `Insight` should hold for these turns, each counted by itself in the plainest way. */
export function plainFigures(all: readonly PlainTurn[], filter: InsightFilter) {
  const ofPersona = all.filter(
    (turn) =>
      turn.askedAt >= filter.from &&
      turn.askedAt < filter.to &&
      (filter.personaId === undefined || turn.personaId === filter.personaId),
  )
  const turns = ofPersona.filter((turn) => filter.site === undefined || turn.site === filter.site)
  const days: string[] = []
  for (let at = filter.from; ; at += 3_600_000) {
    const day = chinaDay(Math.min(at, filter.to - 1))
    if (days.at(-1) !== day) days.push(day)
    if (at >= filter.to - 1) break
  }
  const personas = [...new Set(turns.map((turn) => turn.personaId))]
  const sites = [...new Set(ofPersona.map((turn) => turn.site))]
  const { up, down } = counts(turns)
  return {
    totals: {
      ...counts(turns),
      satisfaction: up + down === 0 ? null : up / (up + down),
      coverage: coverage(turns),
    },
    days: days.map((day) => {
      const that = turns.filter((turn) => turn.day === day)
      return { day, ...counts(that), coverage: coverage(that) }
    }),
    personas: Object.fromEntries(
      personas.map((personaId) => [personaId, counts(turns.filter((turn) => turn.personaId === personaId))]),
    ),
    sites: Object.fromEntries(
      sites.map((site) => [String(site), ofPersona.filter((turn) => turn.site === site).length]),
    ),
    /** Answered questions by document and day. */
    documents: Object.fromEntries(
      [...new Set(turns.flatMap((turn) => turn.document ?? []))]
        .map((document) => {
          const that = turns.filter((turn) => turn.document === document && ANSWERED.includes(turn.outcome))
          return [document, days.map((day) => that.filter((turn) => turn.day === day).length)] as const
        })
        .filter(([, byDay]) => byDay.some((count) => count > 0)),
    ),
  }
}

function counts(turns: readonly PlainTurn[]) {
  const of = (outcomes: readonly string[]) => turns.filter((turn) => outcomes.includes(turn.outcome)).length
  const rated = (rating: string) => turns.filter((turn) => turn.rating === rating).length
  return {
    questions: turns.length,
    visitors: new Set(turns.map((turn) => turn.session)).size,
    answered: of(ANSWERED),
    corrected: of(['corrected']),
    declined: of(DECLINED),
    up: rated('up'),
    down: rated('down'),
  }
}

function coverage(turns: readonly PlainTurn[]): number | null {
  const settled = turns.filter((turn) => [...ANSWERED, ...DECLINED].includes(turn.outcome))
  const asked = new Set(settled.map((turn) => `${turn.personaId} ${turn.question}`))
  const covered = new Set(
    settled.filter((turn) => ANSWERED.includes(turn.outcome)).map((turn) => `${turn.personaId} ${turn.question}`),
  )
  return asked.size === 0 ? null : covered.size / asked.size
}
