import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sentenceSpans } from '../retrieval/sentence-spans.ts'
import { FAULT_MAKERS, FAULTS, type Fault } from './fault-makers.ts'
import { lightParaphrase } from './light-paraphrase.ts'
import { type SeededRandom, seededRandom } from './seeded-random.ts'

/** A sentence that cites a passage, and what is wrong with it. */
export interface GroundingCase {
  readonly id: string
  readonly sentence: string
  readonly passage: {
    readonly title: string
    readonly text: string
    readonly kind: 'story' | 'policy'
    /** The day after which the passage is no longer in force, YYYY-MM-DD. */
    readonly effectiveUntil?: string
  }
  readonly fault: 'none' | Fault
  /** Whether the sentence was first said a little differently; if not, it is the source's own (but for the fault). */
  readonly paraphrased: boolean
  /** The sentence of the passage that it was made from. */
  readonly original: string
}

export interface MakeFaultsOptions {
  /** A folder with `corpus.jsonl`: one `{id, title, text}` a line. */
  readonly packDir: string
  /** Where `cases.jsonl` is written; made if it is not there. */
  readonly outDir: string
  readonly seed: number
  /** How many faulty cases to make at most; 1,800 if not given. There are as many faultless ones. */
  readonly count?: number
}

interface Source {
  readonly id: string
  readonly title: string
  readonly text: string
}

/**
 * Makes sentences with one fault each, and as many without any (half of them the source's own words, half lightly
 * paraphrased), out of any corpus. The same seed gives the same file.
 * @returns how many cases of each kind were written.
 * @throws where the corpus cannot be read or a line is not such an object.
 */
export async function makeFaults(options: MakeFaultsOptions): Promise<Record<string, number>> {
  const { packDir, outDir, seed, count = 1800 } = options
  const cases = faultCases(await readSources(join(packDir, 'corpus.jsonl')), seed, count)
  await mkdir(outDir, { recursive: true })
  await writeFile(join(outDir, 'cases.jsonl'), cases.map((one) => `${JSON.stringify(one)}\n`).join(''))
  const counts: Record<string, number> = {}
  for (const { fault } of cases) counts[fault] = (counts[fault] ?? 0) + 1
  return counts
}

async function readSources(file: string): Promise<Source[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, index) => {
    const record: unknown = JSON.parse(line)
    if (typeof record !== 'object' || record === null) throw new TypeError(`${file}:${index + 1}: not an object`)
    const { id, _id, title, text } = record as Readonly<Record<string, unknown>>
    if (typeof text !== 'string') throw new TypeError(`${file}:${index + 1}: no text`)
    return { id: String(id ?? _id ?? index), title: typeof title === 'string' ? title : '', text }
  })
}

/** The cases themselves, in a fixed order for a seed. */
export function faultCases(sources: readonly Source[], seed: number, count: number): GroundingCase[] {
  const random = seededRandom(seed)
  const each = Math.ceil(count / FAULTS.length)
  const cases: GroundingCase[] = []
  for (const fault of FAULTS) {
    let made = 0
    for (const source of random.shuffle(sources)) {
      if (made >= each) break
      const one = oneCase(source, fault, made, random)
      if (one === undefined) continue
      cases.push(one)
      made++
    }
  }
  const controls = Math.max(cases.length, 1)
  for (let made = 0, attempt = 0; made < controls && attempt < controls * 4; attempt++) {
    const one = oneCase(random.pick(sources), 'none', made, random)
    if (one === undefined) continue
    cases.push(one)
    made++
  }
  return cases
}

function oneCase(
  source: Source,
  fault: 'none' | Fault,
  number: number,
  random: SeededRandom,
): GroundingCase | undefined {
  const sentences = sentenceSpans(source.text)
    .map(({ start, end }) => source.text.slice(start, end))
    .filter((sentence) => sentence.length >= 15 && sentence.length <= 120)
  for (const original of random.shuffle(sentences)) {
    const paraphrased = random.next() < 0.5
    const said = paraphrased ? lightParaphrase(original, random) : original
    const sentence = fault === 'none' ? said : FAULT_MAKERS[fault](said, source.text, random)
    if (sentence === undefined || (fault !== 'none' && fault !== 'superseded' && sentence === said)) continue
    return {
      id: `${source.id}-${fault}-${number}`,
      sentence,
      passage: {
        title: source.title,
        text: source.text,
        ...(fault === 'superseded'
          ? { kind: 'policy' as const, effectiveUntil: '2020-12-31' }
          : { kind: 'story' as const }),
      },
      fault,
      paraphrased,
      original,
    }
  }
  return undefined
}
