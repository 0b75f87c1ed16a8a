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
  /** The draws and runs of the resample that was asked about last. */
  readonly room: Room
}

type Room = Omit<ScoreRuns, 'length'> & {
  readonly draws: Float64Array
  drawn: DrawCounts | 'nothing' | 'all'
  runsFrom: DrawCounts | 'nothing' | 'all'
  runs: number
}

/** Never changed once it was handed over: what is read off one resample is kept until the next. */
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
    room: {
      ...{ draws: room(), scores: room(), counts: room(), sums: room() },
      ...{ drawn: 'nothing', runsFrom: 'nothing', runs: 0 },
    },
  }
}

/**
 * The runs of which a row was drawn. They lie in the ranking's own room, until the next are asked for: figures over hundreds of
 * resamples would else spend their time on making runs and throwing them away.
 */
export function runsOf(ranking: Ranking, times?: DrawCounts): ScoreRuns {
  const { labels, scores, room } = ranking
  const { scores: runScores, counts, sums } = room
  const asked = times ?? 'all'
  if (room.runsFrom === asked) return { length: room.runs, scores: runScores, counts, sums }
  room.runsFrom = asked
  const drawn = drawsOf(ranking, times)
  const rowCount = scores.length
  let length = 0
  let count = 0
  let sum = 0
  let score = elementAt(scores, 0)
  for (let rank = 0; rank < rowCount; rank++) {
    const next = elementAt(scores, rank)
    if (next !== score) {
      runScores[length] = score
      counts[length] = count
      sums[length] = sum
      // A run that nobody was drawn of is written over.
      if (count > 0) length++
      count = 0
      sum = 0
      score = next
    }
    const own = elementAt(drawn, rank)
    count += own
    sum += own * elementAt(labels, rank)
  }
  if (count > 0) {
    runScores[length] = score
    counts[length] = count
    sums[length++] = sum
  }
  room.runs = length
  return { length, scores: runScores, counts, sums }
}

/** How often the row at each rank was drawn, in the ranking's own room. */
function drawsOf({ rows, room }: Ranking, times: DrawCounts | undefined): Float64Array {
  const { draws } = room
  if (room.drawn === (times ?? 'all')) return draws
  room.drawn = times ?? 'all'
  if (times === undefined) return draws.fill(1)
  for (let rank = 0; rank < draws.length; rank++) draws[rank] = times[rows[rank] ?? 0] ?? 0
  return draws
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
export function totalsOf(ranking: Ranking, times?: DrawCounts): { count: number; sum: number } {
  const { labels } = ranking
  const drawn = drawsOf(ranking, times)
  let count = 0
  let sum = 0
  for (let rank = 0; rank < drawn.length; rank++) {
    const own = elementAt(drawn, rank)
    count += own
    sum += own * elementAt(labels, rank)
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
export function meanOfRanks(ranking: Ranking, times: DrawCounts | undefined, values: Float64Array): number {
  const drawn = drawsOf(ranking, times)
  let count = 0
  let sum = 0
  for (let rank = 0; rank < drawn.length; rank++) {
    const own = elementAt(drawn, rank)
    count += own
    // What was not drawn takes no part, were it infinite.
    sum += own > 0 ? own * elementAt(values, rank) : 0
  }
  return sum / count
}

export function squaredError(label: number, score: number): number {
  return (label - score) ** 2
}
