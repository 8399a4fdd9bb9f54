import { createHash } from 'node:crypto'
import type { Document } from '../../server/knowledge/document.ts'
import { type Analyzer, createAnalyzer } from '../../server/retrieval/analyzer.ts'

/** A story of one paragraph for each text, in the collection `stories`. */
export function story(id: string, title: string, paragraphs: readonly string[]): Document {
  // Headings keep the paragraphs apart: short ones would be joined.
  const text = paragraphs.map((paragraph, at) => `## ${at + 1}\n\n${paragraph}`).join('\n\n')
  const hash = createHash('sha256')
    .update(title + text)
    .digest('hex')
  return { id, hash, collection: 'stories', text, meta: { title, kind: 'story', persona: 'tester' } }
}

export function plainAnalyzer(): Analyzer {
  return createAnalyzer({ userWords: [], synonyms: [] })
}
