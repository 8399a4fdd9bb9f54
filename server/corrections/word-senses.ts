import senses from './word-senses.json' with { type: 'json' }

let near: Map<string, Map<string, number>> | undefined

/** How near in meaning two folded words are by a dictionary, from 0 (not, or not known) to 1. */
export function senseCloseness(word: string, other: string): number {
  if (word === other) return 1
  near ??= readSenses(senses.words)
  return near.get(word)?.get(other) ?? 0
}

function readSenses(text: string): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>()
  const link = (from: string, to: string, closeness: number) => {
    const own = found.get(from)
    if (own === undefined) found.set(from, new Map([[to, closeness]]))
    else own.set(to, closeness)
  }
  for (const line of text.split('\n')) {
    const [word = '', ...others] = line.split(' ')
    for (const item of others) {
      const other = item.slice(0, -1)
      const closeness = Number(item.at(-1)) / 9
      link(word, other, closeness)
      link(other, word, closeness)
    }
  }
  return found
}
