/** Rows of like probability: what was said and what came. */
export type CalibrationBin = { readonly predicted: number; readonly observed: number; readonly count: number }

export type CalibrationOptions = {
  readonly binCount?: number
  /** Bins of equally many rows (default), or of equal width in probability. */
  readonly bins?: 'equal_count' | 'equal_width'
}

/** Mean probability and observed rate by bin, lowest first; empty bins are left out. */
export function calibrationCurve(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  { binCount = 10, bins = 'equal_count' }: CalibrationOptions = {},
): CalibrationBin[] {
  const rows = Uint32Array.from({ length: labels.length }, (_, row) => row)
  rows.sort((a, b) => at(probabilities, a) - at(probabilities, b))
  const sums = Array.from({ length: binCount }, () => ({ predicted: 0, observed: 0, count: 0 }))
  for (const [rank, row] of rows.entries()) {
    const place = bins === 'equal_count' ? (rank * binCount) / rows.length : at(probabilities, row) * binCount
    const sum = sums[Math.min(binCount - 1, Math.floor(place))]
    if (sum === undefined) continue
    sum.predicted += at(probabilities, row)
    sum.observed += at(labels, row)
    sum.count++
  }
  return sums
    .filter((sum) => sum.count > 0)
    .map(({ predicted, observed, count }) => ({
      predicted: predicted / count,
      observed: observed / count,
      count,
    }))
}

/** Mean distance of probability and observed rate over the bins, weighed by their rows (Naeini et al., 2015). */
export function expectedCalibrationError(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationOptions = {},
): number {
  const curve = calibrationCurve(labels, probabilities, options)
  return (
    curve.reduce((sum, bin) => sum + bin.count * Math.abs(bin.predicted - bin.observed), 0) / labels.length
  )
}

function at(values: ArrayLike<number>, row: number): number {
  return values[row] ?? Number.NaN
}
