import type { VoiceProblem } from './voice-texts.ts'

export interface TranscribeParts {
  /** The server's address, with a slash at the end. */
  readonly server: string
  readonly session: { readonly sessionId: string; readonly token: string }
  readonly signal: AbortSignal
}

export type Transcription = { readonly text: string } | { readonly problem: VoiceProblem; readonly retryable: boolean }

/** Longer than the server waits for its endpoint. */
const WAIT_MS = 45_000

const PROBLEM_OF_CODE: Readonly<Record<string, VoiceProblem>> = {
  'audio-too-large': 'tooLong',
  'audio-unreadable': 'unreadable',
  'rate-limited': 'tooFast',
  'session-invalid': 'expired',
  'transcription-unavailable': 'unavailable',
}

/** Sends a recording and gives its words, or what went wrong. Never rejects. */
export async function transcribe(blob: Blob, parts: TranscribeParts): Promise<Transcription> {
  const { server, session, signal } = parts
  const abort = new AbortController()
  const leave = (): void => abort.abort()
  signal.addEventListener('abort', leave)
  let late = false
  const timer = setTimeout(() => {
    late = true
    abort.abort()
  }, WAIT_MS)
  try {
    const body = new FormData()
    body.append('file', blob, 'speech')
    const response = await fetch(
      `${server}v1/audio/transcriptions?sessionId=${encodeURIComponent(session.sessionId)}`,
      { method: 'POST', body, headers: { authorization: `Bearer ${session.token}` }, signal: abort.signal },
    )
    const answer = (await response.json()) as { text?: unknown; error?: { code?: string; retryable?: boolean } }
    if (response.ok && typeof answer.text === 'string') return { text: answer.text.trim() }
    const { code = '', retryable = true } = answer.error ?? {}
    return { problem: PROBLEM_OF_CODE[code] ?? 'failed', retryable }
  } catch (error) {
    // A reply that is no JSON came from something in between.
    if (error instanceof SyntaxError) return { problem: 'failed', retryable: true }
    return { problem: late ? 'slow' : 'network', retryable: true }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}
