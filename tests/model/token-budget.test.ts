import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BudgetReservation, createTokenBudget, estimateTokens } from '../../server/model/token-budget.ts'

const use = (inputTokens: number, outputTokens = 0) => ({ inputTokens, outputTokens })

describe('createTokenBudget', () => {
  test('counts a minute that slides', () => {
    let now = 1_000_000
    const budget = createTokenBudget({ tokensPerMinute: 100, now: () => now })
    budget.reserve(use(60))?.settle(use(60))
    now += 30_000
    budget.reserve(use(40))?.settle(use(40))
    expect(budget.reserve(use(1))).toBeNull()
    now += 30_000
    expect(budget.spent().tokensThisMinute).toBe(40)
    expect(budget.reserve(use(61))).toBeNull()
    expect(budget.reserve(use(60))).not.toBeNull()
  })

  test('begins the day at midnight of its time zone', () => {
    let now = Date.parse('2026-03-01T15:59:00Z')
    const budget = createTokenBudget({ tokensPerDay: 100, timeZone: 'Asia/Shanghai', now: () => now })
    const late = budget.reserve(use(100))
    expect(budget.reserve(use(1))).toBeNull()
    now = Date.parse('2026-03-01T16:00:00Z')
    expect(budget.spent().tokensToday).toBe(0)
    budget.reserve(use(30))
    // What began yesterday does not touch today.
    late?.settle(use(5))
    expect(budget.spent().tokensToday).toBe(30)
  })

  test('counts money by the two prices', () => {
    const budget = createTokenBudget({ moneyPerDay: 1, pricePer1kInput: 0.5, pricePer1kOutput: 2, now: () => 0 })
    budget.reserve(use(1_000, 100))?.settle(use(1_000, 100))
    expect(budget.spent().moneyToday).toBeCloseTo(0.7)
    expect(budget.reserve(use(0, 200))).toBeNull()
    expect(budget.reserve(use(0, 140))).not.toBeNull()
  })

  test('knows no limit where none is set, and refuses nonsense', () => {
    expect(createTokenBudget({}).reserve(use(1e9, 1e9))).not.toBeNull()
    expect(() => createTokenBudget({ tokensPerDay: -1 })).toThrow(RangeError)
    expect(() => createTokenBudget({ pricePer1kInput: Number.NaN })).toThrow(RangeError)
    expect(() => createTokenBudget({ timeZone: 'Mars/Olympus' })).toThrow(RangeError)
  })

  test('never holds more than its limits, and forgets nothing, however calls overlap', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('reserve' as const), input: fc.nat(200), output: fc.nat(200) }),
      fc.record({ type: fc.constant('settle' as const), pick: fc.nat(), share: fc.integer({ min: 0, max: 100 }) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        let now = 0
        const limits = { tokensPerMinute: 600, tokensPerDay: 3_000, moneyPerDay: 4 }
        const prices = { pricePer1kInput: 1, pricePer1kOutput: 3 }
        const budget = createTokenBudget({ ...limits, ...prices, timeZone: 'UTC', now: () => now })
        const calls: { at: number; tokens: number; money: number }[] = []
        const running: { call: { tokens: number; money: number }; held: BudgetReservation; most: [number, number] }[] =
          []
        for (const action of steps) {
          if (action.type === 'wait') now += action.ms
          else if (action.type === 'reserve') {
            const { input, output } = action
            const call = { at: now, tokens: input + output, money: (input + output * 3) / 1000 }
            const held = budget.reserve(use(input, output))
            const recent = calls.filter(({ at }) => now - at < 60_000)
            const fits =
              sum(recent, 'tokens') + call.tokens <= limits.tokensPerMinute &&
              sum(calls, 'tokens') + call.tokens <= limits.tokensPerDay &&
              sum(calls, 'money') + call.money <= limits.moneyPerDay + 1e-9
            expect(held !== null).toBe(fits)
            if (held === null) continue
            calls.push(call)
            running.push({ call, held, most: [input, output] })
          } else if (running.length > 0) {
            const [settled] = running.splice(action.pick % running.length, 1)
            if (!settled) continue
            const [input, output] = settled.most.map((most) => Math.floor((most * action.share) / 100))
            settled.held.settle(use(input ?? 0, output))
            settled.held.settle(use(9_999, 9_999))
            settled.call.tokens = (input ?? 0) + (output ?? 0)
            settled.call.money = ((input ?? 0) + (output ?? 0) * 3) / 1000
          }
          const spent = budget.spent()
          expect(spent.tokensToday).toBe(sum(calls, 'tokens'))
          expect(spent.moneyToday).toBeCloseTo(sum(calls, 'money'), 6)
          expect(spent.tokensThisMinute).toBe(
            sum(
              calls.filter(({ at }) => now - at < 60_000),
              'tokens',
            ),
          )
          expect(spent.tokensThisMinute).toBeLessThanOrEqual(limits.tokensPerMinute)
        }
      }),
      { numRuns: 300 },
    )
  })
})

function sum(calls: readonly { tokens: number; money: number }[], field: 'tokens' | 'money'): number {
  return calls.reduce((total, call) => total + call[field], 0)
}

test('estimateTokens guesses rather too high for Chinese and never less than a sixth of a text', () => {
  expect(estimateTokens('')).toBe(0)
  expect(estimateTokens('我是焊工。')).toBe(5)
  expect(estimateTokens('welding')).toBe(3)
  const texts = fc.string({ unit: fc.constantFrom('我', 'a', 'é', '👷', ' ', '，') })
  fc.assert(fc.property(texts, (text) => estimateTokens(text) >= text.length / 6))
})
