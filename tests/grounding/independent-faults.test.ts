import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../server/evaluation/seeded-random.ts'
import { checkSentence } from '../../server/grounding/check-sentence.ts'
import type { Passage } from '../../server/retrieval/passage.ts'
import { HARMLESS_CHANGES } from './harmless-changes.ts'
import { INDEPENDENT_FAULTS, type IndependentFault } from './independent-faults.ts'
import { passageOf } from './sources.ts'

/** The least share, in percent, that must be caught on the development pack; a little under the figures measured. */
const FLOORS: Readonly<Record<IndependentFault, number>> = {
  number: 97,
  'number-in-words': 98,
  year: 99,
  day: 99,
  person: 97,
  'person-abroad': 97,
  'person-added': 98,
  place: 97,
  organisation: 97,
  unit: 97,
  honour: 99,
  quotation: 99,
  'quotation-altered': 99,
  'document-number': 99,
  article: 95,
  'negation-added': 97,
  'negation-dropped': 95,
  'number-swapped': 95,
  'numbers-exchanged': 95,
  'year-swapped': 97,
  'person-swapped': 70,
  'place-swapped': 70,
}
const EACH = 60
const FILE = new URL('../../../shared/data/cmrc-dev/corpus.jsonl', import.meta.url)

interface Source {
  readonly title: string
  readonly text: string
}

function withheld(sentence: string, passage: Passage): boolean {
  const checked = checkSentence(
    { text: sentence, marks: [1] },
    { passages: [passage], speakerNames: [], firstPerson: true, day: '2026-01-01' },
  )
  return checked.status === 'withheld'
}

/** The share withheld, in percent, of sentences of the sources that were changed; undefined where hardly any could be. */
function shareWithheld(
  sources: readonly Source[],
  change: (sentence: string, passage: string, dice: ReturnType<typeof seededRandom>) => string | undefined,
  seed: number,
): number | undefined {
  const random = seededRandom(seed)
  let made = 0
  let hits = 0
  for (const { title, text } of random.shuffle(sources)) {
    if (made >= EACH) break
    const sentences = (text.match(/[^。！？\n]+[。！？]?/g) ?? []).filter(({ length }) => length >= 12 && length <= 130)
    for (const sentence of random.shuffle(sentences).slice(0, 5)) {
      const changed = change(sentence, text, random)
      if (changed === undefined || changed === sentence) continue
      made++
      if (withheld(changed, passageOf(text, { title }))) hits++
      break
    }
  }
  return made < 15 ? undefined : (100 * hits) / made
}

describe.skipIf(!existsSync(FILE))('faults from a maker that shares nothing with the verifier (cmrc-dev)', () => {
  const sources = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Source)
    : []

  it.each(Object.entries(INDEPENDENT_FAULTS))('%s', (name, maker) => {
    const share = shareWithheld(sources, maker, 11)
    if (share !== undefined) expect(share).toBeGreaterThanOrEqual(FLOORS[name as IndependentFault])
  })

  it.each(Object.entries(HARMLESS_CHANGES))('is not alarmed by %s', (_, change) => {
    expect(shareWithheld(sources, change, 12) ?? 0).toBeLessThanOrEqual(5)
  })
})
