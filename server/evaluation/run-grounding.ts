import { readFile } from 'node:fs/promises'
import { checkSentence } from '../grounding/check-sentence.ts'
import type { CheckedSentence } from '../grounding/checked-sentence.ts'
import type { Passage } from '../retrieval/passage.ts'
import { FAULTS } from './fault-makers.ts'
import type { GroundingCase } from './make-faults.ts'

/** The day on which the cases are asked: after every `effectiveUntil` that they have. */
const DAY = '2026-01-01'

/**
 * Runs the sentence gate over the cases that `makeFaults` wrote; each sentence cites its passage as [1].
 * @returns `caught.<fault>` (share withheld), `falseAlarms` (share of faultless sentences withheld; also
 * `falseAlarms.verbatim` and `falseAlarms.paraphrased`), `cases`, and `sentenceMs` (mean CPU time of a check).
 * @throws where the file cannot be read.
 */
export async function evaluateGrounding(options: { readonly casesFile: string }): Promise<Record<string, number>> {
  const lines = (await readFile(options.casesFile, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const cases = lines.map((line) => JSON.parse(line) as GroundingCase)
  const results = cases.map((one) => ({ one, withheld: checkCase(one).status === 'withheld' }))
  const share = (wanted: (one: GroundingCase) => boolean): number | undefined => {
    const chosen = results.filter(({ one }) => wanted(one))
    return chosen.length === 0 ? undefined : chosen.filter(({ withheld }) => withheld).length / chosen.length
  }
  const figures: Record<string, number> = {}
  const set = (name: string, value: number | undefined) => {
    if (value !== undefined) figures[name] = value
  }
  for (const fault of FAULTS)
    set(
      `caught.${fault}`,
      share((one) => one.fault === fault),
    )
  set(
    'falseAlarms',
    share((one) => one.fault === 'none'),
  )
  set(
    'falseAlarms.verbatim',
    share((one) => one.fault === 'none' && !one.paraphrased),
  )
  set(
    'falseAlarms.paraphrased',
    share((one) => one.fault === 'none' && one.paraphrased),
  )
  figures.cases = cases.length
  figures.sentenceMs = timeOf(cases)
  return figures
}

/** What the gate says to one case. */
export function checkCase(one: GroundingCase): CheckedSentence {
  return checkSentence(
    { text: one.sentence, marks: [1] },
    { passages: [passageOf(one)], speakerNames: [], firstPerson: one.passage.kind === 'story', day: DAY },
  )
}

function passageOf({ id, passage }: GroundingCase): Passage {
  const { title, text, kind, effectiveUntil } = passage
  return {
    id: `${id}#0-${text.length}`,
    documentId: id,
    documentHash: '',
    collection: 'evaluation',
    title,
    headings: [],
    start: 0,
    end: text.length,
    text,
    ordinal: 0,
    meta: { title: title === '' ? id : title, kind, ...(effectiveUntil !== undefined && { effectiveUntil }) },
  }
}

/** Mean CPU milliseconds of a check whose passage was seen before, as in an answer of several sentences. */
function timeOf(cases: readonly GroundingCase[]): number {
  const sample = cases.slice(0, 200).map((one) => ({ text: one.sentence, passage: passageOf(one) }))
  const check = ({ text, passage }: (typeof sample)[number]) =>
    checkSentence({ text, marks: [1] }, { passages: [passage], speakerNames: [], firstPerson: true, day: DAY })
  for (const one of sample) check(one)
  const before = process.cpuUsage()
  for (const one of sample) check(one)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / Math.max(sample.length, 1)
}
