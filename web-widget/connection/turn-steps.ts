import type { TranscriptTurn } from '../../server/protocol/server-message.ts'
import { type AnswerState, answerFromTranscript, emptyAnswer, forgetResume } from './answer-state.ts'
import type { Turn } from './conversation-state.ts'

/** A question that was just asked; `askedAt` is epoch ms. */
export function newTurn(turnId: string, question: string, askedAt: number): Turn {
  return {
    turnId,
    question,
    askedAt,
    delivery: 'queued',
    acceptedAt: null,
    notBefore: 0,
    problem: null,
    answer: null,
    feedback: null,
    stopping: false,
    progress: null,
    correction: null,
  }
}

/** The turn of a record, over what this page knows of it already. */
export function fromRecord(known: Turn | undefined, entry: TranscriptTurn): Turn {
  const keep = known?.answer !== undefined && known.answer !== null && entry.status === 'running'
  const finished = known?.answer?.ending !== undefined && known.answer.ending !== null
  return {
    turnId: entry.turnId,
    question: entry.question,
    askedAt: known?.askedAt ?? entry.askedAt,
    delivery: 'accepted',
    acceptedAt: known?.acceptedAt ?? entry.askedAt,
    notBefore: 0,
    problem: null,
    answer: known?.answer && (keep || finished) ? withReview(known.answer, entry) : answerFromTranscript(entry),
    feedback: entry.feedback ?? known?.feedback ?? null,
    stopping: known?.stopping ?? false,
    progress: known?.progress ?? null,
    correction: known?.correction ?? null,
    ...(known === undefined || known.restored === true ? { restored: true } : {}),
  }
}

/** The answer of a turn that the server has just accepted. */
export function acceptedAnswer(answer: AnswerState | null, answerId: string, epoch: string): AnswerState {
  if (answer === null || answer.answerId !== answerId) return emptyAnswer(answerId, epoch)
  return answer.epoch === '' && answer.ending === null ? { ...answer, epoch } : answer
}

/** The turn without what the lost connection owed it. */
export function afterDisconnect(turn: Turn): Turn {
  if (turn.delivery === 'sent') return { ...turn, delivery: 'queued' }
  if (turn.answer === null || !turn.answer.awaiting) return turn
  return { ...turn, answer: forgetResume(turn.answer) }
}

/** The turn on a new connection: what was sent without a reply is sent again. */
export function againAfterConnect(turn: Turn): Turn {
  if (turn.delivery === 'sent') return { ...turn, delivery: 'queued' }
  return turn.delivery === 'failed' && turn.problem?.code === 'no-reply'
    ? { ...turn, delivery: 'queued', problem: null, notBefore: 0 }
    : turn
}

/** An answer may be reviewed long after it was given. */
function withReview(answer: AnswerState, { reviewed }: TranscriptTurn): AnswerState {
  return answer.ending === null || reviewed === undefined
    ? answer
    : { ...answer, ending: { ...answer.ending, reviewed } }
}
