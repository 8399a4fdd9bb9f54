import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig, SETTING_NAMES } from '../../server/config.ts'
import { createMetrics } from '../../server/routes/metrics.ts'
import { RECORDINGS_PER_ADDRESS, RECORDINGS_PER_SESSION } from '../../server/routes/transcriptions.ts'
import {
  QUESTIONS_PER_ADDRESS,
  QUESTIONS_PER_SESSION,
  SESSIONS_PER_ADDRESS,
} from '../../server/sessions/chat-connection.ts'
import { MAX_AUDIO_BYTES, MAX_AUDIO_SECONDS } from '../../server/transcription/transcribe-speech.ts'
import { readProjectFile, sectionOf, tableOf } from './read-markdown.ts'

const page = readProjectFile('docs/operating.md')
const settings = tableOf(sectionOf(page, '## Settings')).map(({ setting = '', default: value = '' }) => ({
  name: setting,
  value: value === '–' ? '' : value,
}))
const example = [...readProjectFile('.env.example').matchAll(/^# ?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, name = '', value = '']) => ({ name, value }),
)

let projectDir = ''
beforeAll(() => {
  projectDir = mkdtempSync(join(tmpdir(), 'lecturer-avatars-docs-'))
  mkdirSync(join(projectDir, 'knowledge'))
})
afterAll(() => rmSync(projectDir, { recursive: true, force: true }))

test('docs/operating.md lists every setting, in the order of server/config.ts', () => {
  expect(settings.map(({ name }) => name)).toEqual([...SETTING_NAMES])
})

test('.env.example lists the same settings with the same defaults', () => {
  expect(example).toEqual(settings)
})

test('.env.example sets nothing by itself', () => {
  expect(readProjectFile('.env.example').match(/^[^#\n].*$/gm)).toBeNull()
})

test('the documented defaults are those of server/config.ts', () => {
  // Models are named, so that their settings show.
  const model = { CHAT_MODEL: 'm', OPENAI_API_KEY: 'k', JUDGE_MODEL: 'j' }
  const documented = Object.fromEntries(settings.filter(({ value }) => value !== '').map((s) => [s.name, s.value]))
  expect(Object.keys(documented).length).toBeGreaterThan(5)
  expect(readConfig({ ...documented, ...model }, projectDir)).toEqual(readConfig(model, projectDir))
})

test('docs/operating.md lists every metric of the product with its labels', async () => {
  const { registry } = createMetrics(() => 0)
  const registered = await Promise.all(
    registry.getMetricsAsArray().map(async (metric) => ({
      metric: metric.name,
      labels: (metric as unknown as { labelNames: readonly string[] }).labelNames.join(', '),
    })),
  )
  const own = registered.filter(({ metric }) => metric.startsWith('lecturer_'))
  expect(own.length).toBeGreaterThan(0)
  const documented = tableOf(sectionOf(page, '## Metrics')).map(({ metric, labels }) => ({ metric, labels }))
  expect(documented.sort(byName)).toEqual(own.sort(byName))
})

test('docs/operating.md tells the rate limits as they are', () => {
  const rows = Object.fromEntries(
    tableOf(sectionOf(page, '## Limits')).map(({ what = '', limit = '' }) => [what, limit]),
  )
  const words = ({ capacity, refillPerSecond }: { capacity: number; refillPerSecond: number }) =>
    `${capacity.toLocaleString('en-GB')} at once, then ${refillPerSecond} a second`
  expect(rows['questions of one session']).toBe(words(QUESTIONS_PER_SESSION))
  expect(rows['questions from one address']).toContain(words(QUESTIONS_PER_ADDRESS))
  expect(SESSIONS_PER_ADDRESS).toEqual(QUESTIONS_PER_ADDRESS)
  expect(rows['recordings of one session']).toBe(words(RECORDINGS_PER_SESSION))
  expect(rows['recordings from one address']).toBe(words(RECORDINGS_PER_ADDRESS))
  expect(rows['a recording']).toContain(`${MAX_AUDIO_BYTES / 1024 ** 2} MiB, ${MAX_AUDIO_SECONDS} seconds`)
})

function byName(left: { metric: string | undefined }, right: { metric: string | undefined }): number {
  return String(left.metric) < String(right.metric) ? -1 : 1
}
