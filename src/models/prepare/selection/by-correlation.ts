import type { Dataset } from '../../../core/dataset.ts'
import { weightedGram } from '../../../math/cholesky.ts'
import { elementAt } from '../../../math/matrix.ts'
import { allRows, columnAt, fitStandards, standardiseRows } from '../dataset-columns.ts'
import { formatFigure } from '../figure.ts'
import { countBins, informationOf } from '../information.ts'
import { type ColumnSelection, type DroppedColumn, toSelection } from '../selection.ts'

export type CorrelationMethod = {
  readonly by: 'correlation'
  /** Of columns nearer than this, in either direction, one stays; .9 by default. */
  readonly most?: number
}

/**
 * Columns that say the same make a cluster, of which the member stays that tells most of the target (mutual information; the first
 * one without a target). Every other member is nearer to the one that stays than the limit, so nothing is lost by a chain of
 * likenesses. What is missing counts as the mean.
 */
export function selectByCorrelation(
  dataset: Dataset,
  target: Float64Array | undefined,
  { most = 0.9 }: CorrelationMethod,
): ColumnSelection {
  const names = dataset.featureNames
  const correlations = correlationsOf(dataset)
  const nats = tellingOf(dataset, target)
  const ranked = [...names.keys()].sort((a, b) => elementAt(nats, b) - elementAt(nats, a) || a - b)
  const kept: number[] = []
  const dropped: DroppedColumn[] = []
  for (const column of ranked) {
    const [nearest, nearness] = nearestOf(column, kept, correlations, names.length)
    if (nearest === undefined || Math.abs(nearness) <= most) kept.push(column)
    else
      dropped.push({
        name: names[column] ?? '',
        figure: nearness,
        reason: reasonOf(nearest, column, nearness),
      })
  }
  return toSelection(names, dropped)

  function reasonOf(stays: number, goes: number, nearness: number) {
    const [name, figure] = [names[stays], formatFigure(nearness)]
    if (target === undefined)
      return {
        en: `it says what '${name}' says: correlation ${figure}`,
        zh: `与“${name}”重复：相关系数 ${figure}`,
      }
    const [more, less] = [stays, goes].map((each) => formatFigure(elementAt(nats, each)))
    return {
      en: `it says what '${name}' says: correlation ${figure}; that one tells more of the target (${more} nats against ${less})`,
      zh: `与“${name}”重复：相关系数 ${figure}；后者对目标的信息更多（${more} 对 ${less} 奈特）`,
    }
  }
}

/** What each column tells of the target by itself. */
function tellingOf(dataset: Dataset, target: Float64Array | undefined): Float64Array {
  const width = dataset.featureNames.length
  if (target === undefined) return new Float64Array(width)
  const bins = countBins(target, 5)
  return Float64Array.from(
    { length: width },
    (_, column) => informationOf(columnAt(dataset, column), bins).nats,
  )
}

function nearestOf(
  column: number,
  kept: readonly number[],
  correlations: Float64Array,
  width: number,
): [number | undefined, number] {
  let [nearest, nearness]: [number | undefined, number] = [undefined, 0]
  for (const other of kept) {
    const correlation = elementAt(correlations, column * width + other)
    if (Math.abs(correlation) > Math.abs(nearness)) [nearest, nearness] = [other, correlation]
  }
  return [nearest, nearness]
}

/** [columns × columns]; 0 with a column that does not vary. */
function correlationsOf(dataset: Dataset): Float64Array {
  const rows = allRows(dataset)
  const standards = fitStandards(dataset, rows)
  const matrix = standardiseRows(dataset, standards, rows)
  const gram = weightedGram(matrix).values
  const width = matrix.columnCount
  // Missing values at the mean narrow a column: its own square takes the place of the row count.
  const own = Float64Array.from({ length: width }, (_, column) => elementAt(gram, column * width + column))
  return gram.map((shared, index) => {
    const squares = elementAt(own, Math.floor(index / width)) * elementAt(own, index % width)
    return squares > 0 ? shared / Math.sqrt(squares) : 0
  })
}
