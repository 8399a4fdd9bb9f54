import { type Conversation, conversationStep } from './conversation-state.ts'
import type { VisitorStore } from './visitor-store.ts'

/** `conversation` with the questions that an earlier page of this tab could not send. */
export function restorePending(conversation: Conversation, store: Pick<VisitorStore, 'pending'>): Conversation {
  return store
    .pending()
    .reduce(
      (state, { turnId, text, askedAt }) => conversationStep(state, { type: 'asked', turnId, text, at: askedAt }).state,
      conversation,
    )
}

/** Keeps the questions that the server does not have yet, so that they survive a reload. */
export function createPendingKeeper(store: Pick<VisitorStore, 'keepPending'>): (conversation: Conversation) => void {
  let kept: string | null = null
  return ({ turns }) => {
    const waiting = turns.filter(
      ({ delivery, problem }) =>
        delivery === 'queued' || delivery === 'sent' || (delivery === 'failed' && problem?.code === 'no-reply'),
    )
    const ids = waiting.map((turn) => turn.turnId).join(' ')
    // Storage is slow, and an answer comes in many frames that change nothing here.
    if (ids === kept) return
    kept = ids
    store.keepPending(waiting.map(({ turnId, question, askedAt }) => ({ turnId, text: question, askedAt })))
  }
}
