import type { Dataset } from '../core/dataset.ts'
import { elementAt, type Matrix } from '../math/matrix.ts'

/** What sets a group apart: one feature, in the group and among all. */
export type GroupTrait = {
  readonly feature: string
  /** Mean in the group less mean of the rest, in standard deviations of the scaled feature. */
  readonly difference: number
  /** In the feature's own unit, over rows where it is known; null when there are none. */
  readonly meanInGroup: number | null
  readonly meanOfAll: number | null
}

export type Grouping = { readonly assignments: Uint32Array; readonly groupCount: number }

/** Every feature of every group, the one that differs most first. `scaled` holds the same rows in units of deviation. */
export function describeGroupTraits(dataset: Dataset, scaled: Matrix, grouping: Grouping): GroupTrait[][] {
  const inScale = sumByGroup(scaled.values, scaled.columnCount, grouping)
  const inUnit = sumByGroup(dataset.values, scaled.columnCount, grouping)
  const all = grouping.groupCount
  return Array.from({ length: grouping.groupCount }, (_, group) =>
    dataset.featureNames
      .map((feature, column): GroupTrait => {
        const { sum, count } = inScale(group, column)
        const whole = inScale(all, column)
        const rest = whole.count > count ? (whole.sum - sum) / (whole.count - count) : sum / count
        return {
          feature,
          difference: sum / count - rest,
          meanInGroup: meanOf(inUnit(group, column)),
          meanOfAll: meanOf(inUnit(all, column)),
        }
      })
      .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
  )
}

type Sum = { readonly sum: number; readonly count: number }

/** Sums over the known values of each group and column; those of all rows stand after the last group. */
function sumByGroup(
  values: Float64Array,
  columnCount: number,
  { assignments, groupCount }: Grouping,
): (group: number, column: number) => Sum {
  const sums = new Float64Array((groupCount + 1) * columnCount)
  const counts = new Float64Array((groupCount + 1) * columnCount)
  for (const [row, own] of assignments.entries())
    for (let column = 0; column < columnCount; column++) {
      const value = elementAt(values, row * columnCount + column)
      if (!Number.isFinite(value)) continue
      for (const group of [own, groupCount]) {
        const place = group * columnCount + column
        sums[place] = elementAt(sums, place) + value
        counts[place] = elementAt(counts, place) + 1
      }
    }
  return (group, column) => {
    const place = group * columnCount + column
    return { sum: elementAt(sums, place), count: elementAt(counts, place) }
  }
}

function meanOf({ sum, count }: Sum): number | null {
  return count > 0 ? sum / count : null
}
