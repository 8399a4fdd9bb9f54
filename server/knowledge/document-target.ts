import { maySee } from '../accounts/access.ts'
import type { Account } from '../protocol/console-account.ts'
import type { DocumentMeta } from '../protocol/console-knowledge.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type Knowledge, storiesOf } from './read-knowledge.ts'

/** Whose document it is: a story is a lecturer's, a policy stands in a collection. */
export type DocumentTarget = Pick<DocumentMeta, 'kind' | 'personaId' | 'collection'>

/**
 * The same with its collection, for an account that may put a document there. Throws `not-found` for a lecturer whom
 * the account may not see, `bad-request` where kind and owner do not go together or there is no such collection.
 */
export function checkTarget(
  { kind, personaId, collection }: DocumentTarget,
  account: Account,
  { personas }: Pick<Knowledge, 'personas'>,
): DocumentTarget {
  if (!maySee(account, personaId ?? null)) throw new ProtocolError('not-found')
  if (kind === 'policy') {
    if (personaId !== undefined)
      throw new ProtocolError('bad-request', 'A policy belongs to a collection, not to a lecturer.')
    const known = personas.some(({ collections }) => collection !== undefined && collections.includes(collection))
    if (collection === undefined || !known || collection.startsWith('stories/')) {
      throw new ProtocolError('bad-request', 'No persona answers from such a collection of policies.')
    }
    return { kind, collection }
  }
  if (personaId === undefined) throw new ProtocolError('bad-request', 'A story belongs to a lecturer.')
  const persona = personas.find(({ id }) => id === personaId)
  if (persona === undefined) throw new ProtocolError('not-found')
  const own = storiesOf(personaId)
  if (collection !== undefined && collection !== own) {
    throw new ProtocolError('bad-request', `The stories of this lecturer stand in ${own}.`)
  }
  if (!persona.collections.includes(own)) {
    throw new ProtocolError(
      'not-possible',
      `This persona does not answer from ${own}; its file names other collections.`,
    )
  }
  return { kind, personaId, collection: own }
}

/** What is said of a document, with its owner checked. A story replaces no rule: `supersedes` is for policies. */
export function checkMeta(meta: DocumentMeta, account: Account, knowledge: Pick<Knowledge, 'personas'>): DocumentMeta {
  const { kind: _kind, personaId: _persona, collection: _collection, ...rest } = meta
  if (meta.kind === 'story' && rest.supersedes !== undefined && rest.supersedes.length > 0) {
    throw new ProtocolError('bad-request', 'Only a policy supersedes another document.')
  }
  const { effectiveFrom, effectiveUntil } = rest
  if (effectiveFrom !== undefined && effectiveUntil !== undefined && effectiveUntil < effectiveFrom) {
    throw new ProtocolError('bad-request', 'It would end before it takes effect.')
  }
  return { ...rest, ...checkTarget(meta, account, knowledge) }
}
