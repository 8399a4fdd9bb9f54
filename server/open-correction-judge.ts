import type { Config } from './config.ts'
import type { CorrectionJudge } from './corrections/correction-judge.ts'
import { createCircuitBreaker } from './model/circuit-breaker.ts'
import { createOpenAiCorrectionJudge } from './model/openai-correction-judge.ts'
import type { TokenBudget } from './model/token-budget.ts'
import type { Prompts } from './prompts/load-prompts.ts'
import { CORRECTION_PROMPT, composeCorrectionPrompt } from './turn/compose-correction-prompt.ts'

/** The judge of corrections that the settings name. */
export function openCorrectionJudge(
  settings: NonNullable<Config['correctionJudge']>,
  prompts: Prompts,
  budget: TokenBudget,
): CorrectionJudge {
  return createOpenAiCorrectionJudge({
    ...settings,
    promptId: CORRECTION_PROMPT,
    promptHash: prompts.get(CORRECTION_PROMPT).hash,
    messages: (question, stored) => composeCorrectionPrompt(question, stored, prompts),
    budget,
    breaker: createCircuitBreaker({ failures: 3, coolDownMs: 20_000 }),
  })
}
