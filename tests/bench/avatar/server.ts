import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pinyin } from 'pinyin-pro'
import { alignSpeech } from '../../../server/speech/align-speech.ts'
import { splitSyllable } from '../../../server/speech/mandarin-finals.ts'
import { createPinyinOf, warmPinyin } from '../../../server/speech/pinyin-of.ts'
import { type SpokenClause, speechOf, spokenClauses } from '../../../server/speech/speech-of.ts'
import { espeakPinyin } from '../../helpers/espeak-pinyin.ts'
import { projectDir } from '../../helpers/test-server.ts'

/** The figures of the avatar's server half; times in milliseconds. */
export interface AvatarServerFigures {
  /** Syllable onsets against espeak's own events, on sentences that nothing was tuned on. */
  readonly onset: {
    readonly clauses: number
    readonly skipped: number
    readonly syllables: number
    readonly p50: number
    readonly p90: number
    readonly p95: number
    readonly p99: number
    readonly max: number
    /** Share of syllables whose mouth comes more than 45 ms after their sound. */
    readonly late: number
  }
  /** Time to make the units of a clause, pinyin and normalisation included. */
  readonly units: { readonly clauses: number; readonly p50: number; readonly p95: number; readonly mean: number }
  readonly coverage: { readonly syllables: number; readonly mapped: number }
  readonly bytesPerCharacter: { readonly units: number; readonly frame: number }
}

/** Sentences of these stories were looked at while the aligner was tuned; the others are held out. */
const TUNING = /robot|digital-twin|pension/

export async function measureAvatarServer(sentences = heldOutSentences()): Promise<AvatarServerFigures> {
  const pinyinOf = createPinyinOf(readFileSync(join(projectDir, 'knowledge/language/pronunciations.txt'), 'utf8'))
  warmPinyin(pinyinOf)
  const clauses = sentences.flatMap((sentence) => spokenClauses(sentence, pinyinOf, false))
  return {
    onset: await measureOnsets(clauses),
    units: measureUnits(sentences, (sentence) => spokenClauses(sentence, pinyinOf, false)),
    coverage: measureCoverage(),
    bytesPerCharacter: measureBytes(sentences, (sentence) => spokenClauses(sentence, pinyinOf, false)),
  }
}

/** The sentences of the shipped stories and policies, those for tuning or the others. */
export function heldOutSentences(tuning = false): string[] {
  return ['knowledge/stories', 'knowledge/policies'].flatMap((folder) =>
    readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && TUNING.test(name) === tuning)
      .sort()
      .flatMap((name) => {
        const [, , ...body] = readFileSync(join(projectDir, folder, name), 'utf8').split(/^---$/m)
        return body.join('').split(/(?<=[。！？])|\n/)
      })
      .filter((sentence) => /\p{Script=Han}/u.test(sentence)),
  )
}

async function measureOnsets(clauses: readonly SpokenClause[]): Promise<AvatarServerFigures['onset']> {
  // espeak says 儿 as a syllable of its own, and Latin letters in English.
  const usable = clauses.filter(({ sounds }) =>
    sounds.every((sound) => sound.kind === 'pause' || (sound.kind === 'syllable' && !sound.erhua)),
  )
  const truths = await espeakTruths(usable.map(({ sounds }) => espeakPinyin(sounds)))
  const errors: number[] = []
  let skipped = clauses.length - usable.length
  let measured = 0
  for (const [index, { sounds, track }] of usable.entries()) {
    const truth = truths[index]
    const syllables = sounds.filter(({ kind }) => kind === 'syllable').length
    if (truth === undefined || truth.words.length !== syllables) {
      skipped++
      continue
    }
    measured++
    const { times } = alignSpeech({ rate: truth.rate, samples: truth.samples }, track, sounds)
    const onsets = track.units.flatMap((unit, at) =>
      unit.viseme !== 'sil' && unit.sound !== track.units[at - 1]?.sound ? [times[at] ?? 0] : [],
    )
    for (const [at, onset] of onsets.entries()) errors.push(onset - (truth.words[at] ?? 0))
  }
  const sizes = errors.map(Math.abs).sort((left, right) => left - right)
  return {
    clauses: measured,
    skipped,
    syllables: errors.length,
    p50: quantile(sizes, 0.5),
    p90: quantile(sizes, 0.9),
    p95: quantile(sizes, 0.95),
    p99: quantile(sizes, 0.99),
    max: sizes.at(-1) ?? 0,
    late: errors.filter((error) => error > 45).length / errors.length,
  }
}

interface Truth {
  readonly rate: number
  readonly samples: Float32Array
  readonly words: readonly number[]
}

async function espeakTruths(texts: readonly string[]): Promise<Truth[]> {
  const child = spawn('python3', [join(projectDir, 'tests/bench/avatar/espeak-truth.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''))
  let output = ''
  for await (const piece of child.stdout.setEncoding('utf8')) output += piece
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const { rate, pcm, words } = JSON.parse(line) as { rate: number; pcm: string; words: number[] }
      const bytes = Buffer.from(pcm, 'base64')
      const samples = new Float32Array(bytes.length / 2)
      for (let index = 0; index < samples.length; index++) samples[index] = bytes.readInt16LE(index * 2) / 0x8000
      return { rate, samples, words }
    })
}

function measureUnits(
  sentences: readonly string[],
  clausesOf: (sentence: string) => SpokenClause[],
): AvatarServerFigures['units'] {
  const times: number[] = []
  for (let round = 0; round < 2; round++) {
    for (const sentence of sentences) {
      const started = performance.now()
      const { clauses } = speechOf(clausesOf(sentence), true)
      const spent = performance.now() - started
      // The first round compiles.
      if (round === 1) for (const _clause of clauses) times.push(spent / clauses.length)
    }
  }
  times.sort((left, right) => left - right)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  return { clauses: times.length, p50: quantile(times, 0.5), p95: quantile(times, 0.95), mean }
}

/** Every syllable of the 6,763 characters of GB 2312. */
export function gb2312Syllables(): string[] {
  const decoder = new TextDecoder('gb18030')
  const syllables = new Set<string>()
  for (let row = 0xb0; row <= 0xf7; row++) {
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const char = decoder.decode(Uint8Array.of(row, cell))
      if (!/^[\u4e00-\u9fa5]$/.test(char)) continue
      const [syllable] = pinyin(char, { type: 'array', toneType: 'none', v: true })
      if (syllable !== undefined) syllables.add(syllable)
    }
  }
  return [...syllables].sort()
}

function measureCoverage(): AvatarServerFigures['coverage'] {
  const syllables = gb2312Syllables()
  return {
    syllables: syllables.length,
    mapped: syllables.filter((syllable) => splitSyllable(syllable) !== undefined).length,
  }
}

function measureBytes(
  sentences: readonly string[],
  clausesOf: (sentence: string) => SpokenClause[],
): AvatarServerFigures['bytesPerCharacter'] {
  let characters = 0
  let units = 0
  let frame = 0
  for (const sentence of sentences) {
    const speech = speechOf(clausesOf(sentence), true)
    characters += sentence.length
    frame += JSON.stringify(speech).length
    for (const clause of speech.clauses) units += clause.units.length
  }
  return { units: units / characters, frame: frame / characters }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
