import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { partOf, readJsonLines } from './answer-pack.ts'
import type { PackCorrection, PackParaphrase, ParaphrasePack } from './paraphrase-pack.ts'
import { readRetrievalPack } from './retrieval-pack.ts'
import { rewordQuestion } from './reword-question.ts'
import { seededRandom } from './seeded-random.ts'

/**
 * Makes a pack for corrections from the questions of a retrieval pack: half of them become corrections, asked again by rules and, where
 * `queries_typo.jsonl` is there, with homophone errors; the other half must hit nothing, and those about the same passage are near.
 * @throws where the pack cannot be read.
 */
export function questionPack(packDir: string, seed: number): ParaphrasePack {
  const random = seededRandom(seed)
  const { questions: all } = readRetrievalPack(packDir)
  const typoFile = join(packDir, 'queries_typo.jsonl')
  const typos = new Map(
    existsSync(typoFile) ? readJsonLines<{ id: string; text: string }>(typoFile).map(({ id, text }) => [id, text]) : [],
  )
  const corrections: PackCorrection[] = []
  const questions: PackParaphrase[] = []
  for (const { id, text } of all) {
    if (partOf(id, 2) === 0) {
      questions.push({ id, text, scope: '', answeredBy: new Set() })
      continue
    }
    corrections.push({ id, scope: '', phrasings: [text], notThese: [] })
    const answeredBy = new Set([id])
    questions.push({ id: `${id}-reworded`, text: rewordQuestion(text, random), scope: '', answeredBy })
    const typo = typos.get(id)
    if (typo !== undefined)
      questions.push({ id: `${id}-typo`, text: rewordQuestion(typo, random), scope: '', answeredBy })
  }
  return { corrections, questions }
}
