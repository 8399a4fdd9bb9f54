import type { Analyzer } from './analyzer.ts'
import { answerWordsIn } from './answer-words.ts'
import { type QuestionType, questionType } from './question-type.ts'
import type { TermStatistics } from './retriever.ts'
import { isIdeograph, isWordUnit } from './script.ts'

/** A piece of a question that a sentence may share. */
export interface QuestionUnit {
  readonly text: string
  /** How rare it is among all passages: BM25's idf. */
  readonly rarity: number
  /** 1 beside the words that ask, falling towards 0 with the distance. */
  readonly nearness: number
}

/** A word of a question with the words that say the same in an answer. */
export interface QuestionWord extends QuestionUnit {
  readonly others: readonly string[]
}

/** What the sentences of all passages are compared with; made once for a question. */
export interface QuestionProfile {
  readonly folded: string
  readonly type: QuestionType
  readonly characters: readonly QuestionUnit[]
  readonly pairs: readonly QuestionUnit[]
  readonly words: readonly QuestionWord[]
  /** Numbers and words in Latin letters. */
  readonly tokens: readonly QuestionUnit[]
  /** What is asked, in the words in which an answer may say it. */
  readonly meanings: readonly QuestionWord[]
  /** Runs of what the question is about, between the words that ask and those of grammar. */
  readonly runs: readonly string[]
  /** 1 for each code unit of `folded` that belongs to what the question is about. */
  readonly matter: Uint8Array
}

const GRAMMAR = new Set('的了着吗呢呀啊吧么嘛哦是在和与及之其也都又就而且或等被把给对于从到向以用你您我他她它们这那有')
const FRAMES =
  /请问|想问一?下?|我?想知道|告诉我|介绍一?下?|说说|讲讲|谈谈|说一下|讲一下|简述|简要|请|一下|可以吗|能否|是否|是不是|有没有|可不可以|您好|你好|老师|师傅(?=[,你您])/gu

/** Takes a question apart. `searchText` is the question made to stand alone. */
export function questionProfile(searchText: string, statistics: TermStatistics, analyzer: Analyzer): QuestionProfile {
  const folded = analyzer.normalise(searchText)
  const type = questionType(folded)
  const asking = { start: type.start, end: type.end - type.head.length }
  const matter = mattersOf(folded, asking)
  const rarity = (term: string) => {
    const found = statistics.passageFrequency(term)
    return Math.log(1 + (statistics.passageCount - found + 0.5) / (found + 0.5))
  }
  const unit = (text: string, at: number): QuestionUnit => {
    const centre = at + (text.length - 1) / 2
    const distance = centre < asking.start ? asking.start - centre : centre >= asking.end ? centre - asking.end + 1 : 1
    return { text, rarity: rarity(text), nearness: Math.exp((1 - distance) / 4) }
  }
  const characters = new Map<string, QuestionUnit>()
  const pairs = new Map<string, QuestionUnit>()
  for (let index = 0; index < folded.length; index += 1) {
    if (matter[index] !== 1 || !isIdeograph(folded.charCodeAt(index))) continue
    const character = folded.charAt(index)
    addNearest(characters, unit(character, index))
    if (matter[index + 1] === 1 && isIdeograph(folded.charCodeAt(index + 1))) {
      addNearest(pairs, unit(folded.slice(index, index + 2), index))
    }
  }
  const tokens = new Map<string, QuestionUnit>()
  for (const match of folded.matchAll(/[\da-z][\da-z.\-']*/gu)) addNearest(tokens, unit(match[0], match.index))
  const words = new Map<string, QuestionWord>()
  let from = 0
  for (const word of analyzer.words(folded)) {
    const at = folded.indexOf(word, from)
    if (at < 0) continue
    from = at + word.length
    if (word.length < 2 || matter[at] !== 1 || analyzer.isQuestionWord(word) || !isIdeograph(word.charCodeAt(0)))
      continue
    if (analyzer.isStopword(word)) continue
    const made = { ...unit(word, at), others: analyzer.synonyms.of(word) }
    const known = words.get(word)
    if (known === undefined || known.nearness < made.nearness) words.set(word, made)
  }
  return {
    folded,
    type,
    characters: [...characters.values()],
    pairs: [...pairs.values()],
    words: [...words.values()],
    tokens: [...tokens.values()],
    meanings: answerWordsIn(folded).map(({ words: others, at }) => ({ ...unit(others[0] ?? '', at), others })),
    runs: runsOf(folded, matter),
    matter,
  }
}

/** 1 for each code unit that belongs to what the question is about. */
function mattersOf(folded: string, asking: { start: number; end: number }): Uint8Array {
  const matter = new Uint8Array(folded.length + 1)
  for (let index = 0; index < folded.length; index += 1) {
    const code = folded.charCodeAt(index)
    const inAsking = index >= asking.start && index < asking.end
    matter[index] = !inAsking && (isIdeograph(code) || isWordUnit(code)) && !GRAMMAR.has(folded.charAt(index)) ? 1 : 0
  }
  for (const match of folded.matchAll(FRAMES)) matter.fill(0, match.index, match.index + match[0].length)
  return matter
}

function addNearest(units: Map<string, QuestionUnit>, unit: QuestionUnit): void {
  const known = units.get(unit.text)
  if (known === undefined || known.nearness < unit.nearness) units.set(unit.text, unit)
}

function runsOf(folded: string, matter: Uint8Array): string[] {
  const runs: string[] = []
  let run = ''
  for (let index = 0; index <= folded.length; index += 1) {
    if (matter[index] === 1) run += folded.charAt(index)
    else {
      if (run.length > 1) runs.push(run)
      run = ''
    }
  }
  return runs
}
