import { type RawBuilder, sql } from 'kysely'
import { breathe, type InsightDatabase, type InsightScope } from './insight-scope.ts'

/** What figures need to know of a turn that has ended. */
export type TurnFacts = readonly [
  askedAt: number,
  answerId: string,
  personaId: string,
  site: string | null,
  outcome: string | null,
  rating: string | null,
  /** Of equal questions the same; of one whose words are deleted the answer's id. */
  questionKey: string,
  sessionId: string | null,
  documentId: string | null,
]

/** So many are read in one go: some 20 ms of this thread. */
const TURNS_A_READ = 10_000
const COLUMNS = sql.raw('asked_at, answer_id, persona_id, site, outcome, rating, question_key, session_id, document_id')

/**
 * The turns of the period that the account may see, in batches: those of one persona after those of another, each in the
 * order in which they were asked. One narrow index holds all of it. The database sends a batch as one JSON text: that is
 * several times as fast as cell by cell.
 */
export async function* readTurnFacts(
  database: InsightDatabase,
  scope: InsightScope,
  turnsARead = TURNS_A_READ,
): AsyncGenerator<readonly TurnFacts[]> {
  for await (const personaId of personasOf(database, scope)) {
    const { from, to, site } = scope.filter
    const ofSite = site === undefined ? sql`` : sql`and site = ${site}`
    // The beginning itself moves on, so that each read goes on in the index where the last ended.
    const readAfter = (askedAt: number, answerId: string) =>
      readBatch(
        database,
        turnsARead,
        sql`persona_id = ${personaId} and asked_at >= ${askedAt} and asked_at < ${to} ${ofSite}
          and (asked_at > ${askedAt} or answer_id > ${answerId})`,
      )
    let reading: Promise<TurnFacts[]> | undefined = readAfter(from, '')
    while (reading !== undefined) {
      const turns: TurnFacts[] = await reading
      const last = turns.at(-1)
      if (last === undefined) break
      const isLast = turns.length < turnsARead
      // A database with a process of its own reads on while these are counted; SQLite answers on this thread.
      const ahead = isLast || database.dialect === 'sqlite' ? undefined : readAfter(last[0], last[1])
      ahead?.catch(() => undefined)
      yield turns
      await breathe()
      reading = isLast ? undefined : (ahead ?? readAfter(last[0], last[1]))
    }
  }
}

async function readBatch(
  { kysely, dialect }: InsightDatabase,
  most: number,
  which: RawBuilder<unknown>,
): Promise<TurnFacts[]> {
  const gathered =
    dialect === 'postgres'
      ? sql`json_agg(json_build_array(${COLUMNS}) order by asked_at, answer_id)::text`
      : sql`json_group_array(json_array(${COLUMNS}))`
  const { rows } = await sql<{ turns: string | null }>`
    select ${gathered} as turns from (
      select ${COLUMNS} from review_items where ${which} order by asked_at, answer_id limit ${most}
    ) as batch`.execute(kysely)
  return JSON.parse(rows[0]?.turns ?? '[]') as TurnFacts[]
}

/** The personas that the scope is about; where it is about all, those that have turns, whether or not they still speak. */
async function* personasOf({ kysely }: InsightDatabase, { filter, personas }: InsightScope): AsyncGenerator<string> {
  const { personaId } = filter
  if (personaId !== undefined) {
    if (personas === undefined || personas.includes(personaId)) yield personaId
    return
  }
  if (personas !== undefined) return yield* personas
  let last = ''
  for (;;) {
    const { rows } = await sql<{ persona_id: string }>`
      select persona_id from review_items where persona_id > ${last} order by persona_id limit 1`.execute(kysely)
    const [next] = rows
    if (next === undefined) return
    last = next.persona_id
    yield last
  }
}
