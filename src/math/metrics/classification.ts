import { elementAt } from '../matrix.ts'
import {
  type DrawCounts,
  forEachRun,
  meanOver,
  type Ranking,
  rankRows,
  runsOf,
  squaredError,
  totalsOf,
} from './ranking.ts'

/** Counts of a decision at a threshold: scores at or above it are taken for positive. */
export type Confusion = {
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
  return rankedConfusion(rankRows(labels, scores), threshold)
}

/** The counts of a resample. */
export function rankedConfusion(ranking: Ranking, threshold: number, times?: DrawCounts): Confusion {
  const { length, scores, counts, sums } = runsOf(ranking, times)
  let [taken, truePositives, all, positives] = [0, 0, 0, 0]
  for (let run = 0; run < length; run++) {
    const count = elementAt(counts, run)
    const sum = elementAt(sums, run)
    all += count
    positives += sum
    if (!(elementAt(scores, run) >= threshold)) continue
    taken += count
    truePositives += sum
  }
  return {
    truePositives,
    falsePositives: taken - truePositives,
    falseNegatives: positives - truePositives,
    trueNegatives: all - taken - (positives - truePositives),
  }
}

/** Share of decisions that are right. */
export function accuracy(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  return decisionFigures(confusion(labels, scores, threshold)).accuracy
}

/** Share of the taken that are positive; 0 when none is taken. */
export function precision(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  return decisionFigures(confusion(labels, scores, threshold)).precision
}

/** Share of the positives that are taken; 0 when there is none. */
export function recall(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  return decisionFigures(confusion(labels, scores, threshold)).recall
}

/** Harmonic mean of precision and recall; 0 when nothing is found. */
export function f1(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): number {
  return decisionFigures(confusion(labels, scores, threshold)).f1
}

/** Accuracy, precision, recall and F1 at a threshold, of a resample. */
export function rankedDecisions(ranking: Ranking, threshold: number, times?: DrawCounts) {
  return decisionFigures(rankedConfusion(ranking, threshold, times))
}

function decisionFigures({ truePositives, falsePositives, trueNegatives, falseNegatives }: Confusion) {
  const wrong = falsePositives + falseNegatives
  return {
    accuracy: (truePositives + trueNegatives) / (truePositives + trueNegatives + wrong),
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, truePositives + falseNegatives),
    f1: ratio(2 * truePositives, 2 * truePositives + wrong),
  }
}

/** The threshold with the best F1 on these rows; choose it on other rows than it is judged on. */
export function bestF1Threshold(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const ranking = rankRows(labels, scores)
  const positives = totalsOf(ranking).sum
  let best = { threshold: 0.5, value: -1 }
  let [taken, found] = [0, 0]
  forEachRun(ranking, undefined, ({ score, count, sum }) => {
    taken += count
    found += sum
    const value = ratio(2 * found, taken + positives)
    if (value > best.value) best = { threshold: score, value }
  })
  return best.threshold
}

/** The curve from (0, 0) to (1, 1); equal scores make one point. */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocPoint[] {
  const ranking = rankRows(labels, scores)
  const positives = totalsOf(ranking).sum
  const negatives = labels.length - positives
  const points = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Number.POSITIVE_INFINITY }]
  let [taken, found] = [0, 0]
  forEachRun(ranking, undefined, ({ score, count, sum }) => {
    taken += count
    found += sum
    points.push({
      falsePositiveRate: (taken - found) / negatives,
      truePositiveRate: found / positives,
      threshold: score,
    })
  })
  return points
}

/** A point of the precision–recall curve: taking scores at or above the threshold. */
export type PrecisionRecallPoint = {
  readonly recall: number
  readonly precision: number
  readonly threshold: number
}

/** Precision by recall, from the highest score down; equal scores make one point. Empty where nothing is positive. */
export function precisionRecallCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallPoint[] {
  const ranking = rankRows(labels, scores)
  const positives = totalsOf(ranking).sum
  const points: PrecisionRecallPoint[] = []
  let [taken, found] = [0, 0]
  forEachRun(ranking, undefined, ({ score, count, sum }) => {
    taken += count
    found += sum
    points.push({ recall: found / positives, precision: found / taken, threshold: score })
  })
  return positives === 0 ? [] : points
}

/**
 * The probability that a random positive scores above a random negative, ties counting half (Mann–Whitney).
 * NaN when one class is absent.
 */
export function areaUnderRoc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  return rankedAreaUnderRoc(rankRows(labels, scores))
}

/** The area under the ROC curve of a resample. */
export function rankedAreaUnderRoc(ranking: Ranking, times?: DrawCounts): number {
  const { length, counts, sums } = runsOf(ranking, times)
  let [area, positives, negatives] = [0, 0, 0]
  for (let run = 0; run < length; run++) {
    const count = elementAt(counts, run)
    const sum = elementAt(sums, run)
    area += (count - sum) * (positives + sum / 2)
    positives += sum
    negatives += count - sum
  }
  return area / (positives * negatives)
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ over descending distinct scores, as scikit-learn's average_precision_score. */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  return rankedAveragePrecision(rankRows(labels, scores))
}

/** The average precision of a resample. */
export function rankedAveragePrecision(ranking: Ranking, times?: DrawCounts): number {
  const { length, counts, sums } = runsOf(ranking, times)
  let [total, taken, found] = [0, 0, 0]
  for (let run = 0; run < length; run++) {
    const sum = elementAt(sums, run)
    taken += elementAt(counts, run)
    found += sum
    total += (sum * found) / taken
  }
  return total / found
}

/** Mean of −ln of the probability given to what came; probabilities are kept `1e-15` away from 0 and 1. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return rankedLogLoss(rankRows(labels, probabilities))
}

/** The log-loss of a resample. */
export function rankedLogLoss(ranking: Ranking, times?: DrawCounts): number {
  return meanOver(ranking, times, lossOf)
}

function lossOf(label: number, score: number): number {
  const probability = Math.min(1 - 1e-15, Math.max(1e-15, score))
  return -Math.log(label === 1 ? probability : 1 - probability)
}

/** Mean squared difference of probability and label (Brier, 1950). */
export function brierScore(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return rankedBrierScore(rankRows(labels, probabilities))
}

/** The Brier score of a resample. */
export function rankedBrierScore(ranking: Ranking, times?: DrawCounts): number {
  return meanOver(ranking, times, squaredError)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
