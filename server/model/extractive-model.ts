import { listNumber } from '../retrieval/list-items.ts'
import { type QuestionKind, questionType } from '../retrieval/question-type.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import type { ChatModel, ModelRequest } from './chat-model.ts'
import { passageSentences, type StandaloneSentence, standaloneSentences } from './standalone-sentence.ts'

/** Questions that one sentence answers. */
const DIRECT: ReadonlySet<QuestionKind> = new Set([
  'time',
  'duration',
  'place',
  'person',
  'number',
  'name',
  'organisation',
  'work',
])
const MOST_SENTENCES = 6
const MOST_DIRECT = 3
/** After this many characters nothing more is said. */
const ENOUGH_CHARACTERS = 220
const ENOUGH_DIRECT = 120
/** A sentence that answers e^1.5 times less likely than the best is left out; a neighbour of one that was chosen may fall further behind. */
const FALL = 1.5
const NEIGHBOUR_FALL = 4

/** A sentence of a passage by its number, so that neighbours are known. */
interface Place {
  readonly sentence: ScoredSentence
  readonly index: number
}

/**
 * The model that needs no key: it answers with the lecturer's own sentences, picked from `request.sentences` and put in order, each with the number of its
 * passage. It makes them fit to stand alone (see `standaloneSentences`) and composes nothing.
 */
export function createExtractiveModel(): ChatModel {
  return {
    name: 'extractive',
    async *stream(request, signal) {
      for (const text of extractiveAnswer(request)) {
        signal.throwIfAborted()
        yield { type: 'text', text }
      }
      signal.throwIfAborted()
    },
  }
}

/** The answer's sentences with their marks, in the order in which they are said. */
export function extractiveAnswer(request: ModelRequest): string[] {
  const kind = questionType(request.question.searchText).kind
  const chosen = chooseSentences(request, kind)
  const numbers = new Map(request.passages.map(({ passage }, place) => [passage.id, place + 1]))
  const said: StandaloneSentence[] = []
  const answer: string[] = []
  let length = 0
  for (const { sentence, index } of arrange(chosen, kind)) {
    const number = numbers.get(sentence.passage.id)
    if (number === undefined) continue
    const previous = said.at(-1)
    const before = index === 0 ? undefined : passageSentences(sentence.passage)[index - 1]
    const follows = previous?.passage === sentence.passage && before !== undefined && previous.end === before.end
    for (const made of standaloneSentences(sentence.passage, index, follows)) {
      if (length >= enough(kind) || said.some((earlier) => repeats(earlier, made))) continue
      said.push(made)
      length += made.text.length
      answer.push(`${made.text}[${number}]`)
    }
  }
  return answer
}

function enough(kind: QuestionKind): number {
  return DIRECT.has(kind) ? ENOUGH_DIRECT : ENOUGH_CHARACTERS
}

/** The sentences to say, the best first: those near the best in score, and the neighbours that complete them. */
function chooseSentences(request: ModelRequest, kind: QuestionKind): Place[] {
  const places = request.sentences.flatMap(placeOf)
  const [best, ...others] = places
  if (best === undefined) return []
  const most = DIRECT.has(kind) ? MOST_DIRECT : MOST_SENTENCES
  const chosen = [best]
  for (const place of others) {
    if (chosen.length >= most) break
    const fall = best.sentence.score - place.sentence.score
    const near = chosen.some((other) => isNeighbour(other, place))
    if (fall <= FALL || (near && fall <= NEIGHBOUR_FALL)) chosen.push(place)
  }
  addAnnounced(chosen, kind)
  for (const place of listFrom(best)) {
    if (chosen.length >= MOST_SENTENCES) break
    if (!chosen.some((other) => isSame(other, place))) chosen.push(place)
  }
  const next = chosen.length === 1 ? nextOf(best) : undefined
  return next === undefined ? chosen : [...chosen, next]
}

/** The rest of a row whose parts end with semicolons: who begins to count goes on. */
function listFrom(place: Place): Place[] {
  const rest: Place[] = []
  for (let last = place; /[；;]$/u.test(last.sentence.text); ) {
    const next = nextOf(last)
    if (next === undefined) break
    rest.push(next)
    last = next
  }
  return rest
}

function isSame(left: Place, right: Place): boolean {
  return left.sentence.passage.id === right.sentence.passage.id && left.index === right.index
}

/** Where a list follows the best sentence (「我有三句话：第一句…」), its items come along. */
function addAnnounced(chosen: Place[], kind: QuestionKind): void {
  const [best] = chosen
  if (best === undefined || DIRECT.has(kind)) return
  let last = best
  for (let item = 1; item < MOST_SENTENCES; item += 1) {
    const next = nextOf(last, true)
    if (next === undefined || listNumber(next.sentence.text) !== item) return
    const known = chosen.findIndex(
      (place) => place.sentence.start === next.sentence.start && isSamePassage(place, next),
    )
    if (known >= 0) chosen.splice(known, 1)
    chosen.splice(item, 0, next)
    chosen.splice(MOST_SENTENCES)
    last = next
  }
}

function placeOf(sentence: ScoredSentence): Place[] {
  const { passage } = sentence
  const index = passageSentences(passage).findIndex(({ start }) => passage.start + start === sentence.start)
  return index < 0 ? [] : [{ sentence, index }]
}

function isSamePassage(left: Place, right: Place): boolean {
  return left.sentence.passage.id === right.sentence.passage.id
}

function isNeighbour(left: Place, right: Place): boolean {
  return isSamePassage(left, right) && Math.abs(left.index - right.index) === 1
}

/** What the lecturer says right after a sentence, in the same paragraph or (`anywhere`) in the same passage. */
function nextOf({ sentence, index }: Place, anywhere = false): Place | undefined {
  const { passage } = sentence
  const span = passageSentences(passage)[index + 1]
  if (span === undefined) return undefined
  if (!anywhere && /\n/u.test(passage.text.slice(sentence.end - passage.start, span.start))) return undefined
  const text = passage.text.slice(span.start, span.end)
  if (/[？?：:]$/u.test(text) || /^#{1,6}\s/u.test(text)) return undefined
  const start = passage.start + span.start
  return { sentence: { passage, start, end: passage.start + span.end, text, score: 0 }, index: index + 1 }
}

/** The best sentence and the run of neighbours that it stands in come first; then the others, each document in its own order. */
function arrange(chosen: readonly Place[], kind: QuestionKind): Place[] {
  const [best] = chosen
  if (best === undefined) return []
  const run = [best]
  for (let grew = true; grew; ) {
    const next = chosen.find((place) => !run.includes(place) && run.some((member) => isNeighbour(member, place)))
    grew = next !== undefined && (!DIRECT.has(kind) || next.index > best.index)
    if (next !== undefined && grew) run.push(next)
  }
  run.sort((left, right) => left.index - right.index)
  const documents = [...new Set(chosen.map(({ sentence }) => sentence.passage.documentId))]
  const rest = chosen
    .filter((place) => !run.includes(place))
    .sort(
      (left, right) =>
        documents.indexOf(left.sentence.passage.documentId) - documents.indexOf(right.sentence.passage.documentId) ||
        left.sentence.start - right.sentence.start,
    )
  return [...run, ...rest]
}

/** Whether two sentences overlap in their passage, or say nearly the same in other places. */
function repeats(left: StandaloneSentence, right: StandaloneSentence): boolean {
  if (left.passage.documentId === right.passage.documentId) {
    const offset = right.passage.start - left.passage.start
    if (right.start + offset < left.end && left.start < right.end + offset) return true
  }
  const own = pairsOf(left.text)
  const other = pairsOf(right.text)
  let shared = 0
  for (const pair of own) if (other.has(pair)) shared += 1
  return shared > 0.7 * Math.min(own.size, other.size)
}

function pairsOf(text: string): Set<string> {
  const pairs = new Set<string>()
  for (let index = 0; index + 1 < text.length; index += 1) pairs.add(text.slice(index, index + 2))
  return pairs
}
