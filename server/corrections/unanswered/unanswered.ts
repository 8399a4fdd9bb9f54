import { maySee, visiblePersonas } from '../../accounts/access.ts'
import type { OpenDatabase } from '../../db/open-database.ts'
import type { Document } from '../../knowledge/document.ts'
import type { Persona } from '../../personas/persona.ts'
import type { Account } from '../../protocol/console-account.ts'
import type { UnansweredCluster } from '../../protocol/console-correction.ts'
import { ProtocolError } from '../../protocol/errors.ts'
import type { Analyzer } from '../../retrieval/analyzer.ts'
import type { RetrievedRecord } from '../../transcripts/transcripts.ts'
import { chinaDay } from '../../turn/china-day.ts'
import type { CorrectionBook } from '../correction-book.ts'
import { understoodAs } from '../preview/understood-as.ts'
import type { WorkSlices } from '../preview/work-slices.ts'
import { type DeclinedTurn, readAnswered, readDeclined } from './declined-turns.ts'
import { type AskedQuestion, gatherQuestions } from './gather-questions.ts'

export interface Unanswered {
  /**
   * What visitors asked in the last 90 days and got no answer to, questions that mean the same together, most asked
   * first. A cluster that a person skipped or whose correction is live is left out until it is asked again.
   * Without `personaId`, of all personas that the account may see. Throws `not-found`.
   */
  list(account: Account, personaId?: string): Promise<UnansweredCluster[]>
}

export interface UnansweredParts {
  readonly database: Pick<OpenDatabase, 'kysely'>
  readonly book: Pick<CorrectionBook, 'match'>
  readonly analyzer: () => Analyzer
  /** All personas of the site, those that may not speak now, too. */
  readonly personas: () => readonly Persona[]
  readonly document: (id: string) => Document | undefined
  readonly slices: WorkSlices
  readonly now: () => number
}

export const UNANSWERED_WITHIN_MS = 90 * 86_400_000
const MOST_CLUSTERS = 200
const MOST_ANSWER_IDS = 500
const MOST_WORDINGS = 10
const NEAR_DOCUMENTS = 3

interface AskedTurns extends AskedQuestion {
  /** Newest first. */
  readonly turns: readonly DeclinedTurn[]
}

export function createUnanswered(parts: UnansweredParts): Unanswered {
  const { kysely } = parts.database

  async function clustersOf(persona: Persona): Promise<UnansweredCluster[]> {
    const at = parts.now()
    const names = [persona.name, ...(persona.aliases ?? [])]
    const [declined, answered] = await Promise.all([
      readDeclined(kysely, persona.id, at - UNANSWERED_WITHIN_MS),
      readAnswered(kysely, persona.id),
    ])
    const asked = await byQuestion(declined, names, parts.slices.begin())
    const groups = await gatherQuestions(asked, { analyzer: parts.analyzer(), slices: parts.slices })
    const breathe = parts.slices.begin()
    const clusters: UnansweredCluster[] = []
    for (const group of groups) {
      const open = openOf(group, answered)
      const [leader] = open
      if (leader === undefined) continue
      const cluster = clusterOf(persona.id, open)
      // Somebody else's correction answers it by now; who asked for a reply waits nevertheless.
      if (cluster.asking === 0 && parts.book.match(persona.id, leader.text, chinaDay(at)) !== undefined) continue
      clusters.push(cluster)
      if (clusters.length === MOST_CLUSTERS) break
      await breathe()
    }
    clusters.sort((one, other) => other.count - one.count || other.lastAskedAt - one.lastAskedAt)
    return await withNear(clusters)
  }

  async function withNear(clusters: readonly UnansweredCluster[]): Promise<UnansweredCluster[]> {
    if (clusters.length === 0) return []
    const leaders = clusters.map((cluster) => cluster.answerIds[0] ?? '')
    const rows = await kysely
      .selectFrom('turns')
      .select(['answer_id', 'retrieved'])
      .where('answer_id', 'in', leaders)
      .execute()
    const retrieved = new Map(rows.map((row) => [row.answer_id, row.retrieved]))
    return clusters.map((cluster) => {
      const records = JSON.parse(retrieved.get(cluster.answerIds[0] ?? '') ?? '[]') as RetrievedRecord[]
      const ids = [...new Set([...records].sort((a, b) => b.score - a.score).map((record) => record.documentId))]
      const near = ids.flatMap((documentId) => {
        const title = parts.document(documentId)?.meta.title
        return title === undefined ? [] : [{ documentId, title }]
      })
      return { ...cluster, near: near.slice(0, NEAR_DOCUMENTS) }
    })
  }

  return {
    async list(account, personaId) {
      const visible = visiblePersonas(account)
      if (personaId !== undefined && !maySee(account, personaId)) throw new ProtocolError('not-found')
      const personas = parts
        .personas()
        .filter(({ id }) => (personaId === undefined ? (visible?.includes(id) ?? true) : id === personaId))
      if (personaId !== undefined && personas.length === 0) throw new ProtocolError('not-found')
      const clusters: UnansweredCluster[] = []
      for (const persona of personas) clusters.push(...(await clustersOf(persona)))
      return clusters
        .sort((one, other) => other.count - one.count || other.lastAskedAt - one.lastAskedAt)
        .slice(0, MOST_CLUSTERS)
    },
  }
}

/** Gathers turns with an equal question, each question as it was understood. */
async function byQuestion(
  turns: readonly DeclinedTurn[],
  names: readonly string[],
  breathe: () => Promise<void>,
): Promise<AskedTurns[]> {
  const groups = new Map<string, DeclinedTurn[]>()
  for (const turn of turns) {
    const group = groups.get(turn.key)
    if (group === undefined) groups.set(turn.key, [turn])
    else group.push(turn)
  }
  const asked: AskedTurns[] = []
  for (const [key, members] of groups) {
    const [newest] = members
    if (newest === undefined) continue
    const { question, searchText } = newest
    const text = understoodAs({ question, search_text: searchText }, names)
    asked.push({ key, text, count: members.length, turns: members })
    await breathe()
  }
  return asked
}

/** What of a group was asked after a person last dealt with any of it; the most asked wording first. */
function openOf(group: readonly AskedTurns[], answered: ReadonlyMap<string, number>): AskedTurns[] {
  let settledAt = Number.NEGATIVE_INFINITY
  for (const { turns } of group) {
    for (const turn of turns) {
      settledAt = Math.max(settledAt, turn.settledAt ?? settledAt, answered.get(turn.answerId) ?? settledAt)
    }
  }
  return group
    .flatMap((asked) => {
      const turns = asked.turns.filter((turn) => turn.askedAt > settledAt)
      return turns.length === 0 ? [] : [{ ...asked, turns, count: turns.length }]
    })
    .sort((one, other) => other.count - one.count)
}

function clusterOf(personaId: string, open: readonly AskedTurns[]): UnansweredCluster {
  const turns = open.flatMap((asked) => asked.turns)
  const asking = turns.filter((turn) => turn.asksForReply)
  const [first] = open[0]?.turns ?? []
  // Those who wait for a reply come first: a correction takes so many.
  const inOrder = [...(first === undefined ? [] : [first]), ...asking, ...turns].map((turn) => turn.answerId)
  const [question = '', ...others] = [...new Set(open.map(wordingOf))]
  return {
    personaId,
    question,
    count: turns.length,
    asking: new Set(asking.map((turn) => turn.sessionId)).size,
    lastAskedAt: Math.max(...turns.map((turn) => turn.askedAt)),
    answerIds: [...new Set(inOrder)].slice(0, MOST_ANSWER_IDS),
    others: others.slice(0, MOST_WORDINGS),
    near: [],
  }
}

/** In the visitor's own words; a question that leaned on the one before it, as it was understood. */
function wordingOf({ text, turns }: AskedTurns): string {
  return text.includes('\n') ? text.replace(/\s+/g, ' ') : (turns[0]?.question ?? text)
}
