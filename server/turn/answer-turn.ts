import type { AskJudge, MatchedAnswer } from '../corrections/ask-judge.ts'
import { checkSentence } from '../grounding/check-sentence.ts'
import type { CheckedSentence, DraftSentence } from '../grounding/checked-sentence.ts'
import { citationFrom } from '../grounding/citation-of.ts'
import type { Honours } from '../grounding/honours.ts'
import type { SecondOpinion } from '../grounding/judge.ts'
import type { ChatModel, ModelErrorReason, ModelRequest, ModelUsage } from '../model/chat-model.ts'
import { streamWithFallback } from '../model/fallback-model.ts'
import type { Persona } from '../personas/persona.ts'
import type { Prompts } from '../prompts/load-prompts.ts'
import type { Citation } from '../protocol/citation.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { AnswerDelta, AnswerEnd } from '../protocol/server-message.ts'
import type { Speech } from '../protocol/speech.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { DEFAULT_PERSONA_THRESHOLD } from '../retrieval/persona-answerability.ts'
import type { Retrieval, Retriever } from '../retrieval/retriever.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import type { CorrectionMatchRecord, TurnMaking, WithheldRecord } from '../transcripts/transcripts.ts'
import { chinaDay } from './china-day.ts'
import { composePrompt, isNoAnswer } from './compose-prompt.ts'
import { declineSentences } from './decline.ts'
import { findAnswer } from './find-answer.ts'
import { intoSentences } from './into-sentences.ts'
import { openAnswer } from './open-answer.ts'
import { pausedSentences } from './paused-answer.ts'
import { smallTalk } from './small-talk.ts'
import { startEarly } from './start-early.ts'
import { storyFrom, storyWish } from './story-wish.ts'
import { nearTopics, suggestNext } from './suggest.ts'
import { type EarlierTurn, understand } from './understand.ts'

/** The parts that the line of a turn runs through. */
export interface TurnLine {
  readonly retriever: Retriever
  readonly analyzer: () => Analyzer
  /** The configured model. */
  readonly model: ChatModel
  /** Answers where the configured model does not; the same object where there is only one. */
  readonly standIn: ChatModel
  readonly prompts: Prompts
  /** The honours that a sentence may not invent. */
  readonly honours: () => Honours
  /** An optional judge of what a language model wrote and the rules let through. */
  readonly secondOpinion?: SecondOpinion
  /** How a sentence is spoken; it travels with it. */
  readonly speechOf?: (sentence: { readonly text: string; readonly startsAnswer: boolean }, persona: Persona) => Speech
  /**
   * The approved words of the persona for a question as it is understood; they answer before anything is searched.
   * Where words do not tell, a judge may be asked while the ordinary answer is got ready.
   */
  readonly corrections?: TurnCorrections
  /** What may not be said now. */
  readonly pauses?: TurnPauses
  readonly now: () => number
}

export interface TurnCorrections {
  match(personaId: string, question: string): MatchedAnswer | undefined
  readonly askJudge?: AskJudge
}

/** What the line asks of the veto, at every step: a pause holds at once. */
export interface TurnPauses {
  isAnswerPaused(personaId: string, question: string): boolean
  isDocumentPaused(personaId: string, documentId: string): boolean
  pausedDocuments(personaId: string): number
}

export interface TurnRequest {
  readonly persona: Persona
  readonly turnId: string
  readonly answerId: string
  readonly epoch: string
  readonly question: string
  readonly history: readonly EarlierTurn[]
  readonly locale: string | null
  /** Told once what was found, before a model puts it into words: a visitor who waits may read it. No part of the answer. */
  readonly onFound?: (found: Found) => void
}

export interface Found {
  /** How many documents the passages come from. */
  readonly documents: number
  /** The sentences that fit the question best, each of another document, best first. */
  readonly sources: readonly Citation[]
}

/** A frame of the answer with what the record keeps beside it. */
export type TurnStep =
  | { readonly frame: AnswerDelta; readonly support: number | null }
  | { readonly frame: AnswerEnd; readonly making: TurnMaking }

/** How many passages a model is given. */
const PASSAGES = 8
/** The most sources that a visitor is offered while waiting. */
const SOURCES_AT_FIRST = 3
/** The most sentences that one answer shows; a model that rambles is cut here. */
const MOST_SENTENCES = 12
/** What the record says of an ordinary answer that was not given. */
const ORDINARY = { retrieved: [], answerability: null, promptId: null, promptHash: null }
/** What the record names as the model where a correction answered. */
export const CORRECTION_MODEL = 'correction'

/**
 * THE LINE: one question to one checked answer, as protocol frames in order, `answer-end` last. A sentence is
 * yielded when it is complete and backed; what is not backed is withheld and recorded. *Declined* is an outcome, not
 * an error. Throws the reason of `signal` when it
 * aborts: the caller knows how such an answer ends.
 */
export async function* answerTurn(
  line: TurnLine,
  request: TurnRequest,
  signal: AbortSignal,
): AsyncGenerator<TurnStep, void> {
  const { persona } = request
  const started = performance.now()
  const timings: Record<string, number> = {}
  const mark = (step: string) => {
    timings[step] ??= Math.round((performance.now() - started) * 100) / 100
  }
  const answer = openAnswer(request, line.speechOf)
  const record = {
    searchText: request.question,
    retrieved: [] as TurnMaking['retrieved'],
    withheld: [] as WithheldRecord[],
    answerability: null as number | null,
    promptId: null as string | null,
    promptHash: null as string | null,
    model: line.model.name,
    fallbackReason: null as ModelErrorReason | null,
    usage: null as ModelUsage | null,
    correctionId: undefined as string | undefined,
    correctionMatch: undefined as CorrectionMatchRecord | undefined,
  }
  const story = storyWish(request.question, persona, request.history)
  const asked = [
    ...request.history.flatMap(({ question, searchText }) => [question, searchText]),
    request.question,
    ...(story === undefined ? [] : [story]),
  ]
  const end = (outcome: Outcome, found: Retrieval['passages'] = []): TurnStep => {
    mark('ended')
    const { correctionId, correctionMatch, ...made } = record
    const making = {
      ...made,
      timings,
      ...(correctionId !== undefined && { correctionId }),
      ...(correctionMatch !== undefined && { correctionMatch }),
    }
    return { frame: answer.end(outcome, suggestNext(persona, asked, found)), making }
  }
  const decline = function* (found: Retrieval['passages']): Generator<TurnStep> {
    for (const text of declineSentences(persona, request.question, nearTopics(found)))
      yield { frame: answer.say(text, []), support: null }
    yield end('declined', found)
  }

  const chat = smallTalk(request.question, persona)
  if (chat !== undefined) {
    record.model = 'none'
    for (const text of chat.sentences) yield { frame: answer.say(text, []), support: null }
    yield end('grounded')
    return
  }

  const understood = understand(story ?? request.question, request.history, [persona.name, ...(persona.aliases ?? [])])
  mark('understood')
  record.searchText = understood.searchText

  if (line.pauses?.isAnswerPaused(persona.id, understood.searchText) === true) {
    record.model = 'none'
    for (const text of pausedSentences(persona, request.question)) yield { frame: answer.say(text, []), support: null }
    yield end('declined')
    return
  }

  const correct = function* ({ approved, match }: Partial<MatchedAnswer>): Generator<TurnStep, boolean> {
    record.correctionMatch = match
    if (approved === undefined) return false
    const { correctionId } = approved
    // What was got ready of an ordinary answer meanwhile is no part of this one.
    Object.assign(record, { ...ORDINARY, searchText: understood.searchText, model: CORRECTION_MODEL, correctionId })
    mark('firstSentence')
    const cited = [answer.cite(approved.citation)]
    for (const text of approved.sentences) yield { frame: answer.say(text, cited), support: 1 }
    yield end('corrected')
    return true
  }
  const matched = line.corrections?.match(persona.id, understood.searchText)
  if (matched !== undefined) {
    yield* correct(matched)
    return
  }
  const judging = line.corrections?.askJudge?.(persona.id, understood.searchText, signal)

  const day = chinaDay(line.now())
  const isPaused = (documentId: string) => line.pauses?.isDocumentPaused(persona.id, documentId) === true
  const { question, passages, sentences, probability } = await findAnswer(line.retriever, line.analyzer(), understood, {
    collections: persona.collections,
    limit: PASSAGES,
    day,
    signal,
    ...(line.pauses !== undefined && line.pauses.pausedDocuments(persona.id) > 0 ? { isPaused } : {}),
  })
  record.retrieved = passages.map(({ passage, score }) => ({
    passageId: passage.id,
    documentId: passage.documentId,
    documentHash: passage.documentHash,
    score,
  }))
  record.answerability = probability
  mark('retrieved')
  if (sentences.length === 0 || probability < (persona.answerThreshold ?? DEFAULT_PERSONA_THRESHOLD)) {
    if (judging !== undefined && (yield* correct(await judging))) return
    record.model = 'none'
    yield* decline(passages)
    return
  }

  const prompt = composePrompt({
    persona,
    question: request.question,
    passages,
    history: request.history,
    prompts: line.prompts,
    day,
  })
  if (line.model !== line.standIn) {
    record.promptId = prompt.promptId
    record.promptHash = prompt.promptHash
  }
  const numbered = prompt.passages
  const modelRequest: ModelRequest = {
    persona,
    question: story === undefined ? question : { ...question, searchText: request.question },
    passages: numbered,
    sentences: story === undefined ? sentences : storyFrom(sentences),
    messages: prompt.messages,
  }
  const check = async (draft: DraftSentence): Promise<CheckedSentence> => {
    const checked = checkSentence(draft, {
      passages: numbered.map(({ passage }) => passage),
      speakerNames: [persona.name, ...(persona.aliases ?? [])],
      firstPerson: persona.speaker !== 'institution',
      personaId: persona.id,
      honours: line.honours(),
      day,
    })
    const composed = record.model !== line.standIn.name
    return composed && line.secondOpinion ? line.secondOpinion(checked, request.question, signal) : checked
  }

  let shown = 0
  let claims = 0
  /** A greeting alone is no answer: harmless sentences wait here until the first one that is backed. */
  const waiting: CheckedSentence[] = []
  const show = async function* (draft: DraftSentence): AsyncGenerator<TurnStep, void> {
    const checked = await check(draft)
    if (checked.status === 'withheld') {
      record.withheld.push({ text: checked.text, reason: checked.reason, detail: checked.detail })
      return
    }
    const paused = checked.status === 'backed' && checked.evidence.find(({ passage }) => isPaused(passage.documentId))
    if (paused) {
      const detail = `paused: ${paused.passage.documentId}`
      record.withheld.push({ text: checked.text, reason: 'citation-unresolved', detail })
      return
    }
    if (checked.status === 'harmless' && claims === 0) {
      waiting.push(checked)
      return
    }
    mark('firstSentence')
    for (const { text } of waiting.splice(0)) yield { frame: answer.say(text, []), support: null }
    shown++
    if (checked.status === 'harmless') {
      yield { frame: answer.say(checked.text, []), support: null }
      return
    }
    claims++
    const cited = checked.evidence.map((evidence) => answer.cite(citationFrom(evidence)))
    yield { frame: answer.say(checked.text, cited), support: checked.support }
  }

  const overruled = new AbortController()
  const either = judging === undefined ? signal : AbortSignal.any([signal, overruled.signal])
  const events =
    line.model === line.standIn
      ? line.standIn.stream(modelRequest, either)
      : streamWithFallback(line.model, line.standIn, modelRequest, either, { wasShown: () => shown > 0 })
  const reader = judging === undefined ? events[Symbol.asyncIterator]() : startEarly(events)
  if (judging !== undefined) {
    const judged = await judging
    if (judged.approved !== undefined) overruled.abort()
    if (yield* correct(judged)) return
  }
  if (line.model !== line.standIn) request.onFound?.(foundBy(passages, sentences))
  /** The text of one model; throws where another one takes over or it breaks off, so that no half sentence is shown. */
  const textOfOneModel = async function* (): AsyncGenerator<string> {
    for (;;) {
      const { value: event, done } = await reader.next()
      if (done) return
      if (event.type === 'text') {
        mark('firstToken')
        yield event.text
      } else if (event.type === 'usage') record.usage = event.usage
      else {
        record.fallbackReason = event.reason
        if (event.type === 'switched') record.model = event.model
        throw new ModelBroke(event.type === 'switched')
      }
    }
  }

  let brokeOff = false
  for (let reading = true; reading; ) {
    reading = false
    try {
      for await (const draft of intoSentences(textOfOneModel())) {
        signal.throwIfAborted()
        if (isNoAnswer(draft.text) || shown >= MOST_SENTENCES) break
        yield* show(draft)
      }
    } catch (error) {
      if (!(error instanceof ModelBroke)) throw error
      reading = error.anotherFollows
      brokeOff = !error.anotherFollows
      waiting.length = 0
    }
  }
  await reader.return?.()
  if (claims === 0) yield* decline(passages)
  else yield end(brokeOff ? 'interrupted' : 'grounded', passages)
}

function foundBy(passages: Retrieval['passages'], sentences: readonly ScoredSentence[]): Found {
  const best = new Map<string, ScoredSentence>()
  for (const sentence of sentences)
    if (!best.has(sentence.passage.documentId)) best.set(sentence.passage.documentId, sentence)
  return {
    documents: new Set(passages.map(({ passage }) => passage.documentId)).size,
    sources: [...best.values()]
      .slice(0, SOURCES_AT_FIRST)
      .map((sentence, index) => ({ ...citationFrom(sentence), index })),
  }
}

/** A model stopped in mid-answer. */
class ModelBroke extends Error {
  readonly anotherFollows: boolean

  constructor(anotherFollows: boolean) {
    super('The model broke off')
    this.anotherFollows = anotherFollows
  }
}
