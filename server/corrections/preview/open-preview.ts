import type { OpenDatabase } from '../../db/open-database.ts'
import type { KnowledgeLibrary } from '../../knowledge/knowledge-library.ts'
import type { Persona } from '../../personas/persona.ts'
import type { TurnLine } from '../../turn/answer-turn.ts'
import type { CorrectionBook } from '../correction-book.ts'
import { createReplies, type Replies } from '../replies/replies.ts'
import { createUnanswered, type Unanswered } from '../unanswered/unanswered.ts'
import { type CheckGolden, createGoldenCheck } from './golden-check.ts'
import { createPreviews, type Previews } from './previews.ts'
import { createWorkSlices } from './work-slices.ts'

/** What a lecturer sees before a correction goes live, what waits for one, and what visitors get of it. */
export interface Preview {
  readonly previews: Previews
  readonly checkGolden: CheckGolden
  readonly unanswered: Unanswered
  readonly replies: Replies
  /** Any persona of the site, one that may not speak now, too. */
  readonly persona: (id: string) => Persona | undefined
}

export interface PreviewOptions {
  readonly database: OpenDatabase
  readonly library: Pick<KnowledgeLibrary, 'current' | 'document'>
  readonly book: CorrectionBook
  readonly line: TurnLine
  readonly now: () => number
}

export function openPreview({ database, library, book, line, now }: PreviewOptions): Preview {
  const personas = () => library.current().personas
  const shared = {
    database,
    book,
    line,
    now,
    personas,
    analyzer: line.analyzer,
    persona: (id: string) => personas().find((persona) => persona.id === id),
    document: (id: string) => library.document(id),
    // One for all, so that they do not add up.
    slices: createWorkSlices(),
  }
  return {
    previews: createPreviews(shared),
    checkGolden: createGoldenCheck(shared),
    unanswered: createUnanswered(shared),
    replies: createReplies(database),
    persona: shared.persona,
  }
}
