import { elementAt, itemAt } from '../matrix.ts'

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
  const byRow = Float64Array.from(scores)
  rows.sort((a, b) => elementAt(byRow, b) - elementAt(byRow, a))
  return {
    rows,
    labels: Float64Array.from(rows, (row) => itemAt(labels, row)),
    scores: Float64Array.from(rows, (row) => elementAt(byRow, row)),
  }
}

/** Visits the runs of equal scores of which a row was drawn, highest score first. */
export function forEachRun(
  { rows, labels, scores }: Ranking,
  times: DrawCounts | undefined,
  visit: (run: ScoreRun) => void,
): void {
  for (let rank = 0; rank < rows.length; ) {
    const score = elementAt(scores, rank)
    let [count, sum] = [0, 0]
    do {
      const drawn = drawnAt(times, rows, rank)
      count += drawn
      sum += drawn * elementAt(labels, rank++)
    } while (rank < rows.length && elementAt(scores, rank) === score)
    if (count > 0) visit({ score, count, sum })
  }
}

/** How many rows were drawn, and the sum of their labels. */
export function totalsOf({ rows, labels }: Ranking, times?: DrawCounts): { count: number; sum: number } {
  let [count, sum] = [0, 0]
  for (let rank = 0; rank < rows.length; rank++) {
    const drawn = drawnAt(times, rows, rank)
    count += drawn
    sum += drawn * elementAt(labels, rank)
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
    const drawn = drawnAt(times, rows, rank)
    if (drawn === 0) continue
    count += drawn
    sum += drawn * figure(elementAt(labels, rank), elementAt(scores, rank))
  }
  return sum / count
}

/** How often the row at a rank was drawn; apart from other reads, so that it sees one kind of array. */
function drawnAt(times: DrawCounts | undefined, rows: Uint32Array, rank: number): number {
  return times === undefined ? 1 : (times[rows[rank] ?? 0] ?? 0)
}
