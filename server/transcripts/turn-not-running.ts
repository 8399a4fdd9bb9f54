/** Refusal of a write to an answer that has ended, was forgotten, or is made anew under another epoch. */
export class TurnNotRunningError extends Error {
  readonly answerId: string

  constructor(answerId: string) {
    super(`The answer ${answerId} is no longer being made under this epoch.`)
    this.name = 'TurnNotRunningError'
    this.answerId = answerId
  }
}
