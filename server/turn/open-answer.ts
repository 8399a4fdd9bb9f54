import { aiLabel } from '../personas/ai-label.ts'
import type { Citation } from '../protocol/citation.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { AnswerDelta, AnswerEnd } from '../protocol/server-message.ts'
import { endAnswer } from './answer-ending.ts'
import type { TurnLine, TurnRequest } from './answer-turn.ts'

/** Keeps the position in the answer: `seq`, `offset`, and the list of citations with each of them once. */
export function openAnswer(request: TurnRequest, speechOf: TurnLine['speechOf']) {
  const { turnId, answerId, epoch } = request
  const citations: Citation[] = []
  let fresh: Citation[] = []
  let text = ''
  let seq = 0

  return {
    /** Index of the citation in the answer's list; a span cited before keeps its index. */
    cite(citation: Omit<Citation, 'index'>): number {
      const same = citations.find(
        (known) =>
          known.documentId === citation.documentId && known.start === citation.start && known.end === citation.end,
      )
      if (same) return same.index
      const added = { ...citation, index: citations.length }
      citations.push(added)
      fresh.push(added)
      return added.index
    },
    say(sentence: string, cited: readonly number[]): AnswerDelta {
      const offset = text.length
      text += sentence
      seq++
      const sources = fresh
      fresh = []
      return {
        type: 'answer-delta',
        turnId,
        answerId,
        epoch,
        seq,
        offset,
        text: sentence,
        citations: [...new Set(cited)],
        ...(sources.length === 0 ? {} : { sources }),
        ...(speechOf && { speech: speechOf({ text: sentence, startsAnswer: offset === 0 }, request.persona) }),
      }
    },
    end(outcome: Outcome, suggestions: string[]): AnswerEnd {
      return endAnswer({
        turnId,
        answerId,
        epoch,
        seq: seq + 1,
        text,
        outcome,
        citations,
        suggestions,
        label: aiLabel(request.persona, request.locale),
      })
    },
  }
}
