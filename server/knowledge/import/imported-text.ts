import type { DocumentMeta } from '../../protocol/console-knowledge.ts'

/** What comes of one file: its text as it will be stored, and what it says of itself. */
export interface ImportedText {
  readonly title: string
  readonly text: string
  /** From front matter; whose document it is is not among it: that is said by whoever uploads. */
  readonly meta: Omit<Partial<DocumentMeta>, 'title' | 'kind' | 'personaId' | 'collection'>
}

/** The first heading of a text, without its marks; undefined where it does not begin with one. */
export function firstHeading(text: string): string | undefined {
  return /^#{1,3}[ \t]+(\S.*?)[ \t#]*(?:\n|$)/.exec(text)?.[1]
}

/** The name of a file without folders and ending. */
export function titleOfFile(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? name
  return last.replace(/\.[A-Za-z0-9]{1,8}$/, '').trim() || last
}

const LONGEST_TITLE = 200

/** The first that says something, on one line and short enough. */
export function pickTitle(...candidates: readonly (string | null | undefined)[]): string {
  for (const candidate of candidates) {
    const title = candidate?.replace(/\s+/g, ' ').trim() ?? ''
    if (title !== '') return [...title].slice(0, LONGEST_TITLE / 2).join('')
  }
  return '未命名'
}
