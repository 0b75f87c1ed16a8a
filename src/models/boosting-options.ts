import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { binColumns } from './trees/binned-columns.ts'
import { createTreeGrower } from './trees/grow-tree.ts'
import {
  type BoostingObjective,
  checkLossRows,
  type LossOptions,
  type LossRows,
  totalWeight,
} from './trees/loss.ts'

export type BoostingOptions = {
  readonly objective: BoostingObjective
  /** Trees at most, of each output; 300 by default. */
  readonly treeCount?: number
  /** Share of each tree's answer that is kept; .05 by default. */
  readonly learningRate?: number
  /** Splits go to the leaf of greatest gain until there are so many leaves; 31 by default. */
  readonly maxLeaves?: number
  /** 6 by default. With `maxLeaves` = 2 ** maxDepth trees grow level by level. */
  readonly maxDepth?: number
  /** λ on the leaves; 1 by default. */
  readonly l2?: number
  /** Least hessian of a leaf (weight of rows, times p (1 − p) if logistic); 1 by default, .001 for `ranking`. */
  readonly minChildWeight?: number
  /** 0 by default. */
  readonly minGain?: number
  /** Share of the rows, and of the columns, that each tree sees; 1 by default. */
  readonly rowShare?: number
  readonly columnShare?: number
  /** Models grown beside each other, each from its own chance, and averaged; then `treeCount` is of each. 1 by default. */
  readonly bagCount?: number
  /** Bins of a column, 2..255; 255 by default. */
  readonly maxBins?: number
  /** Features whose values are codes of categories without an order. */
  readonly categorical?: readonly string[]
  /** Hessian added to each category's when categories are ordered; 10 by default. */
  readonly categorySmoothing?: number
  /** By feature: 1 where more of it may never lower the answer, −1 where it may never raise it, others equal. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>
  /** A weight for each row; 1 by default. Of `ranking` a query weighs what its first row does. */
  readonly weights?: ArrayLike<number>
  /** For `ranking` the query of each row, rows of one query next to each other. */
  readonly queries?: readonly string[]
  /** Of `softmax`: labels are 0..classCount − 1. 2 by default. */
  readonly classCount?: number
  /** Of `tweedie`, between 1 and 2; 1.5 by default. */
  readonly tweediePower?: number
  /** Of `ranking`: ranks that count; 10 by default. */
  readonly rankCount?: number
  /** Rows that decide how many trees are kept: growth stops `patience` (30) trees after their best loss. */
  readonly validation?: {
    readonly dataset: Dataset
    readonly labels: ArrayLike<number>
    readonly weights?: ArrayLike<number>
    readonly queries?: readonly string[]
    readonly patience?: number
  }
}

/** What the loss needs to know of the options. */
export function lossOptionsOf({
  objective,
  classCount = 2,
  tweediePower = 1.5,
  rankCount = 10,
}: BoostingOptions): LossOptions {
  return { objective, classCount, tweediePower, rankCount }
}

/** A mean moves by no more than e^.7 with a leaf, as XGBoost's max_delta_step: a Newton step from near 0 would run away. */
const logLinkStep = 0.7

/** A grower of trees over the dataset's columns, as the options have it. */
export function createGrower(dataset: Dataset, rows: LossRows, options: BoostingOptions) {
  // Sums of n doubles that are subtracted from each other are right to about n · 1e-16 of their total.
  const rounding = 1e-10 * totalWeight(rows)
  const { objective, minChildWeight = objective === 'ranking' ? 1e-3 : 1 } = options
  const hasLogLink = objective === 'poisson' || objective === 'gamma' || objective === 'tweedie'
  return createTreeGrower(binColumns(dataset, categoricalColumns(dataset, options), options.maxBins ?? 255), {
    maxLeaves: options.maxLeaves ?? 31,
    maxDepth: options.maxDepth ?? 6,
    l2: options.l2 ?? 1,
    // Above what rounding leaves: a side without rows would have no cover.
    minChildWeight: Math.max(minChildWeight, 2 * rounding),
    minGain: options.minGain ?? 0,
    rounding,
    categorySmoothing: options.categorySmoothing ?? 10,
    monotone: monotoneColumns(dataset, options),
    maxStep: hasLogLink ? logLinkStep : Number.POSITIVE_INFINITY,
  })
}

function categoricalColumns({ featureNames }: Dataset, { categorical = [] }: BoostingOptions): Set<number> {
  const columns = categorical.map((name) => featureNames.indexOf(name))
  const unknown = categorical.find((_, index) => columns[index] === -1)
  if (unknown !== undefined)
    throw new AppError('bad_input', `categorical feature '${unknown}' is not in the dataset`)
  return new Set(columns)
}

function monotoneColumns(
  { featureNames }: Dataset,
  { monotone = {}, categorical = [] }: BoostingOptions,
): Int8Array | undefined {
  const directions = new Int8Array(featureNames.length)
  for (const [name, direction] of Object.entries(monotone)) {
    const column = featureNames.indexOf(name)
    if (column === -1) throw new AppError('bad_input', `monotone feature '${name}' is not in the dataset`)
    if (categorical.includes(name))
      throw new AppError('bad_input', `feature '${name}' is categorical: it has no order to be monotone in`)
    directions[column] = direction
  }
  return directions.some((direction) => direction !== 0) ? directions : undefined
}

/** @throws AppError 'too_little_data' without rows, 'bad_input' for what does not fit. */
export function checkBoostingInput(dataset: Dataset, rows: LossRows, options: BoostingOptions): void {
  const { labels } = rows
  if (labels.length === 0) throw new AppError('too_little_data', 'boosting needs rows to learn from')
  if (labels.length !== dataset.rowIds.length) {
    throw new AppError('bad_input', `${dataset.rowIds.length} rows have ${labels.length} labels`)
  }
  for (const [name, { value, expected, fits }] of Object.entries(rangesOf(options)))
    if (!fits) throw new AppError('bad_input', `${name} must be ${expected}`, { received: String(value) })
  checkLossRows(lossOptionsOf(options), rows)
}

type Range = { readonly value: number; readonly expected: string; readonly fits: boolean }

function rangesOf(options: BoostingOptions): Readonly<Record<string, Range>> {
  const { maxBins = 255, learningRate = 0.05, l2 = 1, minChildWeight = 1, minGain = 0 } = options
  const { treeCount = 300, bagCount = 1, maxDepth = 6, maxLeaves = 31, classCount = 2 } = options
  const { tweediePower = 1.5, rankCount = 10, rowShare = 1, columnShare = 1 } = options
  const within = (value: number, low: number, high: number) => ({
    value,
    expected: `in ${low}..${high}`,
    fits: value >= low && value <= high,
  })
  const above = (value: number, low: number) => ({ value, expected: `above ${low}`, fits: value > low })
  const atLeast = (value: number, low: number) => ({
    value,
    expected: `at least ${low}`,
    fits: value >= low && value < Number.POSITIVE_INFINITY,
  })
  const whole = (value: number, low: number) => ({
    value,
    expected: `a whole number from ${low}`,
    fits: Number.isInteger(value) && value >= low,
  })
  return {
    maxBins: within(maxBins, 2, 255),
    rowShare: above(rowShare, 0),
    columnShare: above(columnShare, 0),
    learningRate: above(learningRate, 0),
    l2: atLeast(l2, 0),
    minChildWeight: atLeast(minChildWeight, 0),
    minGain: atLeast(minGain, 0),
    treeCount: whole(treeCount, 0),
    bagCount: whole(bagCount, 1),
    maxDepth: whole(maxDepth, 0),
    maxLeaves: whole(maxLeaves, 1),
    classCount: whole(classCount, 2),
    rankCount: whole(rankCount, 1),
    tweediePower: {
      value: tweediePower,
      expected: 'between 1 and 2',
      fits: tweediePower > 1 && tweediePower < 2,
    },
  }
}
