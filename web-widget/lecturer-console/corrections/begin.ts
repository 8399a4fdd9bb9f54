import type { Correction, CorrectionVersion } from '../../../server/protocol/console-correction.ts'
import type { DocumentRow } from '../../../server/protocol/console-knowledge.ts'
import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import type { Address } from '../address.ts'
import { ApiError } from '../api.ts'
import type { ConsoleContext } from '../view.ts'
import {
  answerOf,
  type DraftOrigin,
  type DraftWords,
  emptyWords,
  type KeptDraft,
  keptDraft,
  wordsOf,
  wordsOfTurn,
} from './draft.ts'
import type { SourceOffer } from './source-chooser.ts'

/** What the page of a correction begins with. */
export interface Beginning {
  readonly origin: DraftOrigin
  readonly correction: Correction | null
  readonly versions: readonly CorrectionVersion[]
  readonly words: DraftWords
  /** The avatar's answer that it corrects; null where there is none. */
  readonly original: string | null
  readonly turn: TurnDetail | null
  readonly offers: readonly SourceOffer[]
  readonly key: string
  /** What was written here before and not saved. */
  readonly kept: KeptDraft | null
}

/** Gathers it for `/correction/<id>`, `/correction?from=<answerId>`, `?unanswered=<key>` or `?personaId=<id>`. */
export async function begin({ api, me }: Pick<ConsoleContext, 'api' | 'me'>, address: Address): Promise<Beginning> {
  const id = /^\/correction\/([\w-]+)$/.exec(address.path)?.[1]
  const { from, unanswered, personaId = '' } = address.parameters
  const found =
    id === undefined
      ? null
      : await api.get<{ correction: Correction; versions: CorrectionVersion[] }>(`/corrections/${id}`)
  const answerId = found === null ? from : (found.correction.fromAnswerId ?? undefined)
  const turn = answerId === undefined ? null : await turnOf(api, answerId, found === null)
  const key = `${me.account.id}:${id ?? from ?? unanswered ?? `new-${personaId}`}`
  const kept = keptDraft(key)
  const origin: DraftOrigin =
    found !== null
      ? { personaId: found.correction.personaId }
      : turn !== null
        ? { personaId: turn.personaId, fromAnswerId: turn.answerId }
        : (kept ?? { personaId })
  return {
    origin,
    correction: found?.correction ?? null,
    versions: found?.versions ?? [],
    words: found !== null ? wordsOf(found.correction) : turn !== null ? wordsOfTurn(turn) : emptyWords(),
    original: turn === null ? null : turn.outcome === 'declined' ? '' : answerOf(turn),
    turn,
    offers: await offersOf(api, origin.personaId, turn),
    key,
    kept,
  }
}

/** A turn whose words are gone does not keep its correction from being opened. */
async function turnOf(api: ConsoleContext['api'], answerId: string, needed: boolean): Promise<TurnDetail | null> {
  try {
    return await api.get<TurnDetail>(`/turns/${answerId}`)
  } catch (error) {
    if (needed || !(error instanceof ApiError) || error.code !== 'not-found') throw error
    return null
  }
}

/** Cited documents first, then what else was found, then the rest of the lecturer's. */
async function offersOf(
  api: ConsoleContext['api'],
  personaId: string,
  turn: TurnDetail | null,
): Promise<SourceOffer[]> {
  const offers = new Map<string, SourceOffer>()
  for (const { kind, documentId, title, quote } of turn?.citations ?? [])
    if (kind !== 'correction' && !offers.has(documentId)) offers.set(documentId, { documentId, title, quote })
  for (const { documentId, title } of turn?.retrieved ?? [])
    if (!documentId.startsWith('corrections/') && !offers.has(documentId)) offers.set(documentId, { documentId, title })
  const others = await api
    .get<{ rows: DocumentRow[] }>('/documents', { personaId, state: 'published' })
    .catch(() => ({ rows: [] }))
  for (const { id, meta } of others.rows) if (!offers.has(id)) offers.set(id, { documentId: id, title: meta.title })
  return [...offers.values()]
}
