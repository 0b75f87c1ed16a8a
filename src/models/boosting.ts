import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import { binColumns } from './trees/binned-columns.ts'
import { createTreeGrower, type GrownTree } from './trees/grow-tree.ts'
import {
  type BoostingObjective,
  bestConstant,
  differentiate,
  meanLoss,
  probabilityOf,
  totalWeight,
} from './trees/objective.ts'
import { addTree, type TreeNode } from './trees/tree.ts'

export type BoostingOptions = {
  readonly objective: BoostingObjective
  /** Trees at most; 300 by default. */
  readonly treeCount?: number
  /** Share of each tree's answer that is kept; .05 by default. */
  readonly learningRate?: number
  /** Splits go to the leaf of greatest gain until there are so many leaves; 31 by default. */
  readonly maxLeaves?: number
  /** 6 by default. With `maxLeaves` = 2 ** maxDepth trees grow level by level. */
  readonly maxDepth?: number
  /** λ on the leaves; 1 by default. */
  readonly l2?: number
  /** Least hessian of a leaf (weight of rows, times p (1 − p) if logistic); 1 by default. */
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
  /** A weight for each row; 1 by default. */
  readonly weights?: ArrayLike<number>
  /** Rows that decide how many trees are kept: growth stops `patience` (30) trees after their best loss. */
  readonly validation?: {
    readonly dataset: Dataset
    readonly labels: ArrayLike<number>
    readonly patience?: number
  }
}

/** Trees whose answers add up to a margin (log-odds, or the number itself). Plain data that JSON keeps. */
export type BoostingModel = {
  readonly kind: 'boosting'
  readonly formatVersion: 1
  readonly objective: BoostingObjective
  readonly featureNames: readonly string[]
  /** The margin before any tree. */
  readonly baseMargin: number
  readonly trees: readonly TreeNode[]
  /** Share of the loss that splits on each feature took away, by feature; sums to 1 (0 where no tree split). */
  readonly importances: readonly number[]
}

/** A model that grows, for those who decide on the way when to stop. */
export type Booster = {
  readonly baseMargin: number
  /** Adds a round: a tree for each model of the bag. */
  grow(): readonly TreeNode[]
  /** The first rounds as a model. */
  build(roundCount: number): BoostingModel
}

/**
 * Gradient boosted trees on histograms of a byte (Friedman, 2001; second-order steps as Chen & Guestrin, 2016).
 * @param labels 0 or 1 for `logistic`
 * @throws AppError 'bad_input' for labels that do not fit the objective, infinite values or impossible options;
 *   'too_little_data' without rows; 'diverged' when the base margin is not finite.
 */
export function fitBoosting(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): BoostingModel {
  const booster = startBoosting(dataset, labels, options, random)
  const { objective, treeCount = 300, validation } = options
  const watch = validation && createWatch(validation, objective, booster.baseMargin)
  for (let count = 0; count < treeCount && !(watch?.isOver() ?? false); count++) {
    const trees = booster.grow()
    watch?.add(trees)
  }
  return booster.build(watch?.bestCount() ?? treeCount)
}

/** As `fitBoosting`, a round at a time; `treeCount` and `validation` are left to the caller. */
export function startBoosting(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): Booster {
  checkInput(dataset, labels, options)
  const { objective, learningRate = 0.05, rowShare = 1, columnShare = 1, bagCount = 1 } = options
  const { featureNames } = dataset
  const weighed = { labels, weights: options.weights }
  const growTree = createGrower(dataset, totalWeight(weighed), options)
  const baseMargin = bestConstant(objective, weighed)
  const bag = Array.from({ length: bagCount }, () => new Float64Array(labels.length).fill(baseMargin))
  const derivatives = {
    gradients: new Float64Array(labels.length),
    hessians: new Float64Array(labels.length),
  }
  const grown: GrownTree[] = []
  const growOne = (margins: Float64Array): GrownTree => {
    differentiate(objective, weighed, margins, derivatives)
    const sampled = sampleIndices(labels.length, rowShare, random)
    const columns = Array.from(sampleIndices(featureNames.length, columnShare, random).rows)
    const tree = growTree({ ...sampled, ...derivatives, columns }, learningRate / bagCount)
    addToMargins(margins, tree, sampled, bagCount)
    return tree
  }
  return {
    baseMargin,
    grow() {
      const round = bag.map(growOne)
      grown.push(...round)
      return round.map(({ root }) => root)
    },
    build(roundCount) {
      const kept = grown.slice(0, roundCount * bagCount)
      const trees = kept.map(({ root }) => root)
      const importances = importancesOf(kept, featureNames.length)
      return { kind: 'boosting', formatVersion: 1, objective, featureNames, baseMargin, trees, importances }
    },
  }
}

/** Probabilities (`logistic`) or numbers (`squared_error`), one a row. */
export function predictBoosting(model: BoostingModel, dataset: Dataset): Float64Array {
  checkFeatureNames(model.featureNames, dataset)
  const margins = new Float64Array(dataset.rowIds.length).fill(model.baseMargin)
  for (const tree of model.trees) addTree(margins, tree, dataset)
  return model.objective === 'logistic' ? margins.map(probabilityOf) : margins
}

/** Rows lie sorted by leaf; of a bag's model the tree says only a part. */
function addToMargins(
  margins: Float64Array,
  { leaves }: GrownTree,
  { rows, others }: SampledRows,
  bagCount: number,
): void {
  for (const { value, start, end, otherStart, otherEnd } of leaves) {
    const step = value * bagCount
    for (const row of rows.subarray(start, end)) margins[row] = (margins[row] ?? 0) + step
    for (const row of others.subarray(otherStart, otherEnd)) margins[row] = (margins[row] ?? 0) + step
  }
}

/** Follows the loss on rows that no tree has seen. */
function createWatch(
  { dataset, labels, patience = 30 }: NonNullable<BoostingOptions['validation']>,
  objective: BoostingObjective,
  baseMargin: number,
) {
  const margins = new Float64Array(labels.length).fill(baseMargin)
  let count = 0
  let best = { loss: meanLoss(objective, labels, margins), count: 0 }
  return {
    add(trees: readonly TreeNode[]): void {
      for (const tree of trees) addTree(margins, tree, dataset)
      count++
      const loss = meanLoss(objective, labels, margins)
      if (loss < best.loss) best = { loss, count }
    },
    isOver: () => count - best.count >= patience,
    bestCount: () => best.count,
  }
}

type SampledRows = { readonly rows: Int32Array; readonly others: Int32Array }

/** A seeded share of 0..count-1 without replacement, at least one, and those that were not drawn; both in order. */
function sampleIndices(count: number, share: number, random: Random): SampledRows {
  const size = Math.min(count, Math.max(1, Math.round(count * share)))
  const [rows, others] = [new Int32Array(size), new Int32Array(count - size)]
  let filled = 0
  for (let index = 0; index < count; index++) {
    // Selection sampling: each index with the probability that leaves the right number (Knuth, vol. 2, 3.4.2 S).
    const isDrawn = size === count || random.next() * (count - index) < size - filled
    if (isDrawn) rows[filled++] = index
    else others[index - filled] = index
  }
  return { rows, others }
}

function importancesOf(trees: readonly GrownTree[], columnCount: number): number[] {
  const gains = new Float64Array(columnCount)
  for (const { column, gain } of trees.flatMap((tree) => tree.gains))
    gains[column] = (gains[column] ?? 0) + gain
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  return Array.from(gains, (gain) => (total > 0 ? gain / total : 0))
}

function createGrower(dataset: Dataset, weight: number, options: BoostingOptions) {
  // Sums of n doubles that are subtracted from each other are right to about n · 1e-16 of their total.
  const rounding = 1e-10 * weight
  return createTreeGrower(binColumns(dataset, categoricalColumns(dataset, options), options.maxBins ?? 255), {
    maxLeaves: options.maxLeaves ?? 31,
    maxDepth: options.maxDepth ?? 6,
    l2: options.l2 ?? 1,
    // Above what rounding leaves: a side without rows would have no cover.
    minChildWeight: Math.max(options.minChildWeight ?? 1, 2 * rounding),
    minGain: options.minGain ?? 0,
    rounding,
    categorySmoothing: options.categorySmoothing ?? 10,
  })
}

function categoricalColumns({ featureNames }: Dataset, { categorical = [] }: BoostingOptions): Set<number> {
  const columns = categorical.map((name) => featureNames.indexOf(name))
  const unknown = categorical.find((_, index) => columns[index] === -1)
  if (unknown !== undefined)
    throw new AppError('bad_input', `categorical feature '${unknown}' is not in the dataset`)
  return new Set(columns)
}

function checkInput(dataset: Dataset, labels: ArrayLike<number>, options: BoostingOptions): void {
  const { objective, maxBins = 255, rowShare = 1, columnShare = 1, bagCount = 1 } = options
  if (labels.length === 0) throw new AppError('too_little_data', 'boosting needs rows to learn from')
  if (labels.length !== dataset.rowIds.length) {
    throw new AppError('bad_input', `${dataset.rowIds.length} rows have ${labels.length} labels`)
  }
  if (objective === 'logistic' && Array.from(labels).some((label) => label !== 0 && label !== 1)) {
    throw new AppError('bad_input', 'labels of a logistic objective must be 0 or 1')
  }
  if (!(maxBins >= 2 && maxBins <= 255 && rowShare > 0 && columnShare > 0 && bagCount >= 1)) {
    throw new AppError('bad_input', 'maxBins must be 2..255, shares above 0 and bagCount at least 1', {
      received: `${maxBins}, ${rowShare}, ${columnShare}, ${bagCount}`,
    })
  }
}
