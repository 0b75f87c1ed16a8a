import { elementAt, itemAt } from '../math/matrix.ts'
import { quantileOfSorted } from '../math/quantile.ts'

/** How far off predictions of like size were: plain data. */
export type ResidualBands = {
  /** Upper edge of each band of predictions but the last, ascending. */
  readonly edges: readonly number[]
  /** 2.5 % and 97.5 % quantiles of actual / predicted in each band. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/**
 * Split-conformal intervals by size of the prediction: on rows that the model did not learn from, the quantiles of actual
 * over predicted in each band. A ratio, because errors of amounts grow with them: the few largest predictions of the last
 * band then have bounds of their own size. Covers 95 % on average where tomorrow is like the rows it was fitted on
 * (Papadopoulos et al., 2002; Mondrian bands: Vovk et al., 2005).
 */
export function fitResidualBands(
  predicted: Float64Array,
  actual: Float64Array,
  bandCount = 10,
): ResidualBands {
  const rows = Uint32Array.from(predicted, (_, row) => row)
  rows.sort((a, b) => elementAt(predicted, a) - elementAt(predicted, b))
  const size = Math.max(1, Math.ceil(rows.length / bandCount))
  const bands = { edges: [] as number[], low: [] as number[], high: [] as number[] }
  for (let start = 0; start < rows.length; start += size) {
    const band = rows.subarray(start, start + size)
    const ratios = Float64Array.from(band, (row) => elementAt(actual, row) / elementAt(predicted, row)).sort()
    // One more row may come anywhere between those there are, so the quantiles are those of one row more.
    const margin = 1 + 1 / band.length
    bands.low.push(quantileOfSorted(ratios, Math.max(0, 1 - 0.975 * margin)))
    bands.high.push(quantileOfSorted(ratios, Math.min(1, 0.975 * margin)))
    if (start + size < rows.length) bands.edges.push(elementAt(predicted, band.at(-1) ?? 0))
  }
  return bands
}

/** The bounds around one prediction above 0. */
export function boundsAround(bands: ResidualBands, predicted: number): { low: number; high: number } {
  const found = bands.edges.findIndex((edge) => predicted <= edge)
  const band = found === -1 ? bands.edges.length : found
  return {
    low: predicted * Math.min(1, itemAt(bands.low, band)),
    high: predicted * Math.max(1, itemAt(bands.high, band)),
  }
}
