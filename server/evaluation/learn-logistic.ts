export interface Example {
  readonly values: Float64Array
  /** 1 or 0. */
  readonly target: number
  readonly weight: number
}

export interface LogisticModel {
  readonly bias: number
  readonly means: Float64Array
  readonly scales: Float64Array
  readonly weights: Float64Array
}

export interface LogisticOptions {
  readonly damping?: number
  readonly rounds?: number
}

const RATE = 0.03
/** A signal that hardly ever differs must not be blown up by its small spread. */
const LEAST_SCALE = 0.05

/** Logistic regression over standardised values, squared weights damped, fitted with Adam. All examples have equally many values. */
export function learnLogistic(examples: readonly Example[], options: LogisticOptions = {}): LogisticModel {
  const { damping = 0.03, rounds = 200 } = options
  const size = examples[0]?.values.length ?? 0
  const { means, scales } = standard(examples, size)
  const rows = examples.map(({ values }) =>
    values.map((value, index) => (value - at(means, index)) / at(scales, index)),
  )
  const total = examples.reduce((sum, { weight }) => sum + weight, 0)
  const weights = new Float64Array(size + 1)
  const mean = new Float64Array(size + 1)
  const spread = new Float64Array(size + 1)
  const gradient = new Float64Array(size + 1)
  for (let round = 1; round <= rounds; round += 1) {
    gradient.fill(0)
    for (const [place, { target, weight }] of examples.entries()) {
      const row = rows[place]
      if (row === undefined) continue
      let logit = at(weights, size)
      for (let index = 0; index < size; index += 1) logit += at(weights, index) * at(row, index)
      const error = (weight * (1 / (1 + Math.exp(-logit)) - target)) / total
      for (let index = 0; index < size; index += 1) gradient[index] = at(gradient, index) + error * at(row, index)
      gradient[size] = at(gradient, size) + error
    }
    for (let index = 0; index <= size; index += 1) {
      const slope = at(gradient, index) + (index < size ? damping * at(weights, index) : 0)
      mean[index] = 0.9 * at(mean, index) + 0.1 * slope
      spread[index] = 0.999 * at(spread, index) + 0.001 * slope * slope
      const step = at(mean, index) / (1 - 0.9 ** round) / (Math.sqrt(at(spread, index) / (1 - 0.999 ** round)) + 1e-8)
      weights[index] = at(weights, index) - RATE * step
    }
  }
  return { bias: at(weights, size), means, scales, weights: weights.slice(0, size) }
}

/** The logit that a model gives. */
export function logisticLogit({ bias, means, scales, weights }: LogisticModel, values: Float64Array): number {
  let logit = bias
  for (let index = 0; index < weights.length; index += 1) {
    logit += (at(weights, index) * (at(values, index) - at(means, index))) / at(scales, index)
  }
  return logit
}

function standard(examples: readonly Example[], size: number): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(size)
  const scales = new Float64Array(size)
  for (const { values } of examples) {
    for (let index = 0; index < size; index += 1) means[index] = at(means, index) + at(values, index) / examples.length
  }
  for (const { values } of examples) {
    for (let index = 0; index < size; index += 1) {
      scales[index] = at(scales, index) + (at(values, index) - at(means, index)) ** 2 / examples.length
    }
  }
  return { means, scales: scales.map((variance) => Math.max(LEAST_SCALE, Math.sqrt(variance))) }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}
