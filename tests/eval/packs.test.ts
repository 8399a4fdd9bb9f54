import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeFaults } from '../../server/evaluation/make-faults.ts'
import { evaluateAnswerability } from '../../server/evaluation/run-answerability.ts'
import { evaluateEvidence } from '../../server/evaluation/run-evidence.ts'
import { evaluateGrounding } from '../../server/evaluation/run-grounding.ts'
import { evaluateRetrieval } from '../../server/evaluation/run-retrieval.ts'
import { evaluateSentences } from '../../server/evaluation/run-sentences.ts'
import type { Analyzer } from '../../server/retrieval/analyzer.ts'
import { languageAnalyzer } from '../../server/retrieval/language-analyzer.ts'
import { projectDir } from '../helpers/test-server.ts'

// The packs stand beside the project, not in it: a clone by itself has none.
const packs = join(projectDir, '..', 'shared', 'data')
const present = existsSync(packs)
if (!present) process.stderr.write('skipped: the evaluation packs are not at ../shared/data\n')

const LONG = 120_000
let analyzer: Analyzer

/** Every third question by its id: enough for a floor, and quick. */
const third = ({ id }: { readonly id: string }) => Number.parseInt(id.slice(-4), 16) % 3 === 0

// Floors lie a little under the figures of docs/evaluation.md, so that nobody makes them worse unseen.
describe.skipIf(!present)('the figures on the evaluation packs of ../shared/data', () => {
  beforeAll(() => {
    analyzer = languageAnalyzer(join(projectDir, 'knowledge', 'language'))
  })

  it('finds the passage (cmrc-dev)', { timeout: LONG }, () => {
    const { r1, ndcg10 } = evaluateRetrieval({ packDir: join(packs, 'cmrc-dev'), analyzer })
    expect(r1).toBeGreaterThanOrEqual(0.985)
    expect(ndcg10).toBeGreaterThanOrEqual(0.993)
  })

  it('finds the passage of a question with homophone errors (cmrc-dev)', { timeout: LONG }, () => {
    const queriesFile = join(packs, 'cmrc-dev', 'queries_typo.jsonl')
    const { r1, r10 } = evaluateRetrieval({ packDir: join(packs, 'cmrc-dev'), queriesFile, analyzer })
    expect(r1).toBeGreaterThanOrEqual(0.955)
    expect(r10).toBeGreaterThanOrEqual(0.993)
  })

  it("finds the article for a layperson's question (law-policy)", { timeout: LONG }, () => {
    const { r10, ndcg10 } = evaluateRetrieval({ packDir: join(packs, 'law-policy'), analyzer })
    expect(r10).toBeGreaterThanOrEqual(0.6)
    expect(ndcg10).toBeGreaterThanOrEqual(0.5)
  })

  it('selects the sentence that answers (cmrc-dev, a third)', { timeout: LONG }, () => {
    const { hit1, hit3 } = evaluateSentences({ packDir: join(packs, 'cmrc-dev'), analyzer, keep: third })
    expect(hit1).toBeGreaterThanOrEqual(0.84)
    expect(hit3).toBeGreaterThanOrEqual(0.94)
  })

  it('selects the sentence that people marked (evidence-cmrc)', { timeout: LONG }, () => {
    const { hit1, hit3 } = evaluateEvidence({ packDir: join(packs, 'evidence-cmrc'), analyzer })
    expect(hit1).toBeGreaterThanOrEqual(0.79)
    expect(hit3).toBeGreaterThanOrEqual(0.94)
  })

  it('knows when there is no answer (answerability)', { timeout: LONG }, () => {
    const figures = evaluateAnswerability({ packDir: join(packs, 'answerability'), analyzer })
    expect(figures['auroc.unanswerable_removed']).toBeGreaterThanOrEqual(0.985)
    expect(figures['auroc.unanswerable_nearmiss']).toBeGreaterThanOrEqual(0.9)
    expect(figures.answered).toBeGreaterThanOrEqual(0.95)
    expect(figures['wronglyAnswered.unanswerable_removed']).toBeLessThanOrEqual(0.06)
    expect(figures['wronglyAnswered.unanswerable_nearmiss']).toBeLessThanOrEqual(0.45)
  })

  it('catches faults that were made in sentences (cmrc-dev)', { timeout: LONG }, async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-faults-'))
    try {
      await makeFaults({ packDir: join(packs, 'cmrc-dev'), outDir, seed: 20_261_122, count: 1_200 })
      const figures = await evaluateGrounding({ casesFile: join(outDir, 'cases.jsonl') })
      const least: Record<string, number> = {
        'number-invented': 0.99,
        'number-swapped': 0.97,
        'date-invented': 0.99,
        'date-swapped': 0.97,
        unit: 0.97,
        'name-invented': 0.96,
        'name-swapped': 0.95,
        honour: 0.98,
        quotation: 0.98,
        negation: 0.96,
        'document-number': 0.98,
        superseded: 0.98,
      }
      for (const [fault, floor] of Object.entries(least)) {
        expect(figures[`caught.${fault}`], fault).toBeGreaterThanOrEqual(floor)
      }
      expect(figures.falseAlarms).toBeLessThanOrEqual(0.01)
    } finally {
      await rm(outDir, { recursive: true, force: true })
    }
  })
})
