import type { ConnectionState } from '../connection/connection-state.ts'
import type { Conversation } from '../connection/conversation-state.ts'
import type { Texts } from '../translations/zh-cn.ts'
import { hasGivenUp } from './thinking.ts'

/** How long a connection may be lost before the visitor is told. */
export const BANNER_AFTER_MS = 3_000

export interface Banner {
  readonly text: string
  readonly retry: boolean
}

/** The line above the conversation about the connection; null when there is nothing to say. */
export function bannerFor(link: ConnectionState, talk: Conversation, now: number, texts: Texts): Banner | null {
  if (talk.withdrawn) return { text: texts.withdrawn, retry: false }
  if (link.phase === 'ended') {
    if (link.terminalCode === 4401) return { text: texts.expired, retry: false }
    if (link.terminalCode === 4403) return { text: texts.notAllowed(location.origin), retry: false }
    return { text: texts.unknownPersona, retry: false }
  }
  if (link.phase === 'idle' || link.phase === 'ready') return null
  if (link.lostAt === null || now - link.lostAt < BANNER_AFTER_MS) return null
  return link.online
    ? { text: texts.reconnecting, retry: link.phase === 'waiting' }
    : { text: texts.offline, retry: false }
}

/** Whether no question can be asked here any more. */
export function isBlocked(link: ConnectionState, talk: Conversation): boolean {
  return talk.withdrawn || (link.phase === 'ended' && link.terminalCode !== 4401)
}

/**
 * What a screen reader is told about the newest turn: boundaries, never the words as they come. An empty string is
 * silence.
 */
export function spokenStatus(talk: Conversation, now: number, texts: Texts): string {
  const turn = talk.turns[talk.turns.length - 1]
  if (turn === undefined || turn.delivery === 'failed') return ''
  if (turn.delivery !== 'accepted') return turn.delivery === 'sent' ? texts.statusSent : ''
  const { answer } = turn
  if (answer === null || answer.ending === null) {
    if (hasGivenUp(turn, now)) return texts.noAnswerYet
    return answer === null || answer.text === '' ? texts.statusLooking : texts.statusAnswering
  }
  const { outcome } = answer.ending
  if (outcome === 'declined') return texts.statusDeclined
  if (outcome === 'stopped') return texts.statusStopped
  if (outcome === 'failed' || outcome === 'interrupted') return texts.failed
  const documents = new Set(answer.citations.map((citation) => citation.documentId)).size
  return texts.statusDone(answer.text.length, documents)
}
