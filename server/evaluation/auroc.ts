/**
 * The area under the ROC curve: how often a positive scores above a negative, ties counting half (Mann–Whitney). NaN where one side is empty.
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ]
  all.sort((left, right) => left.score - right.score)
  let rankSum = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.score === all[from]?.score) to += 1
    const rank = (from + to + 1) / 2
    for (let index = from; index < to; index += 1) if (all[index]?.positive === true) rankSum += rank
    from = to
  }
  const count = positives.length
  return (rankSum - (count * (count + 1)) / 2) / (count * negatives.length)
}
