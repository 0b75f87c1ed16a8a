import { type BestSplit, clearly, type LeafBounds, type SplitScan } from './split-scan.ts'

export const unbounded: LeafBounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }

/** The best value of a leaf inside its bounds. */
export function boundedValue(
  gradient: number,
  hessian: number,
  l2: number,
  { low, high }: LeafBounds,
): number {
  return Math.min(high, Math.max(low, -gradient / (hessian + l2)))
}

/**
 * As the plain scan, of a tree with monotone columns: a split whose sides stand in the wrong order is none, and gains are of values
 * inside the node's bounds (XGBoost's basic method). Missing values go to either side.
 * @param direction of the scanned column: 1, −1 or 0
 */
export function scanWithin(
  { histogram, bins, order, used, node, settings }: SplitScan,
  direction: number,
  best: BestSplit,
): boolean {
  const { l2, minChildWeight, rounding } = settings
  const start = 2 * bins.offset
  const missing = {
    gradient: histogram[start + 2 * bins.binCount] ?? 0,
    hessian: histogram[start + 2 * bins.binCount + 1] ?? 0,
  }
  const hasMissing = missing.hessian > rounding
  const whole = scoreOf(node.gradient, node.hessian, l2, boundedValue(node.gradient, node.hessian, l2, node))
  let [gradient, hessian, isBetter] = [0, 0, false]
  for (let place = 0; place < used; place++) {
    const slot = start + 2 * (order[place] ?? 0)
    gradient += histogram[slot] ?? 0
    hessian += histogram[slot + 1] ?? 0
    if (!((histogram[slot + 1] ?? 0) > rounding)) continue
    for (const isMissingLeft of hasMissing ? [false, true] : [false]) {
      const leftGradient = gradient + (isMissingLeft ? missing.gradient : 0)
      const leftHessian = hessian + (isMissingLeft ? missing.hessian : 0)
      const [rightGradient, rightHessian] = [node.gradient - leftGradient, node.hessian - leftHessian]
      if (leftHessian < minChildWeight || rightHessian < minChildWeight) continue
      const left = boundedValue(leftGradient, leftHessian, l2, node)
      const right = boundedValue(rightGradient, rightHessian, l2, node)
      if (direction * (right - left) < 0) continue
      const gain =
        scoreOf(leftGradient, leftHessian, l2, left) + scoreOf(rightGradient, rightHessian, l2, right) - whole
      if (!(gain > clearly(best.gain, whole))) continue
      Object.assign(best, {
        gain,
        lastLeftBin: place,
        isMissingLeft: hasMissing ? isMissingLeft : leftHessian > rightHessian,
        leftGradient,
        leftHessian,
      })
      isBetter = true
    }
  }
  return isBetter
}

/** What a leaf of a value takes off the loss, twice: G² / (H + λ) where the value is −G / (H + λ). */
function scoreOf(gradient: number, hessian: number, l2: number, value: number): number {
  return -2 * gradient * value - (hessian + l2) * value * value
}

/** The bounds of both sides of a split: values left and right of a monotone column stay on their sides of the middle. */
export function boundsBelow(
  node: LeafBounds,
  direction: number,
  left: number,
  right: number,
): readonly [LeafBounds, LeafBounds] {
  const middle = (left + right) / 2
  if (direction > 0)
    return [
      { low: node.low, high: middle },
      { low: middle, high: node.high },
    ]
  if (direction < 0)
    return [
      { low: middle, high: node.high },
      { low: node.low, high: middle },
    ]
  return [node, node]
}
