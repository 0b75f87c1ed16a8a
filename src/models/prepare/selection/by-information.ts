import type { Dataset } from '../../../core/dataset.ts'
import { elementAt } from '../../../math/matrix.ts'
import type { Random } from '../../../math/random.ts'
import { columnAt } from '../dataset-columns.ts'
import { formatFigure } from '../figure.ts'
import { type Bins, countBins, mutualInformation } from '../information.ts'
import { type ColumnSelection, type DroppedColumn, toSelection } from '../selection.ts'

export type InformationMethod = {
  readonly by: 'information'
  /** Of the columns that are kept, this share may tell nothing, in the long run; .05 by default. */
  readonly falseShare?: number
  /** How often the target is shuffled at most; by default so often that a single telling column among all can show. */
  readonly shuffleCount?: number
}

/** A column needs no further shuffles once this many told as much as it does. */
const enoughExceeding = 20

/**
 * Keeps the columns whose mutual information with the target is more than that of a shuffled target, p-values corrected for the
 * number of columns. Where a person has several rows, one of them, drawn, is shuffled: the others would count the person twice.
 * Source: Benjamini & Hochberg (1995) for the correction, Besag & Clifford (1991) for the early end of shuffling.
 */
export function selectByInformation(
  dataset: Dataset,
  target: Float64Array,
  method: InformationMethod,
  random: Random,
): ColumnSelection {
  const { falseShare = 0.05 } = method
  const names = dataset.featureNames
  const shuffleCount = method.shuffleCount ?? Math.max(499, Math.ceil(names.length / falseShare))
  const rows = drawOneEach(dataset.rowIds, random)
  const bins = countBins(pick(target, rows), 5)
  const columns = names.map((_, column) => countBins(pick(columnAt(dataset, column), rows), 10))
  const chances = shuffledChances(columns, bins, shuffleCount, random)
  const corrected = correctForCount(chances)
  const dropped = names.flatMap((name, column): DroppedColumn[] => {
    const chance = elementAt(corrected, column)
    if (chance <= falseShare) return []
    const [p, q] = [elementAt(chances, column), chance].map(formatFigure)
    const nats = formatFigure(mutualInformation(columns[column] ?? bins, bins))
    return [
      {
        name,
        figure: chance,
        reason: {
          en: `it tells no more of the target than chance: ${nats} nats, p ${p}, ${q} corrected`,
          zh: `对目标的信息不多于随机：${nats} 奈特，p 值 ${p}，校正后 ${q}`,
        },
      },
    ]
  })
  return toSelection(names, dropped)
}

/** For each column the share of shuffled targets of which it tells at least as much as of the true one. */
function shuffledChances(
  columns: readonly Bins[],
  target: Bins,
  shuffleCount: number,
  random: Random,
): Float64Array {
  // A hair below the figure, so that sums in another order count as equal.
  const figures = Float64Array.from(columns, (column) => mutualInformation(column, target) - 1e-12)
  const exceeding = new Float64Array(columns.length)
  const shuffles = new Float64Array(columns.length)
  const shuffled = { ...target, binOf: target.binOf.slice() }
  let open = [...columns.keys()]
  for (let round = 0; round < shuffleCount && open.length > 0; round++) {
    random.shuffle(shuffled.binOf)
    for (const index of open) {
      const column = columns[index]
      if (column === undefined) continue
      shuffles[index] = elementAt(shuffles, index) + 1
      if (mutualInformation(column, shuffled) >= elementAt(figures, index))
        exceeding[index] = elementAt(exceeding, index) + 1
    }
    open = open.filter((index) => elementAt(exceeding, index) < enoughExceeding)
  }
  return exceeding.map((count, index) =>
    count >= enoughExceeding
      ? count / elementAt(shuffles, index)
      : (count + 1) / (elementAt(shuffles, index) + 1),
  )
}

/** The least false share at which each would be kept (Benjamini & Hochberg's step-up, as adjusted p-values). */
export function correctForCount(chances: Float64Array): Float64Array {
  const count = chances.length
  const ranked = [...chances.keys()].sort((a, b) => elementAt(chances, b) - elementAt(chances, a))
  const corrected = new Float64Array(count)
  let least = 1
  for (const [place, index] of ranked.entries()) {
    least = Math.min(least, (elementAt(chances, index) * count) / (count - place))
    corrected[index] = least
  }
  return corrected
}

/** One row of each id, drawn. */
function drawOneEach(rowIds: readonly string[], random: Random): Uint32Array {
  const drawn = new Map<string, number>()
  for (const row of random.shuffle([...rowIds.keys()])) drawn.set(rowIds[row] ?? '', row)
  return Uint32Array.from(drawn.values()).sort()
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => elementAt(values, row))
}
