import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detailSentence, errorSentence, waitWords } from '../../../web-widget/lecturer-console/parts/error-sentence.ts'
import { projectDir } from '../../helpers/test-server.ts'

/** The details of errors that the console's server side can send, as they stand in its sources. */
function detailsInSources(): string[] {
  const folders = ['accounts', 'review', 'corrections', 'knowledge', 'insight', 'routes']
  const files = folders.flatMap((folder) =>
    readdirSync(join(projectDir, 'server', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && (folder !== 'routes' || name.startsWith('console')))
      // Its errors are read by whoever runs a command.
      .filter((name) => name !== 'user-command.ts')
      .map((name) => join(projectDir, 'server', folder, name)),
  )
  const said = /(?:new ProtocolError\(\s*'[\w-]+',\s*|refused\()(['`])((?:(?!\1).)+)\1/g
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(said)].map(([, , text = '']) => text.replace(/\$\{[^}]*\}/g, '7')),
  )
}

describe('what went wrong, in the reader’s words', () => {
  it('has every detail of the server in Chinese', () => {
    const details = detailsInSources()
    expect(details.length).toBeGreaterThan(25)
    expect(details.filter((detail) => detailSentence(detail, 'zh') === undefined)).toEqual([])
  })

  it('shows no English to who reads Chinese', () => {
    const error = { code: 'not-possible', message: '现在不能这样做。', detail: 'Something new that nobody knows.' }
    expect(errorSentence(error, 'zh')).toBe('现在不能这样做。')
    expect(errorSentence({ ...error, message: 'Not now.' }, 'en')).toBe('Not now. Something new that nobody knows.')
    const moved = 'The source is not what the document says there now. Choose the passage again.'
    expect(errorSentence({ ...error, detail: moved }, 'zh')).toBe(
      '现在不能这样做。资料刚改过，原话不在那里了。请重新选一段。',
    )
  })

  it('names who is at work', () => {
    const error = { code: 'being-worked-on', message: '有人正在处理这一条。', detail: '王助理' }
    expect(errorSentence(error, 'zh')).toBe('王助理正在处理这一条。')
  })

  it.each([
    [0.4, '1 秒', '1 second'],
    [59, '59 秒', '59 seconds'],
    [60, '1 分钟', '1 minute'],
    [61, '2 分钟', '2 minutes'],
    [5_400, '90 分钟', '90 minutes'],
    [5_401, '2 小时', '2 hours'],
  ])('says how long %d seconds are, never less than it is', (seconds, zh, en) => {
    expect(waitWords(seconds, 'zh')).toBe(zh)
    expect(waitWords(seconds, 'en')).toBe(en)
    const error = { code: 'sign-in-throttled', message: '…', retryAfterSeconds: seconds }
    expect(errorSentence(error, 'zh')).toBe(`试的次数太多了，请过 ${zh}再登录。`)
  })
})
