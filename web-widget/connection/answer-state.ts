import type { Citation } from '../../server/protocol/citation.ts'
import type { AnswerCursor } from '../../server/protocol/client-message.ts'
import type { Outcome } from '../../server/protocol/outcome.ts'
import type {
  AnswerDelta,
  AnswerEnd,
  AnswerSnapshot,
  Reviewed,
  TranscriptTurn,
} from '../../server/protocol/server-message.ts'
import type { Speech } from '../../server/protocol/speech.ts'

/** What one sentence of an answer shows: its text and the indices of the citations that back it. */
export interface ShownSentence {
  readonly text: string
  readonly citations: readonly number[]
  /** How it is spoken, and its `seq`; only of a sentence that came as a delta. */
  readonly spoken?: { readonly seq: number; readonly speech: Speech }
}

/** How an answer ended. `sha256` is null when the ending came with a transcript, which bears no digest. */
export interface AnswerEnding {
  readonly outcome: Outcome
  readonly sha256: string | null
  readonly length: number
  readonly suggestions: readonly string[]
  /** Who has found it right, and when (epoch ms). */
  readonly reviewed?: Reviewed
}

/** Everything a page knows of one answer: a pure function of the frames that were applied to it. */
export interface AnswerState {
  readonly answerId: string
  /** Empty while it is unknown, as for a running answer that came with a transcript. */
  readonly epoch: string
  /** The last `seq` that is in `text`; 0 is none. */
  readonly seq: number
  readonly text: string
  readonly sentences: readonly ShownSentence[]
  readonly citations: readonly Citation[]
  readonly ending: AnswerEnding | null
  /** Epochs that were left behind; their late frames are dropped. */
  readonly retired: readonly string[]
  /** A resume was asked for and nothing has answered it yet. */
  readonly awaiting: boolean
  /** How often the text did not match its ending. */
  readonly mismatches: number
}

/** What the caller must do after a step. `verify`: compare the text with the ending's SHA-256. */
export type AnswerEffect = 'none' | 'shown' | 'resume' | 'verify' | 'acknowledge'

export interface AnswerStep {
  readonly state: AnswerState
  readonly effect: AnswerEffect
}

/** After this many mismatches the text is left as the server last gave it. */
export const MAX_MISMATCHES = 3

/** An answer of which nothing has arrived yet. */
export function emptyAnswer(answerId: string, epoch: string): AnswerState {
  return {
    answerId,
    epoch,
    seq: 0,
    text: '',
    sentences: [],
    citations: [],
    ending: null,
    retired: [],
    awaiting: false,
    mismatches: 0,
  }
}

/** The answer as the transcript of `session-ready` gives it. */
export function answerFromTranscript(turn: TranscriptTurn): AnswerState {
  const ended = turn.status === 'ended'
  return {
    ...emptyAnswer(turn.answerId, ''),
    text: ended ? turn.text : '',
    sentences: ended ? turn.sentences : [],
    citations: turn.citations,
    ending: ended
      ? {
          outcome: turn.outcome ?? 'grounded',
          sha256: null,
          length: turn.text.length,
          suggestions: [],
          ...reviewOf(turn),
        }
      : null,
  }
}

/** The place from which the server should go on. */
export function cursorOf(state: AnswerState): AnswerCursor {
  return { answerId: state.answerId, epoch: state.epoch, seq: state.seq }
}

/** Applies one delta: appends it, drops it, or asks to resume. */
export function applyDelta(state: AnswerState, delta: AnswerDelta): AnswerStep {
  if (state.ending !== null || state.retired.includes(delta.epoch)) return { state, effect: 'none' }
  if (delta.epoch !== state.epoch) {
    const untouched = state.seq === 0 && state.text === ''
    if (delta.seq !== 1 || delta.offset !== 0) return untouched ? askAgain(state, delta.epoch) : askToResume(state)
    return applyDelta(atEpoch(state, delta.epoch), delta)
  }
  if (delta.seq <= state.seq) return { state, effect: 'none' }
  if (delta.seq > state.seq + 1) return askToResume(state)
  if (delta.offset !== state.text.length) return mismatch(state)
  return {
    state: {
      ...state,
      seq: delta.seq,
      text: state.text + delta.text,
      sentences: [...state.sentences, shownSentence(delta)],
      citations: withSources(state.citations, delta.sources ?? []),
      awaiting: false,
    },
    effect: 'shown',
  }
}

/** Applies the end of an answer; a wrong length asks for the whole text anew. */
export function applyEnd(state: AnswerState, end: AnswerEnd): AnswerStep {
  if (state.retired.includes(end.epoch)) return { state, effect: 'none' }
  if (state.ending !== null) return { state, effect: 'acknowledge' }
  if (end.epoch !== state.epoch) {
    const untouched = state.seq === 0 && state.text === ''
    if (end.length !== 0 || end.seq > 1) return untouched ? askAgain(state, end.epoch) : askToResume(state)
    return applyEnd(atEpoch(state, end.epoch), end)
  }
  if (end.seq < state.seq) return { state, effect: 'none' }
  if (end.seq > state.seq + 1) return askToResume(state)
  if (end.length !== state.text.length) return mismatch(state)
  return {
    state: {
      ...state,
      seq: end.seq,
      citations: end.citations,
      ending: {
        outcome: end.outcome,
        sha256: end.sha256,
        length: end.length,
        suggestions: end.suggestions,
        ...reviewOf(end),
      },
      awaiting: false,
    },
    effect: 'verify',
  }
}

/** Takes a whole text in one step. A snapshot that is older than what is shown is dropped. */
export function applySnapshot(state: AnswerState, snapshot: AnswerSnapshot): AnswerStep {
  if (state.ending !== null) return { state, effect: snapshot.status === 'ended' ? 'acknowledge' : 'none' }
  if (state.retired.includes(snapshot.epoch)) return { state, effect: 'none' }
  if (snapshot.epoch === state.epoch && snapshot.seq < state.seq) return { state: forgetResume(state), effect: 'none' }
  const moved = snapshot.epoch === state.epoch ? state : atEpoch(state, snapshot.epoch)
  const next: AnswerState = {
    ...moved,
    seq: snapshot.seq,
    text: snapshot.text,
    sentences: snapshot.sentences,
    citations: snapshot.citations,
    awaiting: false,
  }
  if (snapshot.status === 'running') return { state: next, effect: 'shown' }
  const length = snapshot.length ?? snapshot.text.length
  if (length !== snapshot.text.length) return mismatch(next)
  const ending = {
    outcome: snapshot.outcome ?? 'grounded',
    sha256: snapshot.sha256 ?? null,
    length,
    suggestions: snapshot.suggestions ?? [],
    ...reviewOf(snapshot),
  }
  return { state: { ...next, ending }, effect: 'verify' }
}

/** Takes the result of the digest: a text that differs from the recorded one is fetched anew. */
export function applyVerdict(state: AnswerState, matches: boolean): AnswerStep {
  if (state.ending === null) return { state, effect: 'none' }
  if (matches || state.mismatches >= MAX_MISMATCHES) return { state, effect: 'acknowledge' }
  return mismatch({ ...state, ending: null })
}

/** A lost connection also loses the resume that was under way. */
export function forgetResume(state: AnswerState): AnswerState {
  return state.awaiting ? { ...state, awaiting: false } : state
}

function shownSentence({ text, citations, seq, speech }: AnswerDelta): ShownSentence {
  return { text, citations, ...(speech === undefined ? {} : { spoken: { seq, speech } }) }
}

function reviewOf({ reviewed }: { readonly reviewed?: Reviewed }): { readonly reviewed?: Reviewed } {
  return reviewed === undefined ? {} : { reviewed }
}

function atEpoch(state: AnswerState, epoch: string): AnswerState {
  const retired = state.epoch === '' ? state.retired : [...state.retired, state.epoch]
  return { ...state, epoch, seq: 0, text: '', sentences: [], citations: [], retired }
}

function fromTheStart(state: AnswerState): AnswerState {
  return { ...state, seq: 0, text: '', sentences: [], awaiting: false }
}

function mismatch(state: AnswerState): AnswerStep {
  if (state.mismatches >= MAX_MISMATCHES) return { state, effect: 'none' }
  return askToResume({ ...fromTheStart(state), mismatches: state.mismatches + 1 })
}

/** Nothing of this answer is shown, so it may as well be asked for under the epoch that is running. */
function askAgain(state: AnswerState, epoch: string): AnswerStep {
  return askToResume(atEpoch(state, epoch))
}

function askToResume(state: AnswerState): AnswerStep {
  if (state.awaiting) return { state, effect: 'none' }
  return { state: { ...state, awaiting: true }, effect: 'resume' }
}

function withSources(known: readonly Citation[], sources: readonly Citation[]): readonly Citation[] {
  const added = sources.filter((source) => !known.some((citation) => citation.index === source.index))
  return added.length === 0 ? known : [...known, ...added]
}
