import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { JudgeFailure } from '../../server/grounding/judge.ts'
import { createCircuitBreaker } from '../../server/model/circuit-breaker.ts'
import { createOpenAiJudge } from '../../server/model/openai-judge.ts'
import { createTokenBudget } from '../../server/model/token-budget.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'

let api: ScriptedOpenAi
let first: number
beforeAll(async () => {
  api = await startScriptedOpenAi()
})
beforeEach(() => {
  first = api.calls.length
})
afterAll(() => api.close())

const never = () => new AbortController().signal
const claim = (sentence: string) => ({ sentence, evidence: ['赛场\n我拿了第一名。'], question: '第几名？' })

function judgeWith({ tokensPerDay = 1e6, remembered = 2, failures = 3 } = {}) {
  return createOpenAiJudge({
    baseUrl: api.baseUrl,
    apiKey: '',
    model: 'scripted',
    messages: ({ sentence }) => [{ role: 'user', content: sentence }],
    budget: createTokenBudget({ tokensPerDay }),
    breaker: createCircuitBreaker({ failures, coolDownMs: 60_000 }),
    remembered,
  })
}

it.each([
  ['plain', '{"supported": false, "reason": "相反"}'],
  ['in a code fence', '```json\n{"supported": false, "reason": "相反"}\n```'],
  ['after thinking', '<think>{"supported": true}</think>\n{"reason": "相反", "supported": false}'],
])('reads a judgement %s', async (_name, reply) => {
  api.use(() => reply)
  expect(await judgeWith().judge(claim('一'), never())).toEqual({ supported: false, reason: '相反' })
})

it.each(['{"supported": 1}', '[]', 'null', '', '{"supported": true} 好的', '```\n{"supported": true}'])(
  'takes %j for no judgement',
  async (reply) => {
    api.use(() => reply)
    await expect(judgeWith().judge(claim('一'), never())).rejects.toMatchObject({ reason: 'invalid' })
  },
)

it('remembers the latest judgements and no failure', async () => {
  const judge = judgeWith()
  api.use((_request, index) => (index === first ? { status: 500 } : '{"supported": true}'))
  await expect(judge.judge(claim('一'), never())).rejects.toMatchObject({ reason: 'unavailable' })
  for (const sentence of ['一', '一', '二', '三', '三', '一']) await judge.judge(claim(sentence), never())
  expect(api.calls.slice(first).map(({ body }) => body.messages[0]?.content)).toEqual(['一', '一', '二', '三', '一'])
})

it('goes on without a parameter that the server refuses', async () => {
  api.use((request) =>
    'max_tokens' in request
      ? { status: 400, json: { error: { message: 'use max_completion_tokens, not max_tokens' } } }
      : '{"supported": true}',
  )
  const judge = judgeWith()
  expect(await judge.judge(claim('一'), never())).toMatchObject({ supported: true })
  expect(await judge.judge(claim('二'), never())).toMatchObject({ supported: true })
  expect(api.calls.length - first).toBe(3)
})

it('sends nothing over the budget, nor while the circuit is open', async () => {
  await expect(judgeWith({ tokensPerDay: 100 }).judge(claim('一'), never())).rejects.toMatchObject({ reason: 'budget' })
  expect(api.calls.length).toBe(first)
  api.use(() => 'no')
  const judge = judgeWith({ failures: 1 })
  await expect(judge.judge(claim('一'), never())).rejects.toMatchObject({ reason: 'invalid' })
  await expect(judge.judge(claim('一'), never())).rejects.toMatchObject({ reason: 'circuit-open' })
  expect(api.calls.length - first).toBe(1)
})

it('throws the reason of a signal, and a visitor who leaves opens no circuit', async () => {
  api.use(() => new Promise(() => undefined))
  const judge = judgeWith({ failures: 1 })
  const leaving = new AbortController()
  const judging = judge.judge(claim('一'), leaving.signal)
  setTimeout(() => leaving.abort('stopped'), 30)
  await expect(judging).rejects.toBe('stopped')
  api.use(() => '{"supported": true}')
  expect(await judge.judge(claim('一'), never())).toMatchObject({ supported: true })
})

it('counts being too slow as a failure of the server', async () => {
  api.use(() => new Promise(() => undefined))
  const judge = judgeWith({ failures: 1 })
  const late = new AbortController()
  setTimeout(() => late.abort(new JudgeFailure('timeout')), 30)
  await expect(judge.judge(claim('一'), late.signal)).rejects.toMatchObject({ reason: 'timeout' })
  await expect(judge.judge(claim('一'), never())).rejects.toMatchObject({ reason: 'circuit-open' })
})
