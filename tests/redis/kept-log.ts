import type { Log } from '../../server/log.ts'

/** A log that keeps its lines, `level message` each. */
export function createKeptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (data: object | string, message?: string) => {
    lines.push(`${level} ${message ?? (typeof data === 'string' ? data : JSON.stringify(data))}`)
  }
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
