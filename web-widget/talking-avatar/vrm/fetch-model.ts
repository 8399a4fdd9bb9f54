import { FaceFailure } from '../face-fault.ts'

/** A figure for a phone has a few MiB; more than this is not loaded. */
export const MOST_BYTES = 24 * 1024 * 1024
const TIMEOUT_MS = 40_000

/** Fetches a figure, and breaks off as soon as it proves too large. Throws {@link FaceFailure}. */
export async function fetchModel(address: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  signal.addEventListener('abort', () => abort.abort())
  try {
    const response = await fetch(address, { signal: abort.signal })
    if (!response.ok || response.body === null) throw new FaceFailure('unreachable')
    if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES) throw new FaceFailure('too-large')
    const pieces: Uint8Array[] = []
    let size = 0
    const reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.length
      if (size > MOST_BYTES) throw new FaceFailure('too-large')
      pieces.push(value)
    }
    const whole = new Uint8Array(size)
    let at = 0
    for (const piece of pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    // A binary glTF says so in its first four bytes.
    if (size < 20 || new DataView(whole.buffer).getUint32(0, true) !== 0x46546c67) throw new FaceFailure('broken')
    return whole.buffer
  } catch (error) {
    throw error instanceof FaceFailure ? error : new FaceFailure('unreachable', { cause: error })
  } finally {
    abort.abort()
    clearTimeout(timer)
  }
}
