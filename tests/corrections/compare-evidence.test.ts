import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareEvidence, EVIDENCE_SIGNALS, evidenceForm } from '../../server/corrections/compare-evidence.ts'
import type { QuestionEvidence } from '../../server/corrections/correction-match.ts'
import { questionForm } from '../../server/corrections/question-form.ts'
import { analyzer } from '../helpers/story-passages.ts'

const asked = { question: questionForm('你的师傅是谁？', analyzer), lost: () => 1 }
const evidences = fc
  .record({
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }),
  })
  .map(
    ({ probability, ids }): QuestionEvidence => ({
      probability,
      sentences: ids.map((id, rank) => ({ id, documentId: 'd', text: id, score: -rank })),
    }),
  )

describe('what the knowledge offers for two questions', () => {
  it('is compared by finite values, one for each signal', () => {
    fc.assert(
      fc.property(evidences, evidences, fc.option(fc.string(), { nil: undefined }), (one, other, answer) => {
        const values = compareEvidence(evidenceForm(one), evidenceForm(other), answer, asked)
        expect(values).toHaveLength(EVIDENCE_SIGNALS.length)
        expect(values.every(Number.isFinite)).toBe(true)
      }),
    )
  })

  it('is the same best sentence and all of the shares for itself', () => {
    fc.assert(
      fc.property(evidences, (own) => {
        const form = evidenceForm(own)
        const values = compareEvidence(form, form, undefined, asked)
        const value = (name: (typeof EVIDENCE_SIGNALS)[number]) => values[EVIDENCE_SIGNALS.indexOf(name)]
        expect(value('sameBest')).toBe(own.sentences.length === 0 ? 0 : 1)
        expect(value('sharedSix')).toBeCloseTo(own.sentences.length === 0 ? 0 : 1)
      }),
    )
  })

  it('finds the words of a question in the approved answer', () => {
    const place = EVIDENCE_SIGNALS.indexOf('unexplained')
    const explained = compareEvidence(undefined, undefined, '我的师傅叫贺春生。', asked)[place] ?? 0
    const unexplained = compareEvidence(undefined, undefined, '学费一共三千元。', asked)[place] ?? 0
    expect(explained).toBeLessThan(unexplained)
  })
})
