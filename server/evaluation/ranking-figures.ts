export interface RankingFigures {
  readonly r1: number
  readonly r5: number
  readonly r10: number
  readonly mrr10: number
  readonly ndcg10: number
}

/**
 * Figures of one ranking, best first, without repetitions. Recall at k is the share of the relevant that stand
 * among the first k; nDCG as in BEIR (gain = judgement, discount log2(rank + 1)).
 */
export function rankingFigures(ranking: readonly string[], relevant: ReadonlyMap<string, number>): RankingFigures {
  const recall = (depth: number) => ranking.slice(0, depth).filter((id) => relevant.has(id)).length / relevant.size
  const first = ranking.slice(0, 10).findIndex((id) => relevant.has(id))
  const gain = (gains: readonly number[]) => gains.reduce((sum, value, rank) => sum + value / Math.log2(rank + 2), 0)
  const ideal = [...relevant.values()].sort((left, right) => right - left).slice(0, 10)
  return {
    r1: recall(1),
    r5: recall(5),
    r10: recall(10),
    mrr10: first === -1 ? 0 : 1 / (first + 1),
    ndcg10: gain(ranking.slice(0, 10).map((id) => relevant.get(id) ?? 0)) / gain(ideal),
  }
}

/** The mean of each figure over the questions; zeros where there are none. */
export function meanFigures(figures: readonly RankingFigures[]): RankingFigures {
  const mean = (key: keyof RankingFigures) =>
    figures.reduce((sum, figure) => sum + figure[key], 0) / Math.max(1, figures.length)
  return { r1: mean('r1'), r5: mean('r5'), r10: mean('r10'), mrr10: mean('mrr10'), ndcg10: mean('ndcg10') }
}
