import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CircuitPermit, createCircuitBreaker } from '../../server/model/circuit-breaker.ts'

describe('createCircuitBreaker', () => {
  test('lets one probe through after the cool-down', () => {
    let now = 0
    const breaker = createCircuitBreaker({ failures: 2, coolDownMs: 100, now: () => now })
    breaker.enter()?.fail()
    breaker.enter()?.fail()
    expect(breaker.state).toBe('open')
    now = 99
    expect(breaker.enter()).toBeNull()
    now = 100
    const probe = breaker.enter()
    expect(probe).not.toBeNull()
    expect(breaker.enter()).toBeNull()
    probe?.fail()
    now = 199
    expect(breaker.enter()).toBeNull()
    now = 200
    breaker.enter()?.succeed()
    expect(breaker.state).toBe('closed')
  })

  test('gives the probe to the next caller where the first one was cancelled', () => {
    let now = 0
    const breaker = createCircuitBreaker({ failures: 1, coolDownMs: 10, now: () => now })
    breaker.enter()?.fail()
    now = 10
    breaker.enter()?.cancel()
    const next = breaker.enter()
    expect(next).not.toBeNull()
    next?.succeed()
    expect(breaker.state).toBe('closed')
  })

  test('does not listen to calls from before it opened', () => {
    const breaker = createCircuitBreaker({ failures: 1, coolDownMs: 10, now: () => 0 })
    const late = breaker.enter()
    breaker.enter()?.fail()
    late?.succeed()
    expect(breaker.state).toBe('open')
  })

  test('is not kept open longer, nor robbed of its probe, by a late failure', () => {
    let now = 0
    const breaker = createCircuitBreaker({ failures: 1, coolDownMs: 10, now: () => now })
    const [late, later] = [breaker.enter(), breaker.enter()]
    breaker.enter()?.fail()
    now = 8
    late?.fail()
    now = 10
    expect(breaker.state).toBe('half-open')
    const probe = breaker.enter()
    later?.fail()
    expect(breaker.state).toBe('half-open')
    probe?.succeed()
    expect(breaker.state).toBe('closed')
  })

  test('refuses settings that make no sense', () => {
    expect(() => createCircuitBreaker({ failures: 0, coolDownMs: 1 })).toThrow(RangeError)
    expect(() => createCircuitBreaker({ failures: 1, coolDownMs: Number.NaN })).toThrow(RangeError)
  })

  test('holds its rules through any history of calls side by side', () => {
    const action = fc.oneof(
      fc.record({ type: fc.constant('enter' as const) }),
      fc.record({ type: fc.constantFrom('succeed' as const, 'fail' as const, 'cancel' as const), pick: fc.nat() }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(action, { maxLength: 80, size: 'max' }),
        (failures, actions) => {
          const coolDownMs = 50
          let now = 0
          const breaker = createCircuitBreaker({ failures, coolDownMs, now: () => now })
          const running: { permit: CircuitPermit; probe: boolean }[] = []
          let openedAt = Number.NEGATIVE_INFINITY
          for (const step of actions) {
            const before = breaker.state
            if (step.type === 'wait') {
              now += step.ms
              // Time alone opens nothing and closes nothing.
              if (before === 'closed') expect(breaker.state).toBe('closed')
              else expect(breaker.state).toBe(now - openedAt >= coolDownMs ? 'half-open' : 'open')
            } else if (step.type === 'enter') {
              const permit = breaker.enter()
              const probing = running.some((call) => call.probe)
              if (before === 'closed') expect(permit).not.toBeNull()
              if (before === 'open') expect(permit).toBeNull()
              if (before === 'half-open') expect(permit === null).toBe(probing)
              if (permit) running.push({ permit, probe: before === 'half-open' })
            } else if (running.length > 0) {
              const [call] = running.splice(step.pick % running.length, 1)
              call?.permit[step.type]()
              if (before === 'closed' && breaker.state === 'open') openedAt = now
              if (call?.probe && step.type === 'fail') {
                openedAt = now
                expect(breaker.state).toBe('open')
              }
              if (call?.probe && step.type === 'succeed') expect(breaker.state).toBe('closed')
              if (!call?.probe && before !== 'closed') expect(breaker.state).toBe(before)
              // Settled twice is settled once.
              const after = breaker.state
              call?.permit.fail()
              call?.permit.succeed()
              expect(breaker.state).toBe(after)
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('opens after exactly the failures in a row that it was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.boolean(), { maxLength: 40 }), (failures, results) => {
        const breaker = createCircuitBreaker({ failures, coolDownMs: 1, now: () => 0 })
        let inARow = 0
        for (const good of results) {
          const permit = breaker.enter()
          expect(permit === null).toBe(inARow >= failures)
          if (permit === null) return
          if (good) permit.succeed()
          else permit.fail()
          inARow = good ? 0 : inARow + 1
        }
      }),
    )
  })
})
