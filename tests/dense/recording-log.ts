import type { Log } from '../../server/log.ts'

/** A log that keeps its messages. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep =
    (level: string) =>
    (data: object | string, message = '') => {
      lines.push(`${level} ${typeof data === 'string' ? data : message}`)
    }
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') }
}
