import type { BinnedColumns, ColumnBins } from './binned-columns.ts'

/** What a leaf may weigh and when a split is worth it. */
export type SplitSettings = {
  /** λ: added to the hessian of a leaf, so that small leaves say little. */
  readonly l2: number
  /** Least hessian of a leaf: for squared error the rows' weight, for logistic their weight times p (1 − p). */
  readonly minChildWeight: number
  /** Least gain of a split. */
  readonly minGain: number
  /** Sums of hessian up to it are what rounding leaves where there are no rows. */
  readonly rounding: number
  /** Hessian added to a category's when categories are ordered by gradient: rare ones move to the middle. */
  readonly categorySmoothing: number
}

/** The best question to ask of a node's rows. */
export type SplitChoice = {
  readonly column: number
  readonly gain: number
  /** Bins that go left: all up to it for a number, the listed ones for categories. */
  readonly lastLeftBin: number
  readonly leftBins: readonly number[] | undefined
  readonly isMissingLeft: boolean
  readonly leftGradient: number
  readonly leftHessian: number
}

type Best = { -readonly [Key in keyof SplitChoice]: SplitChoice[Key] }
type Sums = { readonly gradient: number; readonly hessian: number }

/** Finds splits, with its scratch space kept between nodes. */
export function createSplitFinder(binned: BinnedColumns, settings: SplitSettings) {
  const order = Uint16Array.from({ length: 256 }, (_, bin) => bin)
  const keys = new Float64Array(256)
  const natural = order.slice()

  /** The split of greatest gain over the given columns; undefined when none is worth it. */
  return (histogram: Float64Array, node: Sums, columns: readonly number[]): SplitChoice | undefined => {
    const best: Best = { ...noSplit, gain: settings.minGain }
    for (const column of columns) {
      const bins = binned.columns[column]
      if (bins === undefined) continue
      if (bins.codes === undefined) {
        if (scan({ histogram, bins, order: natural, used: bins.binCount, node, settings }, best))
          Object.assign(best, { column, leftBins: undefined })
        continue
      }
      const used = orderCategories({ histogram, bins, order, keys, settings })
      if (scan({ histogram, bins, order, used, node, settings }, best))
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

type Scan = {
  readonly histogram: Float64Array
  readonly bins: ColumnBins
  /** Bins in the order in which they move to the left side. */
  readonly order: Uint16Array
  readonly used: number
  readonly node: Sums
  readonly settings: SplitSettings
}

/** Moves bin after bin to the left side, missing values once right and once left; whether `best` was bettered. */
function scan({ histogram, bins, order, used, node, settings }: Scan, best: Best): boolean {
  const { l2, minChildWeight, rounding } = settings
  const start = 2 * bins.offset
  const missingGradient = histogram[start + 2 * bins.binCount] ?? 0
  const missingHessian = histogram[start + 2 * bins.binCount + 1] ?? 0
  const hasMissing = missingHessian > rounding
  const whole = (node.gradient * node.gradient) / (node.hessian + l2)
  let [gradient, hessian, isBetter] = [0, 0, false]
  for (let place = 0; place < used; place++) {
    const slot = start + 2 * (order[place] ?? 0)
    const added = histogram[slot + 1] ?? 0
    gradient += histogram[slot] ?? 0
    hessian += added
    if (!(added > rounding)) continue
    for (let side = 0; side < 2; side++) {
      if (side === 1 && !hasMissing) break
      const leftGradient = side === 0 ? gradient : gradient + missingGradient
      const leftHessian = side === 0 ? hessian : hessian + missingHessian
      const rightGradient = node.gradient - leftGradient
      const rightHessian = node.hessian - leftHessian
      if (leftHessian < minChildWeight || rightHessian < minChildWeight) continue
      const gain =
        (leftGradient * leftGradient) / (leftHessian + l2) +
        (rightGradient * rightGradient) / (rightHessian + l2) -
        whole
      if (!(gain > best.gain)) continue
      best.gain = gain
      best.lastLeftBin = place
      best.isMissingLeft = hasMissing ? side === 1 : leftHessian > rightHessian
      best.leftGradient = leftGradient
      best.leftHessian = leftHessian
      isBetter = true
    }
  }
  return isBetter
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
