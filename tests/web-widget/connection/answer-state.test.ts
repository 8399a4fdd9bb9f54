import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerDelta, AnswerEnd, AnswerSnapshot } from '../../../server/protocol/server-message.ts'
import {
  type AnswerState,
  type AnswerStep,
  applyDelta,
  applyEnd,
  applySnapshot,
  applyVerdict,
  cursorOf,
  emptyAnswer,
  forgetResume,
  MAX_MISMATCHES,
} from '../../../web-widget/connection/answer-state.ts'

const label = { short: 'AI 分身', text: '内容由 AI 生成' }

function deltasOf(sentences: readonly string[], epoch: string): AnswerDelta[] {
  let offset = 0
  return sentences.map((text, index) => {
    const delta: AnswerDelta = {
      type: 'answer-delta',
      turnId: 't',
      answerId: 'a',
      epoch,
      seq: index + 1,
      offset,
      text,
      citations: [],
    }
    offset += text.length
    return delta
  })
}

function endOf(sentences: readonly string[], epoch: string): AnswerEnd {
  const text = sentences.join('')
  return {
    type: 'answer-end',
    turnId: 't',
    answerId: 'a',
    epoch,
    seq: sentences.length + 1,
    length: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
    outcome: 'grounded',
    citations: [],
    label,
    suggestions: [],
  }
}

function snapshotOf(sentences: readonly string[], epoch: string): AnswerSnapshot {
  const { type: _type, ...end } = endOf(sentences, epoch)
  return {
    ...end,
    type: 'answer-snapshot',
    text: sentences.join(''),
    sentences: sentences.map((text) => ({ text, citations: [] })),
    status: 'ended',
  }
}

const sentence = fc.string({
  unit: fc.constantFrom('焊', '缝', '。', 'a', '😀', '\n', ' '),
  minLength: 1,
  maxLength: 12,
})
const answer = fc.array(sentence, { minLength: 1, maxLength: 12 })

describe('an answer', () => {
  it('takes frames in order and asks for the digest at the end', () => {
    const sentences = ['你好。', '再见。']
    let step: AnswerStep = { state: emptyAnswer('a', 'e1'), effect: 'none' }
    for (const delta of deltasOf(sentences, 'e1')) step = applyDelta(step.state, delta)
    step = applyEnd(step.state, endOf(sentences, 'e1'))
    expect(step.effect).toBe('verify')
    expect(step.state.text).toBe('你好。再见。')
    expect(applyVerdict(step.state, true).effect).toBe('acknowledge')
  })

  it('drops a repeated frame, and asks once to resume after a gap', () => {
    const [first, second, third] = deltasOf(['一', '二', '三'], 'e1')
    if (!first || !second || !third) throw new Error('three deltas')
    let state = applyDelta(emptyAnswer('a', 'e1'), first).state
    expect(applyDelta(state, first)).toEqual({ state, effect: 'none' })
    const gap = applyDelta(state, third)
    expect(gap.effect).toBe('resume')
    expect(cursorOf(gap.state)).toEqual({ answerId: 'a', epoch: 'e1', seq: 1 })
    expect(applyDelta(gap.state, third).effect).toBe('none')
    expect(applyDelta(forgetResume(gap.state), third).effect).toBe('resume')
    state = applyDelta(gap.state, second).state
    expect(applyDelta(state, third).state.text).toBe('一二三')
  })

  it('fetches the text anew when its digest differs, and gives up after a few times', () => {
    let state: AnswerState = emptyAnswer('a', 'e1')
    for (let round = 0; round < MAX_MISMATCHES; round++) {
      state = applySnapshot(state, snapshotOf(['坏的'], 'e1')).state
      const verdict = applyVerdict(state, false)
      expect(verdict.effect).toBe('resume')
      expect(cursorOf(verdict.state).seq).toBe(0)
      state = verdict.state
    }
    state = applySnapshot(state, snapshotOf(['坏的'], 'e1')).state
    expect(applyVerdict(state, false).effect).toBe('acknowledge')
  })

  it('never goes back to an epoch that it left', () => {
    const old = deltasOf(['旧一', '旧二'], 'old')
    const state = applySnapshot(applyDelta(emptyAnswer('a', 'old'), old[0] as AnswerDelta).state, {
      ...snapshotOf(['新'], 'new'),
      status: 'running',
    }).state
    expect(state.text).toBe('新')
    for (const late of old) expect(applyDelta(state, late)).toEqual({ state, effect: 'none' })
    expect(applySnapshot(state, snapshotOf(['旧一', '旧二'], 'old')).state).toBe(state)
  })

  it('shows exactly the recorded text whatever is lost, doubled or reordered, in whichever epoch', () => {
    fc.assert(
      fc.property(
        answer,
        answer,
        fc.array(fc.nat(1_000), { minLength: 0, maxLength: 60 }),
        fc.boolean(),
        (firstText, secondText, picks, restarts) => {
          const epochs = restarts
            ? [
                { name: 'e1', text: firstText },
                { name: 'e2', text: secondText },
              ]
            : [{ name: 'e1', text: firstText }]
          const final = epochs[epochs.length - 1]
          if (final === undefined) return
          const records = new Map(epochs.map((epoch) => [epoch.name, epoch.text.join('')]))
          const sent = epochs.flatMap((epoch) => [...deltasOf(epoch.text, epoch.name), endOf(epoch.text, epoch.name)])
          // An epoch that is left never ends.
          const wire = sent.filter((frame) => frame.type !== 'answer-end' || frame.epoch === final.name)
          let state = emptyAnswer('a', 'e1')
          const inbox: (AnswerDelta | AnswerEnd | AnswerSnapshot)[] = []
          const take = (frame: AnswerDelta | AnswerEnd | AnswerSnapshot): void => {
            const step =
              frame.type === 'answer-delta'
                ? applyDelta(state, frame)
                : frame.type === 'answer-end'
                  ? applyEnd(state, frame)
                  : applySnapshot(state, frame)
            state = step.state
            const recorded = records.get(state.epoch) ?? ''
            expect(recorded.startsWith(state.text)).toBe(true)
            expect(state.sentences.map((shown) => shown.text).join('')).toBe(state.text)
            if (step.effect !== 'resume') return
            const cursor = cursorOf(state)
            if (cursor.epoch === final.name) {
              inbox.push(...wire.filter((late) => late.epoch === final.name && late.seq > cursor.seq))
            } else {
              inbox.push(snapshotOf(final.text, final.name))
            }
          }
          // Any frames in any order, some of them many times.
          for (const pick of picks) {
            const frame = wire[pick % wire.length]
            if (frame !== undefined) take(frame)
            if (pick % 3 === 0) while (inbox.length > 0) take(inbox.shift() as AnswerDelta)
          }
          // The connection comes back: what was asked for is asked again, and answered.
          state = forgetResume(state)
          inbox.length = 0
          const cursor = cursorOf(state)
          if (state.ending === null) {
            if (cursor.epoch === final.name) {
              for (const frame of wire) if (frame.epoch === final.name && frame.seq > cursor.seq) take(frame)
            } else {
              take(snapshotOf(final.text, final.name))
            }
          }
          while (inbox.length > 0) take(inbox.shift() as AnswerDelta)
          expect(state.ending?.outcome).toBe('grounded')
          expect(state.text).toBe(final.text.join(''))
        },
      ),
      { numRuns: 300 },
    )
  })
})
