import { setTimeout as sleep } from 'node:timers/promises'
import type { AnswerCursor } from '../protocol/client-message.ts'
import type { AiLabel, AnswerDelta, AnswerEnd, AnswerSnapshot } from '../protocol/server-message.ts'
import type { Transcripts, TurnRecord } from '../transcripts/transcripts.ts'
import type { AnswerStreams } from './answer-streams.ts'

export interface ReadAnswerParts {
  readonly streams: AnswerStreams
  readonly transcripts: Transcripts
}

/** How often a reader asks the records while the hot store does not hold a running answer. */
const RECORD_POLL_MS = 300

/**
 * Everything of an answer from a cursor to its end, as frames for a client: what follows the cursor in order, or one
 * snapshot and then what follows it. Resume is all or nothing (protocol rule 3). The hot store is read first; where it
 * does not hold the answer, the records are. Ends after `answer-end` or an ended snapshot, or when `signal` aborts.
 */
export async function* readAnswer(
  { streams, transcripts }: ReadAnswerParts,
  turn: Pick<TurnRecord, 'answerId' | 'turnId'>,
  cursor: AnswerCursor | null,
  label: AiLabel,
  signal: AbortSignal,
): AsyncGenerator<AnswerDelta | AnswerEnd | AnswerSnapshot, void> {
  try {
    for await (const event of streams.follow(turn.answerId, cursor, signal)) {
      if (event === undefined) break
      if (event.type === 'replaced') yield snapshotOfFrames(turn, event.epoch, event.deltas, event.end)
      else yield event
      if (event.type === 'answer-end' || (event.type === 'replaced' && event.end !== undefined)) return
    }
  } catch (error) {
    if (signal.aborted) return
    // The hot store went away while reading; the records are whole.
    void error
  }
  let shown: string | undefined
  while (!signal.aborted) {
    const record = await transcripts.findAnswer(turn.answerId)
    if (record === null) return
    const state = `${record.epoch}:${record.sentences.length}:${record.ending !== null}`
    if (state !== shown) yield snapshotOfRecord(record, label)
    shown = state
    if (record.ending !== null) return
    await sleep(RECORD_POLL_MS, undefined, { signal }).catch(() => undefined)
  }
}

function snapshotOfFrames(
  turn: Pick<TurnRecord, 'answerId' | 'turnId'>,
  epoch: string,
  deltas: readonly AnswerDelta[],
  end: AnswerEnd | undefined,
): AnswerSnapshot {
  const { answerId, turnId } = turn
  const text = deltas.map((delta) => delta.text).join('')
  const sentences = deltas.map((delta) => ({ text: delta.text, citations: delta.citations }))
  if (end === undefined) {
    const citations = deltas.flatMap((delta) => delta.sources ?? [])
    return {
      type: 'answer-snapshot',
      turnId,
      answerId,
      epoch,
      seq: deltas.at(-1)?.seq ?? 0,
      text,
      sentences,
      status: 'running',
      citations,
    }
  }
  const { length, sha256, outcome, citations, label, suggestions } = end
  return {
    type: 'answer-snapshot',
    turnId,
    answerId,
    epoch,
    seq: end.seq,
    text,
    sentences,
    status: 'ended',
    length,
    sha256,
    outcome,
    citations,
    label,
    suggestions,
  }
}

/** The answer as the records hold it. */
export function snapshotOfRecord(record: TurnRecord, label: AiLabel): AnswerSnapshot {
  const { answerId, turnId, epoch, ending } = record
  const sentences = record.sentences.map((sentence) => ({ text: sentence.text, citations: [...sentence.citations] }))
  const seq = record.sentences.at(-1)?.seq ?? 0
  if (ending === null) {
    const text = sentences.map((sentence) => sentence.text).join('')
    const citations = record.sentences.flatMap((sentence) => sentence.sources)
    return { type: 'answer-snapshot', turnId, answerId, epoch, seq, text, sentences, status: 'running', citations }
  }
  return {
    type: 'answer-snapshot',
    turnId,
    answerId,
    epoch,
    seq: seq + 1,
    text: ending.text,
    sentences,
    status: 'ended',
    length: ending.text.length,
    sha256: ending.sha256,
    outcome: ending.outcome,
    citations: [...ending.citations],
    label,
    suggestions: [...ending.suggestions],
    ...(record.reviewed === undefined ? {} : { reviewed: record.reviewed }),
  }
}
