import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'

/** Around each answer where the truth lies with the asked probability, whatever the model and the errors are like. */
export type Intervals = {
  readonly predicted: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

/** How errors are compared between rows: as they are, or in proportion to what is predicted (amounts whose error grows). */
export type ErrorScale = 'absolute' | 'proportional'

/** How far off a model was on rows that it did not learn from; plain data. */
export type SplitConformal = {
  readonly formatVersion: 1
  readonly coverage: number
  readonly scale: ErrorScale
  /** Predictions nearer to 0 than this count as this, where errors are in proportion. */
  readonly floor: number
  /** In units of the scale; null where rows are too few to hold the coverage: nothing short of everything does. */
  readonly margin: number | null
}

/**
 * Split conformal intervals: the ⌈(n + 1) coverage⌉-th smallest error of n rows that the model did not learn from. Tomorrow's rows,
 * where they are like those, lie inside at least so often, whatever the model.
 * Source: Papadopoulos et al. (2002); Lei et al. (2018), "Distribution-free predictive inference for regression", algorithm 2.
 * @throws AppError 'bad_input' for a coverage outside 0..1 or arrays of unlike lengths.
 */
export function fitSplitConformal(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  { coverage, scale = 'absolute' }: { readonly coverage: number; readonly scale?: ErrorScale },
): SplitConformal {
  checkCoverage(coverage)
  if (predicted.length !== actual.length)
    throw new AppError('bad_input', `${predicted.length} predictions stand beside ${actual.length} truths`)
  const sizes = Float64Array.from(predicted, Math.abs)
  const floor = Math.max(
    1e-12,
    (sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length)) * 0.01,
  )
  const errors = sizes.map(
    (_, row) =>
      Math.abs(itemAt(actual, row) - itemAt(predicted, row)) /
      unitOf({ scale, floor }, itemAt(predicted, row)),
  )
  const margin = upperRank(errors.sort(), coverage)
  return { formatVersion: 1, coverage, scale, floor, margin: Number.isFinite(margin) ? margin : null }
}

/** Everything, where rows were too few. @param least answers are never below it, such as 0 for counts and amounts */
export function splitIntervals(
  conformal: SplitConformal,
  predicted: Float64Array,
  least = Number.NEGATIVE_INFINITY,
): Intervals {
  const marginOf = (value: number) =>
    (conformal.margin ?? Number.POSITIVE_INFINITY) * unitOf(conformal, value)
  return {
    predicted,
    low: predicted.map((value) => Math.max(least, value - marginOf(value))),
    high: predicted.map((value) => value + marginOf(value)),
  }
}

/** For each class the least probability with which it may still be the one; plain data. */
export type ClassSets = {
  readonly formatVersion: 1
  readonly coverage: number
  /** A class is in the set of a row from this probability on. */
  readonly thresholds: readonly number[]
}

/**
 * Sets of classes that hold the true one with the asked probability: within each class, so that rare ones are held as often as
 * common ones. A class of too few rows is in every set.
 * Source: Sadinle, Lei & Wasserman (2019), "Least ambiguous set-valued classifiers"; by class Vovk et al. (2005), §4.5 (Mondrian).
 * @param probabilities [rows × classes], of rows that the model did not learn from
 */
export function fitClassSets(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  { classCount, coverage }: { readonly classCount: number; readonly coverage: number },
): ClassSets {
  checkCoverage(coverage)
  if (probabilities.length !== labels.length * classCount)
    throw new AppError(
      'bad_input',
      `${probabilities.length} probabilities stand where ${labels.length * classCount} belong`,
    )
  const thresholds = Array.from({ length: classCount }, (_, place) => {
    const errors: number[] = []
    for (let row = 0; row < labels.length; row++)
      if (itemAt(labels, row) === place) errors.push(1 - elementAt(probabilities, row * classCount + place))
    const margin = upperRank(Float64Array.from(errors).sort(), coverage)
    return Number.isFinite(margin) ? 1 - margin : 0
  })
  return { formatVersion: 1, coverage, thresholds }
}

/** The classes of each row's set, likeliest first; none where no class is likely enough. */
export function classSetsOf({ thresholds }: ClassSets, probabilities: Float64Array): number[][] {
  const classCount = thresholds.length
  return Array.from({ length: probabilities.length / classCount }, (_, row) => {
    const own = probabilities.subarray(row * classCount, (row + 1) * classCount)
    return (
      [...thresholds.keys()]
        // 1 − (1 − p) may fall below p by rounding.
        .filter((place) => elementAt(own, place) >= itemAt(thresholds, place) - 1e-12)
        .sort((a, b) => elementAt(own, b) - elementAt(own, a))
    )
  })
}

/** Chances of 1 as probabilities of the classes 0 and 1. */
export function toTwoClasses(chances: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * chances.length }, (_, index) => {
    const chance = elementAt(chances, index >> 1)
    return index % 2 === 1 ? chance : 1 - chance
  })
}

/** ⌈(n + 1) coverage⌉: beyond n where n rows are too few to hold the coverage. */
export function rankOf(rowCount: number, coverage: number): number {
  // Guards the ceiling from rounding: .9 · 10 must be 9.
  return Math.ceil((rowCount + 1) * coverage - 1e-9)
}

function upperRank(sorted: Float64Array, coverage: number): number {
  const rank = rankOf(sorted.length, coverage)
  return rank > sorted.length ? Number.POSITIVE_INFINITY : elementAt(sorted, rank - 1)
}

function unitOf({ scale, floor }: Pick<SplitConformal, 'scale' | 'floor'>, predicted: number): number {
  return scale === 'absolute' ? 1 : Math.max(floor, Math.abs(predicted))
}

/** @throws AppError 'bad_input' outside 0..1. */
export function checkCoverage(coverage: number): void {
  if (coverage > 0 && coverage < 1) return
  throw new AppError('bad_input', `coverage must lie between 0 and 1, got ${coverage}`)
}
