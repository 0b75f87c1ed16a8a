/**
 * Rows in order of their scores, highest first. Sorted once, figures can be taken of it for any resample: `times` says how
 * often each row (by its place before sorting) was drawn; left out, once each.
 */
export type Ranking = {
  /** The row at each rank; equal scores in row order. */
  readonly rows: Uint32Array
  /** Label and score by rank. */
  readonly labels: Float64Array
  readonly scores: Float64Array
}

export type DrawCounts = ArrayLike<number>

/** Rows of one score: how many were drawn, and the sum of their labels. */
export type ScoreRun = { readonly score: number; readonly count: number; readonly sum: number }

export function rankRows(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranking {
  const rows = Uint32Array.from({ length: labels.length }, (_, row) => row)
  rows.sort((a, b) => at(scores, b) - at(scores, a))
  return {
    rows,
    labels: Float64Array.from(rows, (row) => at(labels, row)),
    scores: Float64Array.from(rows, (row) => at(scores, row)),
  }
}

/** Visits the runs of equal scores of which a row was drawn, highest score first. */
export function forEachRun(
  { rows, labels, scores }: Ranking,
  times: DrawCounts | undefined,
  visit: (run: ScoreRun) => void,
): void {
  for (let rank = 0; rank < rows.length; ) {
    const score = at(scores, rank)
    let [count, sum] = [0, 0]
    do {
      const drawn = times === undefined ? 1 : at(times, at(rows, rank))
      count += drawn
      sum += drawn * at(labels, rank++)
    } while (rank < rows.length && at(scores, rank) === score)
    if (count > 0) visit({ score, count, sum })
  }
}

/** How many rows were drawn, and the sum of their labels. */
export function totalsOf({ rows, labels }: Ranking, times?: DrawCounts): { count: number; sum: number } {
  let [count, sum] = [0, 0]
  for (let rank = 0; rank < rows.length; rank++) {
    const drawn = times === undefined ? 1 : at(times, at(rows, rank))
    count += drawn
    sum += drawn * at(labels, rank)
  }
  return { count, sum }
}

/** The mean over the drawn rows of a figure of label and score. */
export function meanOver(
  { rows, labels, scores }: Ranking,
  times: DrawCounts | undefined,
  figure: (label: number, score: number) => number,
): number {
  let [count, sum] = [0, 0]
  for (let rank = 0; rank < rows.length; rank++) {
    const drawn = times === undefined ? 1 : at(times, at(rows, rank))
    if (drawn === 0) continue
    count += drawn
    sum += drawn * figure(at(labels, rank), at(scores, rank))
  }
  return sum / count
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN
}
