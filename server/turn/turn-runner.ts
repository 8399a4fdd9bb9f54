import { randomBytes, randomUUID } from 'node:crypto'
import { AnswerStreamRefused } from '../answers/answer-stream-refused.ts'
import type { AnswerStreams } from '../answers/answer-streams.ts'
import type { Log } from '../log.ts'
import type { Notices } from '../notices/notices.ts'
import { aiLabel } from '../personas/ai-label.ts'
import type { Persona } from '../personas/persona.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { AnswerEnd, AnswerFrame } from '../protocol/server-message.ts'
import type {
  AcceptedTurn,
  Channel,
  SentenceRecord,
  SessionRecord,
  Transcripts,
  TurnMaking,
  TurnRecord,
} from '../transcripts/transcripts.ts'
import { TurnNotRunningError } from '../transcripts/turn-not-running.ts'
import { endAnswer } from './answer-ending.ts'
import { answerTurn, type Found, type TurnLine, type TurnRequest, type TurnStep } from './answer-turn.ts'
import type { EarlierTurn } from './understand.ts'
import { STORE_RETRY_MS, withStore } from './with-store.ts'

/** Starts turns and sees each of them through to its end, whoever is listening. */
export interface TurnRunner {
  /**
   * Commits the question and starts its answer in the background. The same `turnId` again returns the stored turn.
   * `history` is what the client says was said before; without it the session's own record is used.
   */
  ask(ask: Ask): Promise<AcceptedTurn>
  /** Stops the answer wherever it is made. A turn that has ended stays as it is. */
  stop(turn: TurnRecord): Promise<void>
  /** Stops every running answer of a persona that may not speak any more. */
  silence(personaId: string): void
  /** Stops every running answer that says what is paused now. */
  silencePaused(): void
  /** How many answers this process is making. */
  running(): number
  /** Resolves when none is running, or after `withinMs`, when the rest are ended as `interrupted`. */
  drain(withinMs: number): Promise<void>
  close(): Promise<void>
}

export interface Ask {
  readonly session: SessionRecord
  readonly persona: Persona
  readonly turnId: string
  readonly text: string
  readonly channel: Channel
  readonly history?: readonly EarlierTurn[]
}

export interface TurnRunnerParts {
  readonly line: TurnLine
  readonly transcripts: Transcripts
  readonly streams: AnswerStreams
  readonly notices: Notices
  readonly personaOf: (id: string) => Persona | undefined
  readonly log: Log
  /** Told of each ended turn, for the metrics. */
  readonly onEnded: (ended: {
    readonly outcome: Outcome
    readonly making: TurnMaking | null
    readonly channel: Channel
  }) => void
}

interface RunningAnswer {
  readonly personaId: string
  readonly question: string
  /** The documents that its words have come from so far. */
  readonly documents: ReadonlySet<string>
  readonly abort: AbortController
  readonly done: Promise<void>
}

interface Production {
  readonly turn: TurnRecord
  readonly persona: Persona
  readonly session: SessionRecord
  /** What the client says was said before. */
  readonly said: Ask['history']
  readonly documents: Set<string>
}

/** Why an answer was cut off; becomes its outcome. */
type CutOff = 'stopped' | 'interrupted' | 'filtered'

/** A producer that has not said so for this long is believed dead. */
const LEASE_MS = 9_000
const RENEW_MS = 3_000
/** Renewal and reaping together end a crashed producer's turn within 15 s (protocol rule 6). */
const REAP_MS = 3_000
/** Earlier turns that a question may lean on. */
const HISTORY = 4
/** A first sentence that comes sooner needs no word of what was found before it. */
const NEWS_AFTER_MS = 400

export function createTurnRunner(parts: TurnRunnerParts): TurnRunner {
  const { line, transcripts, streams, notices, log } = parts
  const producer = randomUUID()
  const making = new Map<string, RunningAnswer>()

  const stopListening = notices.subscribe((notice) => {
    if (notice.kind === 'turn-stop') cut(notice.answerId, 'stopped')
    else if (notice.kind === 'session-forgotten') for (const answerId of notice.answerIds) cut(answerId, 'stopped')
    else if (notice.kind === 'persona-withdrawn') silence(notice.personaId)
  })
  const renewal = setInterval(() => {
    if (making.size > 0)
      transcripts
        .renewLeases(producer, line.now() + LEASE_MS)
        .catch((error) => log.error({ err: error }, 'leases not renewed'))
  }, RENEW_MS)
  const reaper = setInterval(() => {
    reap().catch((error) => log.error({ err: error }, 'expired turns not ended'))
  }, REAP_MS)
  renewal.unref()
  reaper.unref()

  function cut(answerId: string, why: CutOff): void {
    making.get(answerId)?.abort.abort(why)
  }

  function silence(personaId: string): void {
    for (const running of making.values()) if (running.personaId === personaId) running.abort.abort('filtered')
  }

  function silencePaused(): void {
    const { pauses } = line
    if (pauses === undefined) return
    for (const { personaId, question, documents, abort } of making.values()) {
      const isPaused =
        [...documents].some((id) => pauses.isDocumentPaused(personaId, id)) ||
        pauses.isAnswerPaused(personaId, question)
      if (isPaused) abort.abort('filtered')
    }
  }

  /** Ends turns whose producer died, with the text that was shown. */
  async function reap(): Promise<void> {
    for (const turn of await transcripts.expiredTurns(line.now())) {
      if (making.has(turn.answerId)) continue
      try {
        await finish(turn, turn.epoch, turn.sentences, 'interrupted')
      } catch (error) {
        // Another node was faster.
        if (!(error instanceof TurnNotRunningError)) throw error
      }
    }
  }

  async function ask({ session, persona, turnId, text, channel, history }: Ask): Promise<AcceptedTurn> {
    const answerId = randomUUID()
    const epoch = newEpoch()
    const accepted = await transcripts.acceptTurn({
      answerId,
      sessionId: session.id,
      turnId,
      personaId: persona.id,
      channel,
      site: session.site,
      question: text,
      askedAt: line.now(),
      epoch,
      producer,
      leaseUntil: line.now() + LEASE_MS,
    })
    if (accepted.duplicate) return accepted
    // Opened before anyone is told of the answer, so that a reader finds it.
    await streams
      .open(answerId, epoch)
      .catch((error) => log.warn({ err: error }, 'answer stream not opened; readers use the records'))
    const abort = new AbortController()
    const documents = new Set<string>()
    const done = produce({ turn: accepted.turn, persona, session, said: history, documents }, abort.signal)
      .catch((error) => log.error({ err: error, answerId }, 'an answer was given up'))
      .finally(() => making.delete(answerId))
    making.set(answerId, { personaId: persona.id, question: text, documents, abort, done })
    return accepted
  }

  async function produce({ turn, persona, session, said, documents }: Production, signal: AbortSignal): Promise<void> {
    const { answerId, epoch } = turn
    const writer = createWriter(turn)
    let news: NodeJS.Timeout | undefined
    try {
      const history = said ?? (await earlierTurns(session.id, turn.turnId))
      const request: TurnRequest = {
        persona,
        turnId: turn.turnId,
        answerId,
        epoch,
        question: turn.question,
        history,
        locale: session.locale,
        onFound: (found) => {
          news = setTimeout(() => tellProgress(turn, found), NEWS_AFTER_MS)
        },
      }
      for await (const step of answerTurn(line, request, signal)) {
        clearTimeout(news)
        if (signal.aborted) break
        if ('sources' in step.frame) for (const source of step.frame.sources ?? []) documents.add(source.documentId)
        writer.add(step)
      }
      await writer.flushed()
      if (!writer.ended())
        await finish(turn, epoch, writer.written(), (signal.reason as CutOff | undefined) ?? 'failed')
    } catch (error) {
      if (!signal.aborted) log.error({ err: error, answerId, personaId: persona.id }, 'an answer failed')
      // What is being written is part of the answer; its end must come after it.
      await writer.flushed().catch(() => undefined)
      if (!writer.ended())
        await finish(turn, epoch, writer.written(), signal.aborted ? (signal.reason as CutOff) : 'failed')
    } finally {
      clearTimeout(news)
    }
  }

  /** News for who waits; nobody misses anything where it does not arrive. */
  function tellProgress({ sessionId, turnId, answerId }: TurnRecord, { documents, sources }: Found): void {
    notices
      .publish({ kind: 'answer-progress', sessionId, turnId, answerId, documents, sources: [...sources] })
      .catch((error) => log.debug({ err: error, answerId }, 'other nodes were not told of the progress'))
  }

  /** Writes steps to the record first and to readers second; steps that come while a write is under way share the next. */
  function createWriter(turn: TurnRecord) {
    const written: SentenceRecord[] = []
    let pending: TurnStep[] = []
    let writing: Promise<void> | undefined
    let failure: unknown
    let ended = false

    const write = async () => {
      // Steps made in the same event-loop turn travel in one transaction.
      await new Promise(setImmediate)
      while (pending.length > 0 && failure === undefined) {
        const steps = pending
        pending = []
        const sentences = steps.flatMap((step) =>
          step.frame.type === 'answer-delta' ? [sentenceOf(step.frame, 'support' in step ? step.support : null)] : [],
        )
        const last = steps.at(-1)
        if (last && 'making' in last)
          await store(turn, turn.epoch, sentences, textOf([...written, ...sentences]), last.frame, last.making)
        else await withStore(() => transcripts.appendSentences(turn.answerId, turn.epoch, sentences))
        written.push(...sentences)
        ended = last !== undefined && 'making' in last
        await show(
          turn.answerId,
          turn.epoch,
          steps.map((step) => step.frame),
        )
        if (ended && last && 'making' in last)
          parts.onEnded({ outcome: last.frame.outcome, making: last.making, channel: turn.channel })
      }
    }
    return {
      add(step: TurnStep): void {
        if (failure !== undefined) throw failure
        pending.push(step)
        writing ??= write()
          .catch((error) => {
            failure = error
          })
          .finally(() => {
            writing = undefined
          })
      },
      async flushed(): Promise<void> {
        while (writing !== undefined) await writing
        if (failure !== undefined) throw failure
      },
      written: () => written,
      ended: () => ended,
    }
  }

  /** Ends an answer that did not come to its own end, with exactly the sentences that were stored. */
  async function finish(
    turn: TurnRecord,
    epoch: string,
    sentences: readonly SentenceRecord[],
    outcome: Outcome,
  ): Promise<void> {
    const persona = parts.personaOf(turn.personaId)
    const session = await withStore(() => transcripts.findSession(turn.sessionId))
    const frame = endAnswer({
      turnId: turn.turnId,
      answerId: turn.answerId,
      epoch,
      seq: sentences.length + 1,
      text: textOf(sentences),
      outcome,
      citations: sentences.flatMap((sentence) => sentence.sources),
      suggestions: [],
      label: aiLabel(persona ?? { speaker: 'fictional' }, session?.locale ?? null),
    })
    await store(turn, epoch, [], textOf(sentences), frame, null)
    await show(turn.answerId, epoch, [frame])
    parts.onEnded({ outcome, making: null, channel: turn.channel })
  }

  function store(
    turn: TurnRecord,
    epoch: string,
    sentences: readonly SentenceRecord[],
    text: string,
    frame: AnswerEnd,
    record: TurnMaking | null,
  ): Promise<void> {
    const { outcome, sha256, citations, suggestions } = frame
    const ending = { outcome, text, sha256, citations, suggestions, endedAt: line.now() }
    return withStore(() => transcripts.endTurn(turn.answerId, epoch, sentences, ending, record))
  }

  /** The record is the truth; where the hot store is away, readers fall back to it. */
  async function show(answerId: string, epoch: string, frames: readonly AnswerFrame[]): Promise<void> {
    try {
      await streams.append(answerId, epoch, frames)
    } catch (error) {
      log.warn({ err: error, answerId }, 'answer stream lost; readers use the records')
      const hasHole = !(error instanceof AnswerStreamRefused) || error.reason === 'out-of-order'
      if (hasHole) void dropStream(answerId)
    }
  }

  /** A stream that misses frames would keep its readers waiting; where there is none, they ask the records. */
  async function dropStream(answerId: string): Promise<void> {
    for (const delay of STORE_RETRY_MS) {
      try {
        return await streams.forget(answerId)
      } catch {
        await new Promise((resolve) => setTimeout(resolve, delay).unref())
      }
    }
  }

  async function earlierTurns(sessionId: string, currentTurnId: string): Promise<EarlierTurn[]> {
    const turns = await transcripts.listTurns(sessionId, HISTORY + 1)
    return turns
      .filter((turn) => turn.turnId !== currentTurnId && turn.ending !== null)
      .slice(-HISTORY)
      .map((turn) => ({
        question: turn.question,
        searchText: turn.making?.searchText ?? turn.question,
        answer: turn.ending?.text ?? '',
        citations: turn.ending?.citations ?? [],
      }))
  }

  return {
    ask,
    async stop(turn) {
      if (turn.ending !== null) return
      if (making.has(turn.answerId)) cut(turn.answerId, 'stopped')
      else await notices.publish({ kind: 'turn-stop', answerId: turn.answerId })
    },
    silence,
    silencePaused,
    running: () => making.size,
    async drain(withinMs) {
      const all = Promise.allSettled([...making.values()].map((running) => running.done))
      const late = new Promise((resolve) => setTimeout(resolve, withinMs).unref())
      await Promise.race([all, late])
      for (const answerId of making.keys()) cut(answerId, 'interrupted')
      await Promise.allSettled([...making.values()].map((running) => running.done))
    },
    async close() {
      clearInterval(renewal)
      clearInterval(reaper)
      stopListening()
      for (const answerId of making.keys()) cut(answerId, 'interrupted')
      await Promise.allSettled([...making.values()].map((running) => running.done))
    },
  }
}

function textOf(sentences: readonly SentenceRecord[]): string {
  return sentences.map((sentence) => sentence.text).join('')
}

function sentenceOf(frame: Extract<AnswerFrame, { type: 'answer-delta' }>, support: number | null): SentenceRecord {
  return {
    seq: frame.seq,
    offset: frame.offset,
    text: frame.text,
    citations: frame.citations,
    sources: frame.sources ?? [],
    support,
  }
}

/** 96 random bits: no two streams of an answer share an epoch. */
function newEpoch(): string {
  return randomBytes(12).toString('base64url')
}
