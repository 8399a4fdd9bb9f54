import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { openTurnLine } from '../../server/deps.ts'
import { evaluateParaphrases } from '../../server/evaluation/run-paraphrase.ts'
import { evaluateTurns, readTurnQuestions, type TurnFigures, type TurnResult } from '../../server/evaluation/run-turns.ts'
import { openKnowledgeLibrary } from '../../server/knowledge/knowledge-library.ts'
import { languageAnalyzer } from '../../server/retrieval/language-analyzer.ts'
import { projectDir } from '../helpers/test-server.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
let dataDir: string
let figures: TurnFigures
let results: readonly TurnResult[]
let suggestions: readonly string[]

// The shipped questions always run; floors lie a little under the figures of docs/evaluation.md.
describe('the demonstration, asked its own questions through the whole line', () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-'))
    const config = readConfig({ DATA_DIR: dataDir }, projectDir)
    const library = await openKnowledgeLibrary(config.knowledgeDir, quiet)
    const line = await openTurnLine({ config, projectDir, library, log: quiet })
    const { personas } = library.current()
    suggestions = personas.flatMap((persona) => persona.suggestions)
    const questions = readTurnQuestions(join(projectDir, 'tests', 'eval', 'demonstration', 'questions.jsonl'))
    ;({ figures, results } = await evaluateTurns({ line, personas, questions }))
    await line.close()
    await library.close()
  }, 120_000)
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('asks at least 240 questions of all six kinds', () => {
    expect(results.length).toBeGreaterThanOrEqual(240)
    expect(new Set(results.map(({ question }) => question.kind)).size).toBe(6)
  })

  it.each([
    ['answered.answerable', 0.93],
    ['right.answerable', 0.83],
    ['right.homophone', 0.76],
    ['right.follow-up', 0.58],
    ['right.paraphrase', 0.41],
  ])('keeps %s at %d or more', (name, floor) => {
    expect(figures[name]).toBeGreaterThanOrEqual(floor)
  })

  it.each([
    ['answered.near-miss', 0.48],
    ['answered.off-topic', 0.09],
  ])('keeps %s at %d or less', (name, ceiling) => {
    expect(figures[name]).toBeLessThanOrEqual(ceiling)
  })

  it('answers every suggestion rightly', () => {
    const asked = results.filter(({ question }) => question.kind === 'answerable' && suggestions.includes(question.text))
    expect(new Set(asked.map(({ question }) => question.text)).size).toBe(new Set(suggestions).size)
    for (const { question, right } of asked) expect({ asked: question.text, right }).toEqual({ asked: question.text, right: true })
  })

  it("withholds none of a lecturer's own sentences, and cites every one that is shown", () => {
    const withheld = results.flatMap(({ making }) => making.withheld)
    expect(withheld.length / results.length).toBeLessThanOrEqual(0.02)
    for (const { end, text } of results) {
      if (end.outcome === 'grounded' && text.length > 40) expect(end.citations.length, text).toBeGreaterThan(0)
    }
  })
})

describe('the corrections of the demonstration', () => {
  const packDir = join(projectDir, 'tests', 'eval', 'demonstration', 'corrections')
  const analyzer = languageAnalyzer(join(projectDir, 'knowledge', 'language'))

  it('answer their questions in other words, and seldom a near-miss', { timeout: 60_000 }, () => {
    const shipped = evaluateParaphrases({ packDir, analyzer })
    expect(shipped.hit).toBeGreaterThanOrEqual(0.6)
    expect(shipped.wrongHit).toBeLessThanOrEqual(0.02)
    expect(shipped.falseHit).toBeLessThanOrEqual(0.02)
    expect(shipped.recall8).toBeGreaterThanOrEqual(0.99)
  })

  it.each([0, 2])('do so for questions that nothing was learned from, with %d more phrasings', { timeout: 60_000 }, (morePhrasings) => {
    const heldOut = evaluateParaphrases({ packDir: join(packDir, 'held-out'), analyzer, morePhrasings })
    expect(heldOut.hit).toBeGreaterThanOrEqual(0.35)
    expect(heldOut.wrongHit).toBeLessThanOrEqual(0.02)
    expect(heldOut.falseHit).toBeLessThanOrEqual(0.03)
    expect(heldOut.recall8).toBeGreaterThanOrEqual(0.97)
  })
})
