/** Which letter of a source each letter of a claim was taken from. */
export interface Alignment {
  /** For each code unit of the claim the index in the source, or -1. Rising. */
  readonly toSource: Int32Array
  /** The other way round. */
  readonly toClaim: Int32Array
  /** Higher is closer; compares only for one claim. */
  readonly score: number
}

const BREAK = /[,。;!?:、\n]/
const LONGEST = 400
const CONTIGUOUS = 1.5

/**
 * Aligns two short texts letter by letter: the longest common subsequence, with a bonus for letters that stay together,
 * so that runs win over scattered letters. Matches that stand alone are dropped.
 */
export function align(claim: string, source: string): Alignment {
  const rows = Math.min(claim.length, LONGEST)
  const columns = Math.min(source.length, LONGEST)
  const width = columns + 1
  const matched = new Float32Array((rows + 1) * width)
  const best = new Float32Array((rows + 1) * width)
  for (let row = 1; row <= rows; row++) {
    const letter = claim.charCodeAt(row - 1)
    for (let column = 1; column <= columns; column++) {
      const at = row * width + column
      const skip = Math.max(best[at - width] ?? 0, best[at - 1] ?? 0)
      let here = 0
      if (letter === source.charCodeAt(column - 1)) {
        const before = at - width - 1
        const run = matched[before] ?? 0
        here = 1 + Math.max(best[before] ?? 0, run > 0 ? run + CONTIGUOUS : 0)
      }
      matched[at] = here
      best[at] = Math.max(here, skip)
    }
  }
  const toSource = new Int32Array(claim.length).fill(-1)
  const toClaim = new Int32Array(source.length).fill(-1)
  let row = rows
  let column = columns
  while (row > 0 && column > 0) {
    const at = row * width + column
    const here = matched[at] ?? 0
    if (here > 0 && here === best[at]) {
      // Follow the run down to where it began.
      for (;;) {
        toSource[row - 1] = column - 1
        toClaim[column - 1] = row - 1
        const now = matched[row * width + column] ?? 0
        row--
        column--
        const run = matched[row * width + column] ?? 0
        if (run <= 0 || now !== 1 + run + CONTIGUOUS) break
      }
    } else if ((best[at - width] ?? 0) >= (best[at - 1] ?? 0)) row--
    else column--
  }
  dropLoners(toSource, toClaim, source)
  return { toSource, toClaim, score: best[rows * width + columns] ?? 0 }
}

function dropLoners(toSource: Int32Array, toClaim: Int32Array, text: string): void {
  for (let at = 0; at < toSource.length; at++) {
    const source = toSource[at] ?? -1
    if (source < 0) continue
    const before = at > 0 && toSource[at - 1] === source - 1 && source > 0
    const after = at + 1 < toSource.length && toSource[at + 1] === source + 1
    if (before || after) continue
    // A single letter counts where it begins or ends a clause on both sides.
    if (at === 0 && (source === 0 || BREAK.test(text.charAt(source - 1)))) continue
    if (at === toSource.length - 1 && (source === text.length - 1 || BREAK.test(text.charAt(source + 1)))) continue
    toSource[at] = -1
    toClaim[source] = -1
  }
}
