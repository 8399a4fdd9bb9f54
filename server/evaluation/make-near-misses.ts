import { CONTRASTING } from '../corrections/common-synonyms.ts'
import type { PackParaphrase, ParaphrasePack } from './paraphrase-pack.ts'

const LONGEST = 3
/** The same asked about somebody else. */
const PERSONS: readonly (readonly [RegExp, string])[] = [
  [/[你您](?!们|师|徒|爱|儿|女|爸|妈|父|母|老|家|娘|爹)/u, '他'],
  [/[你您](?!们|师|徒)/u, '你师傅'],
  [/他(?!们)/u, '你'],
]

/** Near-misses made by rule from the canonical questions: another of a list of differing things, another number, another person. */
export function nearMissesOf({ corrections }: ParaphrasePack): ParaphrasePack {
  const lists = new Map<number, string[]>()
  for (const [word, groups] of CONTRASTING)
    for (const group of groups) lists.set(group, [...(lists.get(group) ?? []), word])
  const questions = corrections.flatMap(({ id, scope, phrasings: [question = ''] }) => {
    const others = [
      ...[...CONTRASTING].flatMap(([word, groups]) =>
        word.length > 1 && question.includes(word)
          ? groups.flatMap((group) =>
              (lists.get(group) ?? [])
                .filter((other) => other.length === word.length && other !== word)
                .slice(0, 1)
                .map((other) => question.replace(word, other)),
            )
          : [],
      ),
      ...PERSONS.map(([pattern, other]) => question.replace(pattern, other)),
      question.replace(/[1-8](?!\d)/u, (digit) => String(Number(digit) + 1)),
      question.replace(/第[一二三]/u, (rank) => (rank === '第一' ? '第二' : '第一')),
    ]
    const texts = [...new Set(others)].filter((text) => text !== question).slice(0, LONGEST)
    return texts.map(
      (text, number): PackParaphrase => ({ id: `${id}-made${number}`, text, scope, answeredBy: new Set(), near: id }),
    )
  })
  return { corrections, questions }
}
