/** What stands around a match, at most a dozen characters. */
export interface Around {
  readonly before: string
  readonly after: string
}

/** One way of reading: what matches, and what is said for it; undefined where it does not hold here. */
export interface SpokenRule {
  readonly pattern: RegExp
  readonly read: (match: RegExpExecArray, around: Around) => string | undefined
}

/** `source` is matched where the text has been read to, never searched for. */
export function rule(source: string, read: SpokenRule['read']): SpokenRule {
  return { pattern: new RegExp(source, 'yu'), read }
}
