import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { buildLexicalIndex } from '../../server/retrieval/lexical-index.ts'
import type { Passage, RankedPassage } from '../../server/retrieval/passage.ts'

export const analyzer = createAnalyzer()

/** One passage a text, each a document of its own. */
export function storyPassages(texts: Readonly<Record<string, string>>): Passage[] {
  return Object.entries(texts).map(([title, text]) => ({
    id: `stories/test/${title}#0-${text.length}`,
    documentId: `stories/test/${title}`,
    documentHash: title,
    collection: 'stories/test',
    title,
    headings: [],
    start: 0,
    end: text.length,
    text,
    ordinal: 0,
    meta: { title, kind: 'story' as const, persona: 'test' },
  }))
}

/** The production index over some passages. */
export function storySearch(passages: readonly Passage[]) {
  const index = buildLexicalIndex(passages, analyzer)
  return {
    statistics: index.statistics,
    find: (text: string): RankedPassage[] =>
      index.search(text, 6).flatMap(({ ordinal, score }) => {
        const passage = passages[ordinal]
        return passage === undefined ? [] : [{ passage, score }]
      }),
  }
}

/** A small lecturer: a welder's first years, a contest, her advice. */
export const STORIES = storyPassages({
  第一道焊缝:
    '我叫梁小满，是1986年4月出生的，老家在湖南衡阳。2004年9月，我从株洲的技校毕业，进了湘东锅炉厂。我的师傅叫贺春生，厂里人喊他“贺铁手”。他话不多，只教我一句：“先看脚，再看手。”我一共废了三十一块试板，第三十二块他才点头。因为焊条受潮会让焊缝里有氢气，所以焊条用之前一定要烘干。',
  全省比武:
    '2011年6月，我第一次参加全省焊工比武，比赛在长沙举行。那一回我得了第二名，总分91.5。后来我每天多练两个小时仰焊。2013年我又去了，得了第一名，拿到“湖南省技术能手”称号。',
  给学生的话:
    '学生常问：想学焊接，你有什么建议？我对学生有三点建议。第一点，先练蹲，腿稳手才稳。第二点，准备一个本子，焊坏一次记一次。第三点，记录上不写假话。我女儿今年上初中，她想当医生。',
})
