import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toSimplified } from '../../server/transcription/to-simplified.ts'
import { projectDir } from '../helpers/test-server.ts'

it('makes Traditional writing Simplified', () => {
  expect(toSimplified('你的師傅是誰？電焊條為什麼要先烘乾？')).toBe('你的师傅是谁？电焊条为什么要先烘干？')
  expect(toSimplified('裡面有隻貓看著你')).toBe('里面有只猫看着你')
})

it('leaves Simplified writing, numbers and Latin letters as they are', () => {
  for (const text of ['你吃了么？', '什么是乾隆年间的著名工匠', 'AI 生成，2,000 元', '']) {
    expect(toSimplified(text)).toBe(text)
  }
  const folder = join(projectDir, 'knowledge')
  const files = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.md'))
  expect(files.length).toBeGreaterThan(3)
  const changed = new Set<string>()
  for (const name of files) {
    for (const line of readFileSync(join(folder, String(name)), 'utf8').split('\n')) {
      const after = toSimplified(line)
      if (after !== line) changed.add(`${line.slice(0, 60)} > ${after.slice(0, 60)}`)
    }
  }
  expect([...changed]).toEqual([])
})
