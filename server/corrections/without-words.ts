const FRAMES = 4

/** What a log may say of an error whose message might hold a visitor's words: its name and where it was thrown. */
export function withoutWords(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .+:\d+:\d+\)?$/.test(line))
  return [error.name, ...frames.slice(0, FRAMES).map((line) => line.trim())].join(' ')
}
