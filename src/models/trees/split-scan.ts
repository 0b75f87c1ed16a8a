import type { ColumnBins } from './binned-columns.ts'

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
  /** By column: 1 where more of it may never lower the margin, −1 where it may never raise it, 0 elsewhere. */
  readonly monotone: Int8Array | undefined
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

export type BestSplit = { -readonly [Key in keyof SplitChoice]: SplitChoice[Key] }
/** Between what the values of a node's leaves must stay, before the learning rate. */
export type LeafBounds = { readonly low: number; readonly high: number }

/** What a node's rows sum to, and between what its leaves must stay. */
export type SplitNode = LeafBounds & { readonly gradient: number; readonly hessian: number }

export type SplitScan = {
  readonly histogram: Float64Array
  readonly bins: ColumnBins
  /** Bins in the order in which they move to the left side. */
  readonly order: Uint16Array
  readonly used: number
  readonly node: SplitNode
  readonly settings: SplitSettings
}

/** Moves bin after bin to the left side, missing values once right and once left; whether `best` was bettered. */
export function scanFreely(
  { histogram, bins, order, used, node, settings }: SplitScan,
  best: BestSplit,
): boolean {
  const { l2, minChildWeight, rounding } = settings
  const start = 2 * bins.offset
  const missingGradient = histogram[start + 2 * bins.binCount] ?? 0
  const missingHessian = histogram[start + 2 * bins.binCount + 1] ?? 0
  const hasMissing = missingHessian > rounding
  const whole = (node.gradient * node.gradient) / (node.hessian + l2)
  let [gradient, hessian, isBetter, floor] = [0, 0, false, clearly(best.gain, whole)]
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
      if (!(gain > floor)) continue
      floor = clearly(gain, whole)
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

/** What a gain must be above to be better than another and not just rounded otherwise: of equal splits the first is taken. */
export function clearly(gain: number, whole: number): number {
  return gain + 1e-10 * (gain + whole)
}
