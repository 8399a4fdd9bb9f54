import { createHash } from 'node:crypto'
import type { Citation } from '../../server/protocol/citation.ts'
import type { Outcome } from '../../server/protocol/outcome.ts'
import type {
  AnswerDelta,
  AnswerEnd,
  AnswerSnapshot,
  Reviewed,
  ServerMessage,
  TranscriptTurn,
} from '../../server/protocol/server-message.ts'

export interface ScriptedAnswer {
  sentences: { text: string; citations: number[] }[]
  citations?: Citation[]
  outcome?: Outcome
  suggestions?: string[]
  reviewed?: Reviewed
  /** Pause before each sentence, in ms. */
  pauseMs?: number
}

export interface ScriptedTurn {
  turnId: string
  answerId: string
  epoch: string
  question: string
  askedAt: number
  frames: (AnswerDelta | AnswerEnd)[]
  text: string
  script: ScriptedAnswer
  ended: boolean
  feedback?: 'up' | 'down'
}

export const LABEL = { short: 'AI 分身', text: '内容由 AI 生成，不代表本人即时发言' }

/** All or nothing: every frame after `seq`, or one snapshot. */
export function resumeFrames(turn: ScriptedTurn, epoch: string, seq: number): ServerMessage[] {
  if (epoch === turn.epoch) return turn.frames.slice(seq)
  const snapshot: AnswerSnapshot = {
    type: 'answer-snapshot',
    turnId: turn.turnId,
    answerId: turn.answerId,
    epoch: turn.epoch,
    seq: turn.frames.length,
    text: turn.text,
    sentences: record(turn).sentences,
    status: turn.ended ? 'ended' : 'running',
    ...ending(turn),
  }
  return [snapshot]
}

export function ending(
  turn: ScriptedTurn,
): Pick<AnswerEnd, 'length' | 'sha256' | 'outcome' | 'citations' | 'label' | 'suggestions' | 'reviewed'> {
  return {
    length: turn.text.length,
    sha256: createHash('sha256').update(turn.text).digest('hex'),
    outcome: turn.script.outcome ?? 'grounded',
    citations: turn.script.citations ?? [],
    label: LABEL,
    suggestions: turn.script.suggestions ?? [],
    ...(turn.script.reviewed === undefined ? {} : { reviewed: turn.script.reviewed }),
  }
}

export function record(turn: ScriptedTurn): TranscriptTurn {
  return {
    turnId: turn.turnId,
    answerId: turn.answerId,
    question: turn.question,
    askedAt: turn.askedAt,
    status: turn.ended ? 'ended' : 'running',
    text: turn.text,
    sentences: turn.frames.flatMap((frame) =>
      frame.type === 'answer-delta' ? [{ text: frame.text, citations: frame.citations }] : [],
    ),
    ...(turn.ended ? { outcome: turn.script.outcome ?? 'grounded' } : {}),
    citations: turn.script.citations ?? [],
    ...(turn.feedback === undefined ? {} : { feedback: turn.feedback }),
    ...(turn.ended && turn.script.reviewed !== undefined ? { reviewed: turn.script.reviewed } : {}),
  }
}
