import type { InsightFilter } from '../../protocol/console-insight.ts'
import { dayName, dayNumber } from '../china-days.ts'

export const EXPORTS = ['turns', 'corrections', 'unanswered', 'figures'] as const
export type ExportKind = (typeof EXPORTS)[number]
export type ExportFormat = 'csv' | 'xlsx'

const NAMES: Readonly<Record<ExportKind, string>> = {
  turns: '问答记录',
  corrections: '修订',
  unanswered: '没答上来的问题',
  figures: '数据汇总',
}

/** What a file holds, in words: 「问答记录」. */
export function exportName(kind: ExportKind): string {
  return NAMES[kind]
}

/** The period in words, its last day included: 「2026-03-01至2026-03-31」. */
export function periodName({ from, to }: Pick<InsightFilter, 'from' | 'to'>): string {
  return `${dayName(dayNumber(from))}至${dayName(dayNumber(to - 1))}`
}

/** The header that names a download: in Chinese by RFC 5987, with a plain name for what does not read that. */
export function contentDisposition(
  kind: ExportKind,
  format: ExportFormat,
  period: Pick<InsightFilter, 'from' | 'to'>,
): string {
  const plain = `${kind}-${dayName(dayNumber(period.from))}.${format}`
  const chinese = encodeURIComponent(`AI分身_${exportName(kind)}_${periodName(period)}.${format}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${chinese}`
}
