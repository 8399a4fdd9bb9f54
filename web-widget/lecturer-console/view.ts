import type { Me } from '../../server/protocol/console-account.ts'
import type { Address } from './address.ts'
import type { Api } from './api.ts'

export type ConsoleLanguage = 'zh' | 'en'

export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

/** What every page of the console works with. */
export interface ConsoleContext {
  readonly me: Me
  readonly api: Api
  readonly language: ConsoleLanguage
  /** The persona that lists are narrowed to; empty for all. Kept for the visit. */
  persona(): string
  setPersona(id: string): void
  /** Goes to a page: a hash from `formatAddress`. `replace` leaves no step back. */
  go(hash: string, options?: { replace?: boolean }): void
  /** A short line at the bottom, read out by screen readers, with one or two things to do about it. */
  toast(text: string, ...actions: readonly ToastAction[]): void
  /** Shows what went wrong in words that help. */
  fail(error: unknown): void
  /** Asks the server again who is signed in, after settings or the second factor changed. */
  refresh(): Promise<void>
  /** Shows the console in its other language, on the same page. */
  switchLanguage(): void
  /** The name of a persona that the account may see; its id otherwise. */
  personaName(id: string): string
}

/** One page. `element` is focused when it opens, so it has a heading. */
export interface View {
  readonly element: HTMLElement
  /** For the window's title. */
  readonly title: string
  /** Single-letter shortcuts; they are off while somebody types. */
  readonly keys?: readonly Shortcut[]
  /** Where it is a task of its own: phones then show neither the bar of pages nor the name of the console. */
  readonly wholeScreen?: boolean
  /** Takes over a new address itself and returns true, so that the page keeps its lists and their place. */
  takes?(address: Address): boolean
  /** Returns a question where leaving would lose what was written. */
  leaving?(): string | undefined
  /** Whether closing the window would lose something that is kept nowhere: the browser then asks. */
  losesOnClose?(): boolean
  dispose?(): void
}

export interface Shortcut {
  /** As `KeyboardEvent.key` has it, such as `j`, `Enter`, `Escape`, `/`. */
  readonly key: string
  readonly label: string
  readonly run: () => void
}

export type MakeView = (context: ConsoleContext, address: Address) => View | Promise<View>
