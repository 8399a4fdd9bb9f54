import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What Prometheus reads at `/metrics`. No label holds anything that a visitor wrote or who they are. */
export interface Metrics {
  readonly registry: Registry
  readonly turns: Counter<'outcome' | 'channel'>
  readonly firstSentence: Histogram
  readonly retrieval: Histogram
  readonly sockets: Gauge
  readonly modelErrors: Counter<'reason'>
  readonly withheld: Counter<'reason'>
  readonly judgements: Counter<'result'>
  readonly running: Gauge
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5, 10, 20]

export function createMetrics(running: () => number): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    turns: new Counter({
      name: 'lecturer_turns_total',
      help: 'Turns ended, by outcome and channel',
      labelNames: ['outcome', 'channel'],
      registers,
    }),
    firstSentence: new Histogram({
      name: 'lecturer_first_sentence_seconds',
      help: 'From the accepted question to the first checked sentence',
      buckets: SECONDS,
      registers,
    }),
    retrieval: new Histogram({
      name: 'lecturer_retrieval_seconds',
      help: 'Time spent finding passages',
      buckets: SECONDS,
      registers,
    }),
    sockets: new Gauge({ name: 'lecturer_sockets', help: 'WebSocket connections open now', registers }),
    modelErrors: new Counter({
      name: 'lecturer_model_errors_total',
      help: 'Answers that the configured model did not give, by reason',
      labelNames: ['reason'],
      registers,
    }),
    withheld: new Counter({
      name: 'lecturer_sentences_withheld_total',
      help: 'Sentences that the gate withheld, by reason',
      labelNames: ['reason'],
      registers,
    }),
    judgements: new Counter({
      name: 'lecturer_judgements_total',
      help: 'Sentences that were given to the optional judge, by result',
      labelNames: ['result'],
      registers,
    }),
    running: new Gauge({
      name: 'lecturer_turns_running',
      help: 'Answers being made now',
      registers,
      collect() {
        this.set(running())
      },
    }),
  }
}
