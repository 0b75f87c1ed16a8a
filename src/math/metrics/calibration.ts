import { elementAt } from '../matrix.ts'
import { type DrawCounts, type Ranking, rankRows, runsOf } from './ranking.ts'

/** Rows of like probability: what was said and what came. */
export type CalibrationBin = { readonly predicted: number; readonly observed: number; readonly count: number }

export type CalibrationOptions = {
  readonly binCount?: number
  /** Bins of equally many rows (default), or of equal width in probability. */
  readonly bins?: 'equal_count' | 'equal_width'
}

/**
 * Mean probability and observed rate by bin, lowest first; empty bins are left out. Rows of equal probability that fall
 * into several bins share their labels evenly.
 */
export function calibrationCurve(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationOptions = {},
): CalibrationBin[] {
  return rankedCalibration(rankRows(labels, probabilities), options)
}

/** Mean distance of probability and observed rate over the bins, weighed by their rows (Naeini et al., 2015). */
export function expectedCalibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationOptions = {},
): number {
  return rankedCalibrationError(rankRows(labels, probabilities), undefined, options)
}

/** The expected calibration error of a resample. */
export function rankedCalibrationError(
  ranking: Ranking,
  times?: DrawCounts,
  options: CalibrationOptions = {},
): number {
  const curve = rankedCalibration(ranking, options, times)
  let [sum, count] = [0, 0]
  for (const bin of curve) {
    sum += bin.count * Math.abs(bin.predicted - bin.observed)
    count += bin.count
  }
  return sum / count
}

function rankedCalibration(
  ranking: Ranking,
  { binCount = 10, bins = 'equal_count' }: CalibrationOptions,
  times?: DrawCounts,
): CalibrationBin[] {
  const { length, scores, counts, sums: labelSums } = runsOf(ranking, times)
  let total = 0
  for (let run = 0; run < length; run++) total += elementAt(counts, run)
  const bin = () => new Float64Array(binCount)
  const [predicted, observed, rows] = [bin(), bin(), bin()]
  const add = (place: number, count: number, score: number, rate: number) => {
    const own = Math.max(0, Math.min(binCount - 1, place))
    predicted[own] = elementAt(predicted, own) + count * score
    observed[own] = elementAt(observed, own) + count * rate
    rows[own] = elementAt(rows, own) + count
  }
  // Runs come from the highest probability down; places are counted from the lowest row up.
  let end = total
  for (let run = 0; run < length; run++) {
    const score = elementAt(scores, run)
    const count = elementAt(counts, run)
    const rate = elementAt(labelSums, run) / count
    const start = end - count
    if (bins === 'equal_width') add(Math.floor(score * binCount), count, score, rate)
    else
      for (let place = start; place < end; ) {
        const own = Math.floor((place * binCount) / total)
        const next = Math.min(end, Math.ceil(((own + 1) * total) / binCount))
        add(own, next - place, score, rate)
        place = next
      }
    end = start
  }
  return Array.from(rows, (count, place) => ({
    predicted: elementAt(predicted, place) / count,
    observed: elementAt(observed, place) / count,
    count,
  })).filter(({ count }) => count > 0)
}
