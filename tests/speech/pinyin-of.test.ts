import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { createPinyinOf } from '../../server/speech/pinyin-of.ts'
import { projectDir } from '../helpers/test-server.ts'

const read = createPinyinOf(readFileSync(join(projectDir, 'knowledge/language/pronunciations.txt'), 'utf8'))

/** Sentences with [words] in brackets, and the pinyin of these words. */
const cases = readFileSync(new URL('pinyin-cases.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t') as [string, string])

/** The pinyin of the words in brackets, as they are read in their sentence. */
function marked(sentence: string): string {
  const spans: [number, number][] = []
  let text = ''
  let open = 0
  for (const char of sentence) {
    if (char === '[') open = text.length
    else if (char === ']') spans.push([open, text.length])
    else text += char
  }
  const sounds = read(text)
  return spans
    .flatMap(([from, to]) => sounds.filter(({ start }) => start >= from && start < to))
    .map((sound) => (sound.kind === 'syllable' ? `${sound.syllable}${sound.tone}` : ''))
    .join(' ')
}

function said(text: string): string {
  return read(text)
    .map((sound) =>
      sound.kind === 'syllable' ? `${sound.syllable}${sound.tone}${sound.erhua ? 'r' : ''}` : sound.text,
    )
    .join(' ')
}

describe('createPinyinOf', () => {
  test.each([
    ['银行行长', 'yin2 hang2 hang2 zhang3'],
    ['重庆的行业', 'chong2 qing4 de0 hang2 ye4'],
    ['长征', 'chang2 zheng1'],
    ['焊条', 'han4 tiao2'],
    ['林悦', 'lin2 yue4'],
    ['调试卡盘', 'tiao2 shi4 qia3 pan2'],
    ['一会儿去哪儿', 'yi2 hui4r qu4 na3r'],
    ['女儿和儿子', 'nv3 er2 he2 er2 zi0'],
    ['自个儿', 'zi4 ge3r'],
    ['C N C编程', 'C N C bian1 cheng2'],
    ['好，走。', 'hao3 ， zou3 。'],
  ])('%s', (text, pinyin) => {
    expect(said(text)).toBe(pinyin)
  })

  test('has sentences enough, each once', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300)
    expect(new Set(cases.map(([sentence]) => sentence)).size).toBe(cases.length)
  })

  test.each(cases)('%s', (sentence, pinyin) => {
    expect(marked(sentence)).toBe(pinyin)
  })

  it('keeps the places of what it reads', () => {
    for (const { start, end } of read('𠮷师傅A I，好')) expect(end).toBeGreaterThan(start)
    expect(read('林悦，好').map(({ start }) => start)).toEqual([0, 1, 2, 3])
  })

  it('takes the longest word, and names a line that is not right', () => {
    const own = createPinyinOf('行 hang2\n一行代码 yi4 hang2 dai4 ma3 # 注\n')
    expect(own('一行代码').map((sound) => (sound.kind === 'syllable' ? sound.syllable : ''))).toContain('hang')
    expect(() => createPinyinOf('重庆 chong2')).toThrow('重庆')
    expect(() => createPinyinOf('重庆 chong qing')).toThrow('重庆')
  })
})
