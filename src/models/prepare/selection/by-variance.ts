import type { Dataset } from '../../../core/dataset.ts'
import { knownSorted, momentsOf, varies } from '../column-moments.ts'
import { columnAt } from '../dataset-columns.ts'
import { formatFigure } from '../figure.ts'
import { type ColumnSelection, type DroppedColumn, toSelection } from '../selection.ts'

export type VarianceMethod = {
  readonly by: 'variance'
  /** Columns whose variance is not above this are left out; 0 (only those that do not vary) by default. */
  readonly leastVariance?: number
}

/** Leaves out columns that do not vary, or not enough; missing values are no value. */
export function selectByVariance(dataset: Dataset, { leastVariance = 0 }: VarianceMethod): ColumnSelection {
  const dropped = dataset.featureNames.flatMap((name, column): DroppedColumn[] => {
    const known = knownSorted(columnAt(dataset, column))
    if (known.length === 0)
      return [{ name, figure: 0, reason: { en: 'it holds no value', zh: '没有任何值' } }]
    const moments = momentsOf(known)
    const variance = varies(moments) ? moments.deviation ** 2 : 0
    if (variance > leastVariance) return []
    const value = formatFigure(known[0] ?? Number.NaN)
    const reason =
      variance === 0
        ? { en: `it does not vary: ${value} throughout`, zh: `没有变化：一律为 ${value}` }
        : {
            en: `its variance is ${formatFigure(variance)}, not above ${formatFigure(leastVariance)}`,
            zh: `方差为 ${formatFigure(variance)}，不高于 ${formatFigure(leastVariance)}`,
          }
    return [{ name, figure: variance, reason }]
  })
  return toSelection(dataset.featureNames, dropped)
}
