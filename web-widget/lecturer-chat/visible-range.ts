/** How many turns are in the document at once; a turn is two rows. */
export const WINDOW_TURNS = 12
const STEP_TURNS = 5

/** The turns that are in the document: from `first` to before `end`. */
export interface VisibleRange {
  readonly first: number
  readonly end: number
}

/** The range that shows the newest turns. */
export function newestRange(count: number): VisibleRange {
  return { first: Math.max(0, count - WINDOW_TURNS), end: count }
}

/** The range after turns were added: it follows the end when it was there, and else stays where it is. */
export function rangeAfterChange(range: VisibleRange, before: number, count: number, following: boolean): VisibleRange {
  if (following || range.end > count || (range.end === before && count - range.first <= WINDOW_TURNS)) {
    return range.end === before && count - range.first <= WINDOW_TURNS ? { ...range, end: count } : newestRange(count)
  }
  return range
}

export function earlierRange(range: VisibleRange): VisibleRange {
  const first = Math.max(0, range.first - STEP_TURNS)
  return { first, end: Math.min(range.end, first + WINDOW_TURNS) }
}

export function laterRange(range: VisibleRange, count: number): VisibleRange {
  const end = Math.min(count, range.end + STEP_TURNS)
  return { first: Math.max(range.first, end - WINDOW_TURNS), end }
}
