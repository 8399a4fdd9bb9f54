import type { Citation } from '../../server/protocol/citation.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { AnswerState } from '../connection/answer-state.ts'
import type { Rating, Turn } from '../connection/conversation-state.ts'
import type { PersonalWords } from '../connection/notice-data.ts'
import type { Language } from '../translations/translations.ts'

/** What the parts of the panel may ask for. */
export interface PanelActions {
  ask(text: string): void
  resend(turnId: string): void
  /** Asks the same question as a new turn. */
  retry(question: string): void
  stop(): void
  rate(turnId: string, rating: Rating, reason?: string, comment?: string): void
  /** Copies a text; it must bear the AI label. */
  copy(text: string): void
  share(turn: Turn): void
  openSources(answer: AnswerState, index: number | null): void
  /** Shows what was found for an answer that is still being written. */
  openFound(sources: readonly Citation[]): void
  /** Shows what a person wrote; `before` is the answer that it puts right, undefined for a reply. */
  openPersonal(words: PersonalWords, before: string | null | undefined): void
}

/** What every part needs to know. */
export interface ViewContext {
  readonly language: Language
  readonly actions: PanelActions
  /** Whether this is a public screen: nothing may lead away from it or be kept on it. */
  readonly kiosk: boolean
  persona(): PersonaCard | null
  /** The name to show before and after the persona's card is known. */
  name(): string
}
