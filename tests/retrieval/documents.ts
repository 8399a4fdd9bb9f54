import { createHash } from 'node:crypto'
import type { Document } from '../../server/knowledge/document.ts'

/** A document for tests; its hash follows its text. */
export function makeDocument(
  id: string,
  text: string,
  given: Partial<Document['meta']> & { collection?: string } = {},
): Document {
  const { collection = 'tests', ...meta } = given
  const hash = createHash('sha256').update(text).digest('hex')
  return { id, hash, collection, text, meta: { title: id, kind: 'story', ...meta } }
}
