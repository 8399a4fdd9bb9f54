import type { OpenDatabase } from '../db/open-database.ts'
import type { Document } from '../knowledge/document.ts'
import type { Persona } from '../personas/persona.ts'
import type { SiteSettings } from '../protocol/console-account.ts'

/** What the parts of this folder work with. */
export interface CorrectionsContext {
  readonly database: OpenDatabase
  readonly now: () => number
  readonly document: (id: string) => Document | undefined
  /** Any persona of the site, one that may not speak now, too. */
  readonly persona: (id: string) => Persona | undefined
  readonly settings: () => Promise<SiteSettings>
}
