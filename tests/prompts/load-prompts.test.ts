import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fillPrompt, loadPrompts } from '../../server/prompts/load-prompts.ts'
import { ANSWER_PROMPTS } from '../../server/turn/compose-prompt.ts'

const SHIPPED = join(import.meta.dirname, '../../prompts')
const GOOD = '---\nid: a.b.zh\nversion: 2\nlanguage: zh\ndescription: 试一试\n---\n你是{{speaker}}。\n'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prompts-'))
})
afterEach(() => rm(directory, { recursive: true }))

const load = async (name: string, text: string) => {
  await writeFile(join(directory, name), text)
  return loadPrompts(directory)
}

describe('loadPrompts', () => {
  test('gives each prompt with the hash of its file', async () => {
    const prompts = await load('a.b.zh.md', GOOD)
    expect(prompts.ids).toEqual(['a.b.zh'])
    const hash = createHash('sha256').update(GOOD).digest('hex')
    expect(prompts.get('a.b.zh')).toMatchObject({ version: 2, language: 'zh', text: '你是{{speaker}}。', hash })
    expect(() => prompts.get('nobody')).toThrow('nobody')
  })

  test.each([
    ['a.b.zh.md', GOOD.replace('version: 2', 'version: two'), 'a.b.zh.md:3: version'],
    ['a.b.zh.md', GOOD.replace('language: zh\n', ''), 'language'],
    ['a.b.zh.md', GOOD.replace('language: zh', 'langauge: zh'), 'a.b.zh.md'],
    ['a.b.zh.md', GOOD.replace('id: a.b.zh', 'id: "a.b.zh'), 'a.b.zh.md'],
    ['other.md', GOOD, 'other.md:1: id'],
    ['a.b.zh.md', GOOD.replace('你是{{speaker}}。', ''), 'no text'],
    ['a.b.zh.md', GOOD.replace('speaker', 'secret'), 'a.b.zh.md:7: {{secret}}'],
    ['a.b.zh.md', '你是谁？', 'a.b.zh.md:1: '],
  ])('names file, line and reason of a bad %s (%#)', async (name, text, message) => {
    await expect(load(name, text)).rejects.toThrow(message)
  })

  test('misses a prompt that is needed', async () => {
    await writeFile(join(directory, 'a.b.zh.md'), GOOD)
    await expect(loadPrompts(directory, ['a.b.zh', 'c'])).rejects.toThrow('c.md')
  })
})

test('fillPrompt fills once: a value that looks like a variable stays as it is', async () => {
  const prompts = await load('a.b.zh.md', GOOD)
  const values = { speaker: '{{day}}$&', manner: '', language: '', noAnswer: '', day: '2026-01-01' }
  expect(fillPrompt(prompts.get('a.b.zh'), values)).toBe('你是{{day}}$&。')
})

test('the shipped prompts load, and ask for what the turn relies on', async () => {
  const prompts = await loadPrompts(SHIPPED, Object.values(ANSWER_PROMPTS))
  for (const id of Object.values(ANSWER_PROMPTS)) {
    const { text } = prompts.get(id)
    for (const needed of ['{{speaker}}', '{{manner}}', '{{language}}', '{{noAnswer}}', '[2]', '[1][3]']) {
      expect(text, id).toContain(needed)
    }
    // A fact in an example would end in an answer.
    expect(text.replace(/^(\d\.|- 说2到6句)/gm, ''), id).not.toMatch(/\d{2,}/)
    expect(await readFile(join(SHIPPED, `${id}.md`), 'utf8')).not.toMatch(/sk-|api.?key/i)
  }
})
