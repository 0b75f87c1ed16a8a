/** Counts of a decision at a threshold: scores at or above it are taken for positive. */
type Confusion = {
  readonly truePositives: number
  readonly falsePositives: number
  readonly trueNegatives: number
  readonly falseNegatives: number
}

/** A point of the ROC curve. */
export type RocPoint = {
  readonly falsePositiveRate: number
  readonly truePositiveRate: number
  readonly threshold: number
}

/** @param labels 0 or 1. */
function confusion(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): Confusion {
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 }
  for (let row = 0; row < labels.length; row++) {
    const isTaken = at(scores, row) >= threshold
    if (at(labels, row) === 1) counts[isTaken ? 'truePositives' : 'falseNegatives']++
    else counts[isTaken ? 'falsePositives' : 'trueNegatives']++
  }
  return counts
}

/** Share of decisions that are right. */
export function accuracy(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  const { truePositives, trueNegatives } = confusion(labels, scores, threshold)
  return (truePositives + trueNegatives) / labels.length
}

/** Share of the taken that are positive; 0 when none is taken. */
export function precision(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  const { truePositives, falsePositives } = confusion(labels, scores, threshold)
  return ratio(truePositives, truePositives + falsePositives)
}

/** Share of the positives that are taken; 0 when there is none. */
export function recall(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  const { truePositives, falseNegatives } = confusion(labels, scores, threshold)
  return ratio(truePositives, truePositives + falseNegatives)
}

/** Harmonic mean of precision and recall; 0 when nothing is found. */
export function f1(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  const { truePositives, falsePositives, falseNegatives } = confusion(labels, scores, threshold)
  return ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
}

/** The threshold with the best F1 on these rows; choose it on other rows than it is judged on. */
export function bestF1Threshold(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const positives = countPositives(labels)
  let best = { threshold: 0.5, value: -1 }
  for (const step of descend(labels, scores)) {
    const value = ratio(2 * step.truePositives, step.truePositives + step.falsePositives + positives)
    if (value > best.value) best = { threshold: step.score, value }
  }
  return best.threshold
}

/** The curve from (0, 0) to (1, 1); equal scores make one point. */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocPoint[] {
  const positives = countPositives(labels)
  const negatives = labels.length - positives
  const points = descend(labels, scores).map((step) => ({
    falsePositiveRate: step.falsePositives / negatives,
    truePositiveRate: step.truePositives / positives,
    threshold: step.score,
  }))
  return [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Number.POSITIVE_INFINITY }, ...points]
}

/**
 * The probability that a random positive scores above a random negative, ties counting half (Mann–Whitney).
 * NaN when one class is absent.
 */
export function areaUnderRoc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const positives = countPositives(labels)
  const negatives = labels.length - positives
  let [area, below] = [0, { truePositives: 0, falsePositives: 0 }]
  for (const step of descend(labels, scores)) {
    const width = step.falsePositives - below.falsePositives
    area += (width * (step.truePositives + below.truePositives)) / 2
    below = step
  }
  return area / (positives * negatives)
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ over descending distinct scores, as scikit-learn's average_precision_score. */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const positives = countPositives(labels)
  let [sum, found] = [0, 0]
  for (const { truePositives, falsePositives } of descend(labels, scores)) {
    sum += ((truePositives - found) * truePositives) / (truePositives + falsePositives)
    found = truePositives
  }
  return sum / positives
}

/** Mean of −ln of the probability given to what came; probabilities are kept `1e-15` away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++) {
    const probability = Math.min(1 - 1e-15, Math.max(1e-15, at(probabilities, row)))
    sum -= Math.log(at(labels, row) === 1 ? probability : 1 - probability)
  }
  return sum / labels.length
}

/** Mean squared difference of probability and label (Brier, 1950). */
export function brierScore(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++) sum += (at(labels, row) - at(probabilities, row)) ** 2
  return sum / labels.length
}

type Step = { readonly score: number; readonly truePositives: number; readonly falsePositives: number }

/** What is taken at each distinct score, from the highest down. */
function descend(labels: ArrayLike<number>, scores: ArrayLike<number>): Step[] {
  const rows = Uint32Array.from({ length: labels.length }, (_, row) => row)
  rows.sort((a, b) => at(scores, b) - at(scores, a))
  const steps: Step[] = []
  let [truePositives, falsePositives] = [0, 0]
  for (const [rank, row] of rows.entries()) {
    if (at(labels, row) === 1) truePositives++
    else falsePositives++
    const score = at(scores, row)
    const next = rows[rank + 1]
    if (next === undefined || at(scores, next) !== score) steps.push({ score, truePositives, falsePositives })
  }
  return steps
}

function countPositives(labels: ArrayLike<number>): number {
  let count = 0
  for (let row = 0; row < labels.length; row++) if (at(labels, row) === 1) count++
  return count
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function at(values: ArrayLike<number>, row: number): number {
  return values[row] ?? Number.NaN
}
