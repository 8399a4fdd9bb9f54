import { type Static, Type } from 'typebox'

export const InsightFilter = Type.Object(
  {
    personaId: Type.Optional(Type.String({ maxLength: 64 })),
    site: Type.Optional(Type.String({ maxLength: 200 })),
    from: Type.Integer({ minimum: 0, description: 'Epoch milliseconds, included' }),
    to: Type.Integer({ minimum: 0, description: 'Epoch milliseconds, not included' }),
  },
  { additionalProperties: false },
)
export type InsightFilter = Static<typeof InsightFilter>

const figures = {
  questions: Type.Integer(),
  visitors: Type.Integer({ description: 'Sessions that asked something' }),
  answered: Type.Integer({ description: 'Outcomes grounded and corrected' }),
  corrected: Type.Integer(),
  declined: Type.Integer(),
  up: Type.Integer(),
  down: Type.Integer(),
}

/** Days are those of China (UTC+8), YYYY-MM-DD. Shares are 0 to 1; null where there is nothing to divide by. */
export const Insight = Type.Object({
  totals: Type.Object({
    ...figures,
    satisfaction: Type.Union([Type.Number(), Type.Null()], { description: 'Up of all ratings' }),
    coverage: Type.Union([Type.Number(), Type.Null()], { description: 'Distinct questions answered with evidence' }),
    backlog: Type.Integer({ description: 'Rows of the queue that wait' }),
    hoursToCorrection: Type.Union([Type.Number(), Type.Null()], {
      description: 'Median from the question to the correction that is live',
    }),
    sampleErrors: Type.Union([
      Type.Object({ wrong: Type.Integer(), of: Type.Integer(), low: Type.Number(), high: Type.Number() }),
      Type.Null(),
    ]),
  }),
  days: Type.Array(Type.Object({ day: Type.String(), ...figures, coverage: Type.Union([Type.Number(), Type.Null()]) })),
  topics: Type.Array(
    Type.Object({
      topic: Type.String(),
      questions: Type.Integer(),
      declined: Type.Integer(),
      days: Type.Array(Type.Integer(), { description: 'Questions a day, in the order of `days`' }),
    }),
  ),
  personas: Type.Array(Type.Object({ personaId: Type.String(), name: Type.String(), ...figures })),
  sites: Type.Array(Type.Object({ site: Type.Union([Type.String(), Type.Null()]), questions: Type.Integer() })),
})
export type Insight = Static<typeof Insight>
