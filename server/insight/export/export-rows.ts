import type { Insight } from '../../protocol/console-insight.ts'
import {
  countCorrections,
  countTurns,
  exportCorrections,
  exportTurns,
  exportUnanswered,
  MOST_UNANSWERED,
  type RowReader,
  TURN_WITHOUT_WORDS,
  UNANSWERED_WITHOUT_WORDS,
} from './read-rows.ts'

export type Cell = string | number | null

/** A table for a file. Rows come in batches, each read only when it is asked for. */
export interface ExportTable {
  readonly header: readonly string[]
  /** How many rows there are at most, as of now. */
  rows(): Promise<number>
  batches(): AsyncGenerator<readonly ExportRow[]>
  /** What becomes of a row when the words of its turn are deleted. */
  readonly withoutWords: WithoutWords
}

export interface ExportRow {
  readonly cells: readonly Cell[]
  /** The turn whose words the row holds; null where it holds nobody's. */
  readonly answerId: string | null
}

/** Cells by their number, as they are without words; all others stay. */
export type WithoutWords = ReadonlyMap<number, Cell>

export const turnsTable = (reader: RowReader): ExportTable => ({
  header: [
    '标识',
    '时间',
    '分身',
    '来源网站',
    '渠道',
    '访客的问题',
    'AI 的回答',
    '结果',
    '依据',
    '评价',
    '评价的原因',
    '留言',
    '复核',
    '复核人',
    '回答编号',
  ],
  rows: () => countTurns(reader),
  batches: () => exportTurns(reader),
  withoutWords: TURN_WITHOUT_WORDS,
})

export const correctionsTable = (reader: RowReader): ExportTable => ({
  header: [
    '标识',
    '分身',
    '状态',
    '问题',
    '其他问法',
    '修订后的回答',
    '出处',
    '有效期至',
    '撰写人',
    '批准人',
    '写于',
    '上线于',
    '答过几次',
    '修订编号',
  ],
  rows: () => countCorrections(reader),
  batches: () => exportCorrections(reader),
  withoutWords: new Map(),
})

export const unansweredTable = (reader: RowReader): ExportTable => ({
  header: ['分身', '没答上来的问题', '问过几次', '最近一次', '等讲师回复的人数'],
  rows: async () => MOST_UNANSWERED,
  batches: () => exportUnanswered(reader),
  withoutWords: UNANSWERED_WITHOUT_WORDS,
})

/** The figures of each day, then those of the period. */
export const figuresTable = ({ days, totals }: Insight): ExportTable => ({
  header: ['日期', '提问', '访客', '答上来', '其中用修订作答', '没答上来', '赞', '踩', '满意度', '有依据的问题占比'],
  rows: async () => days.length + 1,
  async *batches() {
    const rowOf = (name: string, row: Omit<Insight['days'][number], 'day'>): ExportRow => ({
      answerId: null,
      cells: [
        name,
        row.questions,
        row.visitors,
        row.answered,
        row.corrected,
        row.declined,
        row.up,
        row.down,
        percent(row.up + row.down === 0 ? null : row.up / (row.up + row.down)),
        percent(row.coverage),
      ],
    })
    yield [...days.map((row) => rowOf(row.day, row)), rowOf('合计', totals)]
  },
  withoutWords: new Map(),
})

function percent(share: number | null): string | null {
  return share === null ? null : `${(share * 100).toFixed(1)}%`
}
