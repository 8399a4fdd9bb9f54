/** A session that can be continued. */
export interface StoredSession {
  readonly sessionId: string
  readonly token: string
}

/** A question that the server has not acknowledged yet. */
export interface PendingQuestion {
  readonly turnId: string
  readonly text: string
  readonly askedAt: number
}

/** What a browser remembers of one persona on one server; `null` stores are blocked ones. */
export interface VisitorStore {
  session(): StoredSession | null
  keepSession(session: StoredSession | null): void
  pending(): readonly PendingQuestion[]
  keepPending(questions: readonly PendingQuestion[]): void
  /** A session that the server has yet to delete. */
  owed(): StoredSession | null
  keepOwed(session: StoredSession | null): void
  /** What was being written in this tab. */
  draft(): string
  keepDraft(text: string): void
  /** When the first notice was last acknowledged (epoch ms); null is never. */
  noticeSeenAt(): number | null
  keepNoticeSeenAt(at: number): void
}

interface KeyValueStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/**
 * The token lives in the host page's localStorage, the unsent questions in its sessionStorage (each tab has its
 * own), under one key for a server's address and a persona. Where storage is blocked, memory serves.
 */
export function createVisitorStore(
  address: string,
  personaId: string,
  lasting: KeyValueStore | null,
  tab: KeyValueStore | null,
): VisitorStore {
  const key = `lecturer-chat:v1:${address}:${personaId}`
  const memory = new Map<string, string>()
  const read = (store: KeyValueStore | null, name: string): unknown => {
    try {
      const text = memory.get(name) ?? store?.getItem(name) ?? null
      return text === null ? null : JSON.parse(text)
    } catch {
      return null
    }
  }
  const write = (store: KeyValueStore | null, name: string, value: unknown): void => {
    memory.delete(name)
    try {
      if (store === null) throw new Error('storage is blocked')
      if (value === null) store.removeItem(name)
      else store.setItem(name, JSON.stringify(value))
    } catch {
      if (value !== null) memory.set(name, JSON.stringify(value))
    }
  }
  const sessionAt = (name: string): StoredSession | null => {
    const value = read(lasting, name)
    return isRecord(value) && typeof value.sessionId === 'string' && typeof value.token === 'string'
      ? { sessionId: value.sessionId, token: value.token }
      : null
  }
  return {
    session: () => sessionAt(key),
    keepSession: (session) => write(lasting, key, session),
    owed: () => sessionAt(`${key}:owed`),
    keepOwed: (session) => write(lasting, `${key}:owed`, session),
    pending() {
      const value = read(tab, `${key}:pending`)
      return Array.isArray(value) ? value.filter(isPending) : []
    },
    keepPending: (questions) => write(tab, `${key}:pending`, questions.length === 0 ? null : questions),
    draft() {
      const value = read(tab, `${key}:draft`)
      return typeof value === 'string' ? value : ''
    },
    keepDraft: (text) => write(tab, `${key}:draft`, text === '' ? null : text),
    noticeSeenAt() {
      const value = read(lasting, `${key}:notice`)
      return typeof value === 'number' ? value : null
    },
    keepNoticeSeenAt: (at) => write(lasting, `${key}:notice`, at),
  }
}

/** The page's storage of that kind, or null where the browser refuses it (a sandboxed frame, private windows). */
export function pageStorage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[kind]
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isPending(value: unknown): value is PendingQuestion {
  return (
    isRecord(value) &&
    typeof value.turnId === 'string' &&
    typeof value.text === 'string' &&
    typeof value.askedAt === 'number'
  )
}
