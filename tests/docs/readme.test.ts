import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openKnowledgeLibrary } from '../../server/knowledge/knowledge-library.ts'
import { KnowledgeError, readKnowledge } from '../../server/knowledge/read-knowledge.ts'
import type { Log } from '../../server/log.ts'
import { createExtractiveModel } from '../../server/model/extractive-model.ts'
import { consentAllows } from '../../server/personas/consent.ts'
import { loadPrompts } from '../../server/prompts/load-prompts.ts'
import { openKnowledgeSearch } from '../../server/retrieval/knowledge-search.ts'
import { answerTurn, type TurnLine } from '../../server/turn/answer-turn.ts'
import { codeBlocksOf, projectDir, readProjectFile } from './read-markdown.ts'

const COMMANDS = ['npm install && npm start', 'npm install && npm test']

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-docs-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** The example files of a README by their path below `knowledge/`. */
function exampleFiles(page: string): Record<string, string> {
  return Object.fromEntries(
    codeBlocksOf(page, 'text').map(({ before, code }) => {
      const path = /`knowledge\/([^`]+\.md)`/.exec(before)?.[1]
      if (path === undefined) throw new Error(`An example file without its path: ${before}`)
      return [path, code]
    }),
  )
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(dir, dirname(path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
}

/** How a turn with each of the example's suggestions ends. */
async function outcomesOfSuggestions(): Promise<Record<string, string>> {
  const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const library = await openKnowledgeLibrary(dir, log)
  try {
    const search = await openKnowledgeSearch({
      library,
      cacheDir: join(dir, 'cache'),
      languageDir: join(projectDir, 'knowledge', 'language'),
      log,
    })
    const model = createExtractiveModel()
    const prompts = await loadPrompts(join(projectDir, 'prompts'))
    const line: TurnLine = {
      retriever: search,
      analyzer: search.analyzer,
      model,
      standIn: model,
      prompts,
      honours: () => [],
      now: Date.now,
    }
    const outcomes: Record<string, string> = {}
    for (const persona of library.current().personas) {
      for (const question of persona.suggestions) {
        const request = { persona, turnId: 't', answerId: 'a', epoch: 'e', question, history: [], locale: null }
        for await (const { frame } of answerTurn(line, request, new AbortController().signal)) {
          if (frame.type === 'answer-end') outcomes[question] = frame.outcome
        }
      }
    }
    return outcomes
  } finally {
    await library.close()
  }
}

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  const page = readProjectFile(file)
  const files = exampleFiles(page)
  const personaFile = Object.keys(files).find((path) => path.startsWith('personas/')) ?? ''
  const consent = codeBlocksOf(page, 'yaml')[0]?.code ?? ''

  test.each(COMMANDS)('gives the command %s as a block of its own', (command) => {
    expect(codeBlocksOf(page, 'sh').map(({ code }) => code.trim())).toContain(command)
  })

  test('shows a lecturer that the server takes, every story of whom is in the example', async () => {
    await write(files)
    const { personas, documents } = await readKnowledge(dir)
    const [persona] = personas
    expect(personas).toHaveLength(1)
    expect(documents.length).toBeGreaterThan(0)
    expect(new Set(documents.map(({ collection }) => collection))).toEqual(new Set(persona?.collections))
  })

  test('shows a lecturer whose suggestions the example story answers', async () => {
    await write(files)
    const outcomes = await outcomesOfSuggestions()
    expect(Object.keys(outcomes).length).toBeGreaterThan(0)
    expect(Object.values(outcomes).filter((outcome) => outcome !== 'grounded')).toEqual([])
  })

  test('shows a consent record under which a real person speaks, until it is revoked', async () => {
    const real = (files[personaFile] ?? '').replace('speaker: fictional\n', consent)
    const revoked = /`(revoked: [^`]+)`/.exec(page)?.[1] ?? ''
    await write({ ...files, [personaFile]: real })
    const [persona] = (await readKnowledge(dir)).personas
    if (persona === undefined) throw new Error('There is no persona')
    const during = Date.parse('2027-05-01T00:00:00+08:00')
    expect(consentAllows(persona, 'text', during)).toBe(true)

    await write({ [personaFile]: real.replace(/^( *)from: .*\n/m, (line, indent) => `${line}${indent}${revoked}\n`) })
    const [silent] = (await readKnowledge(dir)).personas
    if (silent === undefined) throw new Error('There is no persona')
    expect(silent.consent?.revoked).toBeDefined()
    expect(consentAllows(silent, 'text', during)).toBe(false)
  })

  test('says truly that a real person without a consent record is refused', async () => {
    await write({ ...files, [personaFile]: (files[personaFile] ?? '').replace('fictional', 'real') })
    await expect(readKnowledge(dir)).rejects.toThrow(KnowledgeError)
  })
})

test('both READMEs show the same example files and the same commands', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map(readProjectFile)
  expect(exampleFiles(chinese ?? '')).toEqual(exampleFiles(english ?? ''))
  for (const language of ['html', 'js', 'yaml']) {
    const codes = (page = '') => codeBlocksOf(page, language).map(({ code }) => code)
    expect(codes(chinese)).toEqual(codes(english))
  }
})
