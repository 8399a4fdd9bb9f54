import type { Citation } from '../../server/protocol/citation.ts'
import type { AnswerState } from '../connection/answer-state.ts'
import type { ChatConnection } from '../connection/chat-connection.ts'
import type { Turn } from '../connection/conversation-state.ts'
import type { PersonalWords } from '../connection/notice-data.ts'
import type { Appearance } from './appearance.ts'
import type { MoreSheets } from './more-sheets.ts'
import type { Sheet } from './sheet.ts'
import type { ViewContext } from './view-context.ts'

/** The sentence that travels with every copy, and what else a shared answer bears. */
export interface ShareFacts {
  /** AI, who, when, where. */
  readonly mark: string
  readonly label: string
  readonly address: string
}

export interface SheetsOptions {
  readonly connection: ChatConnection
  /** Where the panel stands: the other sheets bring styles of their own. */
  readonly shadow: () => ShadowRoot
  /** The server's address, with a slash at the end. */
  readonly server: string
  readonly appearance: () => Appearance
  readonly setAppearance: (change: Partial<Appearance>) => void
  readonly shareFacts: () => ShareFacts
  readonly startOver: () => void
  /** Says something in the line above the composer. */
  readonly say: (words: string) => void
  /** Prints the conversation; null where the panel is not the page. */
  readonly print: (() => void) | null
  /** The sheet was closed by a choice: the visitor goes on writing. */
  readonly goOn: () => void
}

export interface PanelSheets {
  openMenu(): void
  openSources(answer: AnswerState, index: number | null): void
  /** What was found for an answer that is still being written. */
  openFound(sources: readonly Citation[]): void
  openShare(turn: Turn): void
  openPersonal(words: PersonalWords, before: string | null | undefined): void
  /** Loads what is not needed at first; to be called when nothing else is to do. */
  prepare(): void
}

/** Everything that slides up over the panel; the sheets come with their own code, styles and texts. */
export function createPanelSheets(context: ViewContext, sheet: Sheet, options: SheetsOptions): PanelSheets {
  const { texts } = context.language
  let loading: Promise<MoreSheets> | null = null

  const more = (): Promise<MoreSheets> => {
    loading ??= import('./more-sheets.ts')
      .then(({ createMoreSheets }) => createMoreSheets(context, sheet, options))
      .catch((error: unknown) => {
        // The next press tries again.
        loading = null
        throw error
      })
    return loading
  }
  const withMore = (run: (sheets: MoreSheets) => void): void => {
    more().then(run, () => options.say(texts.notLoaded))
  }

  return {
    openSources: ({ citations }, index) =>
      withMore((sheets) => sheets.openSources(texts.sourcesCount(citations.length), texts.quoteHint, citations, index)),
    openFound: (sources) => withMore((sheets) => sheets.openSources(texts.foundTitle, texts.foundHint, sources, null)),
    openMenu: () => withMore((sheets) => sheets.openMenu()),
    openShare: (turn) => withMore((sheets) => sheets.openShare(turn)),
    openPersonal: (words, before) => withMore((sheets) => sheets.openPersonal(words, before)),
    prepare: () => void more().catch(() => {}),
  }
}
