import { elementAt } from '../../math/matrix.ts'
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
export function scanFreely(scan: SplitScan, best: BestSplit): boolean {
  const { histogram, bins, settings } = scan
  const missingGradient = histogram[2 * (bins.offset + bins.binCount)] ?? 0
  const missingHessian = histogram[2 * (bins.offset + bins.binCount) + 1] ?? 0
  if (!(missingHessian > settings.rounding)) {
    if (!scanSide(scan, 0, 0, best)) return false
    best.isMissingLeft = best.leftHessian > scan.node.hessian - best.leftHessian
    return true
  }
  const isBetter = scanSide(scan, 0, 0, best)
  if (isBetter) best.isMissingLeft = false
  if (!scanSide(scan, missingGradient, missingHessian, best)) return isBetter
  best.isMissingLeft = true
  return true
}

/**
 * The same with what the left side has from the start. G² / (H + λ) of both sides is compared over their common denominator: a
 * division is dearer than all else in this loop.
 */
function scanSide(
  { histogram, bins, order, used, node, settings }: SplitScan,
  startGradient: number,
  startHessian: number,
  best: BestSplit,
): boolean {
  const { l2, minChildWeight, rounding } = settings
  const start = 2 * bins.offset
  const [allGradient, allHessian] = [node.gradient, node.hessian]
  const whole = (allGradient * allGradient) / (allHessian + l2)
  const most = allHessian - minChildWeight
  let [gradient, hessian, bestPlace] = [startGradient, startHessian, -1]
  let floor = clearly(best.gain, whole) + whole
  let [bestGradient, bestHessian] = [0, 0]
  for (let place = 0; place < used; place++) {
    const slot = start + 2 * elementOf(order, place)
    const added = elementAt(histogram, slot + 1)
    gradient += elementAt(histogram, slot)
    hessian += added
    if (!(added > rounding) || hessian < minChildWeight) continue
    if (hessian > most) break
    const left = hessian + l2
    const right = allHessian - hessian + l2
    const rest = allGradient - gradient
    const score = gradient * gradient * right + rest * rest * left
    if (!(score > floor * left * right)) continue
    const gain = score / (left * right) - whole
    floor = clearly(gain, whole) + whole
    bestPlace = place
    bestGradient = gradient
    bestHessian = hessian
    best.gain = gain
  }
  if (bestPlace < 0) return false
  best.lastLeftBin = bestPlace
  best.leftGradient = bestGradient
  best.leftHessian = bestHessian
  return true
}

function elementOf(order: Uint16Array, place: number): number {
  return order[place] ?? 0
}

/** What a gain must be above to be better than another and not just rounded otherwise: of equal splits the first is taken. */
export function clearly(gain: number, whole: number): number {
  return gain + 1e-10 * (gain + whole)
}
