import { elementAt, itemAt } from '../matrix.ts'
import type { DrawCounts } from './ranking.ts'

/** Rows of an experiment: what came of each, and whether it was treated (1) or not (0). */
export type TreatedRows = {
  readonly outcomes: ArrayLike<number>
  readonly treatments: ArrayLike<number>
}

/** A point of the Qini curve: what treating the first share of people, best first, brought, over all people of both arms. */
export type QiniPoint = { readonly share: number; readonly gain: number }

/** Rows in order of their scores, highest first; sorted once, figures can be taken of any resample. */
export type UpliftRanking = {
  /** The row at each rank. */
  readonly rows: Uint32Array
  readonly outcomes: Float64Array
  readonly isTreated: Uint8Array
  readonly scores: Float64Array
}

export function rankUplift({ outcomes, treatments }: TreatedRows, scores: ArrayLike<number>): UpliftRanking {
  const byRow = Float64Array.from(scores)
  const rows = Uint32Array.from(byRow, (_, row) => row)
  rows.sort((a, b) => elementAt(byRow, b) - elementAt(byRow, a))
  return {
    rows,
    outcomes: Float64Array.from(rows, (row) => itemAt(outcomes, row)),
    isTreated: Uint8Array.from(rows, (row) => itemAt(treatments, row)),
    scores: Float64Array.from(rows, (row) => elementAt(byRow, row)),
  }
}

/**
 * The Qini curve (Radcliffe, 2007): among the first of them, the outcomes of the treated less those of the control, the control
 * counted up to as many as are treated, over the number of people in both arms. People of one score come in together.
 */
export function qiniCurve(rows: TreatedRows, scores: ArrayLike<number>): QiniPoint[] {
  const points: QiniPoint[] = [{ share: 0, gain: 0 }]
  visitQini(rankUplift(rows, scores), undefined, (share, gain) => points.push({ share, gain }))
  return points
}

/**
 * The area between the Qini curve and the straight line of treating people at random, in outcomes a person of the
 * experiment; 0 by chance, below 0 for an order worse than none. NaN where an arm is empty.
 */
export function qiniArea(rows: TreatedRows, scores: ArrayLike<number>): number {
  return rankedQiniArea(rankUplift(rows, scores))
}

/** The area of a resample: how often each row (by its place before sorting) was drawn. */
export function rankedQiniArea(ranking: UpliftRanking, times?: DrawCounts): number {
  let [area, lastShare, lastGain] = [0, 0, 0]
  visitQini(ranking, times, (share, gain) => {
    area += ((share - lastShare) * (lastGain + gain)) / 2
    lastShare = share
    lastGain = gain
  })
  return area - lastGain / 2
}

/** Tells the curve after each run of equal scores. */
function visitQini(
  { rows, outcomes, isTreated, scores }: UpliftRanking,
  times: DrawCounts | undefined,
  visit: (share: number, gain: number) => void,
): void {
  const all = countRows(rows, isTreated, times)
  const counts = new Float64Array(2)
  const sums = new Float64Array(2)
  for (let rank = 0; rank < rows.length; ) {
    const score = elementAt(scores, rank)
    let drawnCount = 0
    do {
      const drawn = times === undefined ? 1 : itemAt(times, rows[rank] ?? 0)
      const arm = isTreated[rank] ?? 0
      counts[arm] = elementAt(counts, arm) + drawn
      sums[arm] = elementAt(sums, arm) + drawn * elementAt(outcomes, rank)
      drawnCount += drawn
      rank++
    } while (rank < rows.length && elementAt(scores, rank) === score)
    if (drawnCount === 0) continue
    const [controls, treated] = [elementAt(counts, 0), elementAt(counts, 1)]
    const expected = controls === 0 ? 0 : (elementAt(sums, 0) * treated) / controls
    visit((controls + treated) / all, (elementAt(sums, 1) - expected) / all)
  }
}

/** How many were drawn; NaN where an arm is empty. */
function countRows(rows: Uint32Array, isTreated: Uint8Array, times: DrawCounts | undefined): number {
  let [all, treated] = [0, 0]
  for (let rank = 0; rank < rows.length; rank++) {
    const drawn = times === undefined ? 1 : itemAt(times, rows[rank] ?? 0)
    all += drawn
    if (isTreated[rank] === 1) treated += drawn
  }
  return treated === 0 || treated === all ? Number.NaN : all
}
