import type { BinnedColumns, ColumnBins } from './binned-columns.ts'
import { scanWithin } from './monotone-split.ts'
import {
  type BestSplit,
  type SplitChoice,
  type SplitNode,
  type SplitSettings,
  scanFreely,
} from './split-scan.ts'

/** Finds splits, with its scratch space kept between nodes. */
export function createSplitFinder(binned: BinnedColumns, settings: SplitSettings) {
  const order = Uint16Array.from({ length: 256 }, (_, bin) => bin)
  const keys = new Float64Array(256)
  const natural = order.slice()

  /** The split of greatest gain over the given columns; undefined when none is worth it. */
  return (histogram: Float64Array, node: SplitNode, columns: readonly number[]): SplitChoice | undefined => {
    const best: BestSplit = { ...noSplit, gain: settings.minGain }
    for (const column of columns) {
      const bins = binned.columns[column]
      if (bins === undefined) continue
      if (bins.codes === undefined) {
        const values = { histogram, bins, order: natural, used: bins.binCount, node, settings }
        const isBetter =
          settings.monotone === undefined
            ? scanFreely(values, best)
            : scanWithin(values, settings.monotone[column] ?? 0, best)
        if (isBetter) Object.assign(best, { column, leftBins: undefined })
        continue
      }
      const used = orderCategories({ histogram, bins, order, keys, settings })
      const codes = { histogram, bins, order, used, node, settings }
      if (settings.monotone === undefined ? scanFreely(codes, best) : scanWithin(codes, 0, best))
        Object.assign(best, { column, leftBins: Array.from(order.subarray(0, best.lastLeftBin + 1)) })
    }
    return best.column < 0 ? undefined : best
  }
}

const noSplit: SplitChoice = {
  column: -1,
  gain: 0,
  lastLeftBin: -1,
  leftBins: undefined,
  isMissingLeft: false,
  leftGradient: 0,
  leftHessian: 0,
}

type CategoryOrder = {
  readonly histogram: Float64Array
  readonly bins: ColumnBins
  readonly order: Uint16Array
  readonly keys: Float64Array
  readonly settings: SplitSettings
}

/**
 * Sorts the categories that occur by gradient over hessian: the best of all two-way partitions is then a prefix
 * (Fisher, 1958). Returns how many occur.
 */
function orderCategories({ histogram, bins, order, keys, settings }: CategoryOrder): number {
  let used = 0
  for (let bin = 0; bin < bins.binCount; bin++) {
    const slot = 2 * (bins.offset + bin)
    const hessian = histogram[slot + 1] ?? 0
    if (!(hessian > settings.rounding)) continue
    keys[bin] = (histogram[slot] ?? 0) / (hessian + settings.categorySmoothing)
    order[used++] = bin
  }
  order.subarray(0, used).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  return used
}
