import { elementAt, itemAt } from '../math/matrix.ts'
import { stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { type Calibration, calibrate, fitIsotonic, fitPlatt } from './calibration.ts'
import { scoreOfAnswer } from './model-answers.ts'

/** What was tried: chances as they are, on a line of log-odds, or along any rising curve. */
type CalibrationKind = 'none' | Calibration['kind']

export type ChosenCalibration = {
  readonly kind: CalibrationKind
  /** Undefined where chances are best left as they are. */
  readonly calibration: Calibration | undefined
  /** Mean log-loss of rows that each was not fitted on. */
  readonly losses: Readonly<Record<CalibrationKind, number>>
  /** Calibrated chances of the rows, each by a fit that did not see it. */
  readonly held: Float64Array
}

const ways = { platt: fitPlatt, isotonic: fitIsotonic } as const
const foldCount = 5

/**
 * Chooses how chances are calibrated, on rows that the model did not learn from: each way is fitted on four fifths of them and
 * judged on the fifth. One is used only where it is better by more than the error of the difference, as rows are few and every curve
 * fits its own. The shape is learned, not the level: how many bought in that slice is of its season, and a model that learns from it
 * as well will know it (docs/adr/0035).
 * @param said 0..1; labels 0 or 1
 */
export function chooseCalibration(
  said: Float64Array,
  labels: ArrayLike<number>,
  random: Random,
): ChosenCalibration {
  const positives = Array.from(labels).filter((label) => label === 1).length
  const rate = positives / labels.length
  const chances = rate > 0 && rate < 1 ? shiftTo(rate, said) : said
  const plain = lossesOf(chances, labels)
  const mean = (losses: Float64Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  const asIs = {
    kind: 'none',
    calibration: undefined,
    losses: { none: mean(plain), platt: Number.NaN, isotonic: Number.NaN },
    held: said,
  } as const
  if (Math.min(positives, labels.length - positives) < 2 * foldCount) return asIs
  const folds = stratifiedFolds(labels, foldCount, random)
  let best: ChosenCalibration = { ...asIs, held: chances }
  const losses: Record<CalibrationKind, number> = { ...asIs.losses }
  for (const kind of ['platt', 'isotonic'] as const) {
    const held = crossCalibrate(ways[kind], chances, labels, folds)
    const own = lossesOf(held, labels)
    losses[kind] = mean(own)
    const isBetter = isClearlyLess(own, lossesOf(best.held, labels))
    if (isBetter) best = { kind, calibration: ways[kind](chances, labels), losses, held }
  }
  return best.kind === 'none' ? { ...asIs, losses } : { ...best, losses }
}

/** The same log-odds further up or down, so that their chances are the rate on average. */
function shiftTo(rate: number, chances: Float64Array): Float64Array {
  const odds = chances.map((chance) => scoreOfAnswer('chance', chance))
  const shifted = (by: number) => odds.map((each) => 1 / (1 + Math.exp(-(each + by))))
  let [low, high] = [-40, 40]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    const mean = shifted(middle).reduce((sum, chance) => sum + chance, 0) / odds.length
    if (mean < rate) low = middle
    else high = middle
  }
  return shifted((low + high) / 2)
}

/** Whether losses are less on average by more than the standard error of the difference. */
export function isClearlyLess(losses: Float64Array, others: Float64Array): boolean {
  const gains = others.map((other, row) => other - elementAt(losses, row))
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0)
  return mean > Math.sqrt(squares / Math.max(1, gains.length - 1) / gains.length)
}

function crossCalibrate(
  learn: (chances: ArrayLike<number>, labels: ArrayLike<number>) => Calibration,
  chances: Float64Array,
  labels: ArrayLike<number>,
  folds: ArrayLike<number>,
): Float64Array {
  const held = new Float64Array(chances.length)
  const places = [...chances.keys()]
  for (let fold = 0; fold < foldCount; fold++) {
    const [rest, own] = [
      places.filter((row) => folds[row] !== fold),
      places.filter((row) => folds[row] === fold),
    ]
    const pick = (rows: readonly number[]) => Float64Array.from(rows, (row) => elementAt(chances, row))
    const calibration = learn(
      pick(rest),
      Float64Array.from(rest, (row) => itemAt(labels, row)),
    )
    for (const [index, value] of calibrate(calibration, pick(own)).entries()) held[own[index] ?? 0] = value
  }
  return held
}

function lossesOf(chances: Float64Array, labels: ArrayLike<number>): Float64Array {
  return chances.map((chance, row) =>
    Math.min(27.7, -Math.log(Math.max(1e-12, labels[row] === 1 ? chance : 1 - chance))),
  )
}
