import { elementAt } from '../../../math/matrix.ts'
import { bootstrapByCounts, type Interval } from '../../../math/metrics/bootstrap.ts'
import { rankedAreaUnderRoc } from '../../../math/metrics/classification.ts'
import { rankRows } from '../../../math/metrics/ranking.ts'
import type { Random } from '../../../math/random.ts'
import { knownSorted, medianOf } from '../column-moments.ts'
import type { Column } from '../column-table.ts'
import { entityFolds } from '../entity-folds.ts'
import { countBins } from '../information.ts'

/** What one column by itself knows of the target, with its interval over resampled persons. */
export type Knowledge = Interval & {
  /** Area under the ROC curve of yes or no; share of the variance of an amount that is explained. */
  readonly measure: 'auc' | 'explained'
  /** What was read: the order of the values, the values themselves, or the mean of their bin or level in other folds. */
  readonly by: 'order' | 'values' | 'groups'
}

export type KnownTarget = {
  readonly isYesNo: boolean
  readonly values: Float64Array
  readonly rowIds: readonly string[]
}

const [foldCount, binCount, resamples] = [5, 20, 200]

/**
 * For each column the best of a few ways to read it; undefined for texts. Means of bins and levels come from other folds (of whole
 * persons), so that a level of one row does not know its own target; they find what is missing where the target is, and what is no
 * matter of more or less. Intervals are of the same drawn persons for every column.
 */
export function knowledgeOf(
  columns: readonly Column[],
  target: KnownTarget,
  random: Random,
): (Knowledge | undefined)[] {
  const best = columns.map((column) => {
    if (column.kind === 'text') return undefined
    const readings = [...readValues(column, target), readGroups(column, target, random.fork(column.name))]
    const ranked = readings.map((reading) => ({ ...reading, value: reading.figureOf() }))
    return ranked.reduce((a, b) => (b.value > a.value ? b : a))
  })
  const told = best.filter((reading) => reading !== undefined)
  const intervals = resample(target.rowIds, told, random.fork('resamples'))
  return best.map((reading) => {
    const interval = reading && intervals[told.indexOf(reading)]
    return (
      reading && interval && { measure: target.isYesNo ? 'auc' : 'explained', by: reading.by, ...interval }
    )
  })
}

type Reading = {
  readonly by: Knowledge['by']
  /** Over rows as often as they were drawn; once each when left out. */
  readonly figureOf: (times?: Float64Array) => number
}

/** The order of values and, for amounts, their size; missing ones stand in the middle. */
function readValues(column: Column, target: KnownTarget): Reading[] {
  if (column.kind !== 'number' && column.kind !== 'moment') return []
  const median = medianOf(knownSorted(column.values))
  const values = column.values.map((value) => (Number.isNaN(value) ? median : value))
  if (target.isYesNo) {
    const turned = areaOf(target.values, values)() < 0.5
    const scores = turned ? values.map((value) => -value) : values
    return [{ by: 'order', figureOf: areaOf(target.values, scores) }]
  }
  return [
    { by: 'values', figureOf: explainedBy(target.values, values) },
    { by: 'order', figureOf: explainedBy(ranksOf(target.values), ranksOf(values)) },
  ]
}

function readGroups(column: Column, target: KnownTarget, random: Random): Reading {
  const groups = groupsOf(column)
  const folds = entityFolds(target.rowIds, foldCount, random)
  const scores = new Float64Array(groups.length)
  for (let fold = 0; fold < folds.foldCount; fold++) {
    const [counts, sums] = [new Map<number, number>(), new Map<number, number>()]
    let [count, sum] = [0, 0]
    for (let row = 0; row < groups.length; row++) {
      if (folds.foldOf[row] === fold && folds.foldCount > 1) continue
      const [group, value] = [groups[row] ?? 0, elementAt(target.values, row)]
      counts.set(group, (counts.get(group) ?? 0) + 1)
      sums.set(group, (sums.get(group) ?? 0) + value)
      count++
      sum += value
    }
    for (let row = 0; row < groups.length; row++) {
      if (folds.foldOf[row] !== fold) continue
      const group = groups[row] ?? 0
      scores[row] = ((sums.get(group) ?? 0) + sum / count) / ((counts.get(group) ?? 0) + 1)
    }
  }
  const figureOf = target.isYesNo ? areaOf(target.values, scores) : explainedBy(target.values, scores, true)
  return { by: 'groups', figureOf }
}

function groupsOf(column: Column): ArrayLike<number> {
  if (column.kind === 'number' || column.kind === 'moment') return countBins(column.values, binCount).binOf
  const places = new Map<string, number>()
  return column.values.map((level) => {
    const place = places.get(level) ?? places.size
    places.set(level, place)
    return place
  })
}

function areaOf(target: Float64Array, scores: Float64Array): Reading['figureOf'] {
  const ranking = rankRows(target, scores)
  return (times) => rankedAreaUnderRoc(ranking, times)
}

/** The squared correlation of the drawn rows; 0 where a score must rise with the target and falls. */
function explainedBy(target: Float64Array, scores: Float64Array, isRising = false): Reading['figureOf'] {
  return (times) => {
    let [count, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0]
    // Distances from the first row: sums of squares of values far from 0 would lose their differences.
    const [x0, y0] = [elementAt(scores, 0), elementAt(target, 0)]
    for (let row = 0; row < target.length; row++) {
      const weight = times === undefined ? 1 : elementAt(times, row)
      const [dx, dy] = [elementAt(scores, row) - x0, elementAt(target, row) - y0]
      count += weight
      x += weight * dx
      y += weight * dy
      xx += weight * dx * dx
      yy += weight * dy * dy
      xy += weight * dx * dy
    }
    const shared = xy - (x * y) / count
    const spread = (xx - (x * x) / count) * (yy - (y * y) / count)
    return spread > 0 && !(isRising && shared < 0) ? Math.min(1, (shared * shared) / spread) : 0
  }
}

/** The mean rank of each value among all. */
function ranksOf(values: Float64Array): Float64Array {
  const { rows, scores } = rankRows(values, values)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < rows.length; ) {
    let to = from
    while (to < rows.length && elementAt(scores, to) === elementAt(scores, from)) to++
    for (let rank = from; rank < to; rank++) ranks[rows[rank] ?? 0] = -(from + to - 1) / 2
    from = to
  }
  return ranks
}

function resample(rowIds: readonly string[], readings: readonly Reading[], random: Random): Interval[] {
  const places = new Map<string, number>()
  for (const id of rowIds) if (!places.has(id)) places.set(id, places.size)
  const entityOf = Uint32Array.from(rowIds, (id) => places.get(id) ?? 0)
  return bootstrapByCounts(
    places.size,
    (drawn) => {
      // A new one each time: figures keep what they read off a resample by its identity.
      const times = Float64Array.from(entityOf, (entity) => drawn[entity] ?? 0)
      return readings.map(({ figureOf }) => figureOf(times))
    },
    random,
    { resamples },
  )
}
