import { createInsightExport, type InsightExport } from './export/export.ts'
import { createInsightReader, type InsightParts, type InsightReader } from './insight.ts'

/** Figures and files of what visitors ask and how it is answered, as each account may see them. */
export interface OpenInsight extends InsightReader {
  readonly export: InsightExport
}

export function openInsight(parts: InsightParts & { readonly now: () => number }): OpenInsight {
  const reader = createInsightReader(parts)
  return { ...reader, export: createInsightExport({ ...parts, reader }) }
}
