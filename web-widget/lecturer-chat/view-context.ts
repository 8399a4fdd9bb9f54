import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { AnswerState } from '../connection/answer-state.ts'
import type { Rating, Turn } from '../connection/conversation-state.ts'
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
