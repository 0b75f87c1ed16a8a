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
  /** Figures of each rank that were taken once, by what they are. */
  readonly figures: Map<RowFigure, Float64Array>
  /** Room for the runs of one resample after the other. */
  readonly room: Omit<ScoreRuns, 'length'>
}

export type DrawCounts = ArrayLike<number>

/** What is averaged over rows, of a row's label and score. */
type RowFigure = (label: number, score: number) => number

/** Runs of equal scores, highest first: how many rows of each were drawn, and the sum of their labels. */
export type ScoreRuns = {
  readonly length: number
  readonly scores: Float64Array
  readonly counts: Float64Array
  readonly sums: Float64Array
}

/** Rows of one score: how many were drawn, and the sum of their labels. */
export type ScoreRun = { readonly score: number; readonly count: number; readonly sum: number }

export function rankRows(labels: ArrayLike<number>, scores: ArrayLike<number>): Ranking {
  const rows = Uint32Array.from({ length: labels.length }, (_, row) => row)
  const byRow = Float64Array.from(scores)
  rows.sort((a, b) => elementAt(byRow, b) - elementAt(byRow, a))
  const room = () => new Float64Array(rows.length)
  return {
    rows,
    labels: Float64Array.from(rows, (row) => itemAt(labels, row)),
    scores: Float64Array.from(rows, (row) => elementAt(byRow, row)),
    figures: new Map(),
    room: { scores: room(), counts: room(), sums: room() },
  }
}

/**
 * The runs of which a row was drawn. They lie in the ranking's own room, until the next are asked for: figures over hundreds of
 * resamples would else spend their time on making runs and throwing them away.
 */
export function runsOf({ rows, labels, scores, room }: Ranking, times?: DrawCounts): ScoreRuns {
  let [length, count, sum] = [0, 0, 0]
  const last = rows.length - 1
  for (let rank = 0; rank <= last; rank++) {
    const drawn = drawnAt(times, rows, rank)
    const score = elementAt(scores, rank)
    count += drawn
    sum += drawn * elementAt(labels, rank)
    if (rank < last && elementAt(scores, rank + 1) === score) continue
    if (count > 0) {
      room.scores[length] = score
      room.counts[length] = count
      room.sums[length++] = sum
    }
    count = 0
    sum = 0
  }
  return { length, ...room }
}

/** Visits the runs of equal scores of which a row was drawn, highest score first. */
export function forEachRun(
  ranking: Ranking,
  times: DrawCounts | undefined,
  visit: (run: ScoreRun) => void,
): void {
  const { length, scores, counts, sums } = runsOf(ranking, times)
  for (let run = 0; run < length; run++)
    visit({ score: elementAt(scores, run), count: elementAt(counts, run), sum: elementAt(sums, run) })
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

/** The mean over the drawn rows of a figure of label and score; each row's is taken once, however many resamples follow. */
export function meanOver(ranking: Ranking, times: DrawCounts | undefined, figure: RowFigure): number {
  return meanOfRanks(ranking, times, figuresOfRanks(ranking, figure))
}

/** A figure of each rank, taken when it is first asked for. */
export function figuresOfRanks({ labels, scores, figures }: Ranking, figure: RowFigure): Float64Array {
  const known = figures.get(figure)
  if (known !== undefined) return known
  const values = labels.map((label, rank) => figure(label, elementAt(scores, rank)))
  figures.set(figure, values)
  return values
}

/** The mean over the drawn rows of values by rank. */
export function meanOfRanks({ rows }: Ranking, times: DrawCounts | undefined, values: Float64Array): number {
  let [count, sum] = [0, 0]
  for (let rank = 0; rank < rows.length; rank++) {
    const drawn = drawnAt(times, rows, rank)
    if (drawn === 0) continue
    count += drawn
    sum += drawn * elementAt(values, rank)
  }
  return sum / count
}

export function squaredError(label: number, score: number): number {
  return (label - score) ** 2
}

/** How often the row at a rank was drawn; apart from other reads, so that it sees one kind of array. */
function drawnAt(times: DrawCounts | undefined, rows: Uint32Array, rank: number): number {
  return times === undefined ? 1 : (times[rows[rank] ?? 0] ?? 0)
}
