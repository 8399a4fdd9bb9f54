import type { PackPassage } from '../../../server/evaluation/retrieval-pack.ts'

/** Ids of passages, best first. */
export type PeerSearch = (question: string, limit: number) => string[] | Promise<string[]>

/** A search that is measured: with the settings that its name says, all others as its makers chose them. */
export interface Peer {
  readonly name: string
  /** Packages that it needs, pinned in `package.json` beside this file. */
  readonly packages: readonly string[]
  /** Above this many passages its cost allows only a sample of the questions. */
  readonly sampleAbove?: number
  /** Makes passages searchable; `load` gives one of `packages`. */
  index(passages: readonly PackPassage[], load: PackageLoader): Promise<PeerSearch>
}

export type PackageLoader = <T>(name: string) => T

/** A passage for peers that know one field; those with fields index title and text apart, which serves them better. */
export function wholeText({ title, text }: PackPassage): string {
  return `${title}\n${text}`
}
