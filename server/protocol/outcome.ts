import { Type } from 'typebox'

/**
 * How a turn ended. `grounded`: every factual sentence shown is backed by a citation. `corrected`: a lecturer's
 * approved words. `declined`: there is no evidence. `handed-off`: passed to a person. `filtered`: a safety rule.
 * `stopped`: by the visitor. `interrupted`: the producer was lost. `failed`: an error.
 */
export const OUTCOMES = [
  'grounded',
  'corrected',
  'declined',
  'handed-off',
  'filtered',
  'stopped',
  'interrupted',
  'failed',
] as const

export const Outcome = Type.Enum([...OUTCOMES])
export type Outcome = (typeof OUTCOMES)[number]
