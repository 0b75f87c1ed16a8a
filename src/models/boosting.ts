import type { Dataset } from '../core/dataset.ts'
import type { Random } from '../math/random.ts'
import { type BoostingOptions, checkBoostingInput, createGrower, lossOptionsOf } from './boosting-options.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import { createLoss } from './trees/create-loss.ts'
import { addFlatTrees, type FlatTrees, flattenTrees } from './trees/flat-trees.ts'
import type { GrownTree } from './trees/grow-tree.ts'
import { type BoostingObjective, checkLossRows, type LossRows } from './trees/loss.ts'
import { probabilityOf } from './trees/pointwise-loss.ts'
import { type SampledRows, sampleRows } from './trees/sample-rows.ts'
import { softmaxRows } from './trees/softmax-loss.ts'
import type { TreeNode } from './trees/tree.ts'

/** Trees whose answers add up to margins (log-odds, a log of the mean, the number itself). Plain data that JSON keeps. */
export type BoostingModel = {
  readonly kind: 'boosting'
  readonly formatVersion: 1
  readonly objective: BoostingObjective
  readonly featureNames: readonly string[]
  /** The margins before any tree, one an output: a `softmax` has one a class. */
  readonly baseMargins: readonly number[]
  /** Tree i adds to output i modulo the number of outputs. */
  readonly trees: readonly TreeNode[]
  /** Share of the loss that splits on each feature took away, by feature; sums to 1 (0 where no tree split). */
  readonly importances: readonly number[]
}

/** A model that grows, for those who decide on the way when to stop. */
export type Booster = {
  readonly baseMargins: readonly number[]
  /** Adds a round: a tree for each output of each model of the bag. */
  grow(): readonly TreeNode[]
  /** The first rounds as a model. */
  build(roundCount: number): BoostingModel
}

/** A fit, a round at a time. */
export type BoostingRun = {
  /** Adds a round; false once there is nothing more to add. */
  step(): boolean
  /** The mean loss on validation rows after the last round; undefined without such rows. */
  loss(): number | undefined
  /** The rounds up to the best one. */
  roundCount(): number
  build(): BoostingModel
}

/**
 * Gradient boosted trees on histograms of a byte (Friedman, 2001; second-order steps as Chen & Guestrin, 2016).
 * @param labels 0 or 1 for `logistic`, as `BoostingObjective` has it for others
 * @throws AppError 'bad_input' for labels that do not fit the objective, infinite values or impossible options;
 *   'too_little_data' without rows; 'diverged' when the base margin is not finite.
 */
export function fitBoosting(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): BoostingModel {
  const run = runBoosting(dataset, labels, options, random)
  while (run.step());
  return run.build()
}

/** As `fitBoosting`, for those who do something between rounds. */
export function runBoosting(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): BoostingRun {
  const booster = startBoosting(dataset, labels, options, random)
  const { treeCount = 300 } = options
  const watch = createWatch(options, booster.baseMargins)
  let count = 0
  const roundCount = () => watch?.bestCount() ?? count
  return {
    step() {
      if (count >= treeCount || watch?.isOver()) return false
      const trees = booster.grow()
      watch?.add(trees)
      count++
      return true
    },
    loss: () => watch?.loss(),
    roundCount,
    build: () => booster.build(roundCount()),
  }
}

/** As `fitBoosting`, a round at a time; `treeCount` and `validation` are left to the caller. */
export function startBoosting(
  dataset: Dataset,
  labels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): Booster {
  const rows = { labels, weights: options.weights, queries: options.queries }
  checkBoostingInput(dataset, rows, options)
  const { objective, bagCount = 1 } = options
  const { featureNames } = dataset
  const growRound = createRounds(dataset, rows, options, random)
  const grown: GrownTree[] = []
  return {
    baseMargins: growRound.baseMargins,
    grow() {
      const round = growRound.grow()
      grown.push(...round)
      return round.map(({ root }) => root)
    },
    build(roundCount) {
      const kept = grown.slice(0, roundCount * bagCount * growRound.baseMargins.length)
      return {
        kind: 'boosting',
        formatVersion: 1,
        objective,
        featureNames,
        baseMargins: growRound.baseMargins,
        trees: kept.map(({ root }) => root),
        importances: importancesOf(kept, featureNames.length),
      }
    },
  }
}

/** Grows the trees of a round from the margins that those before it left. */
function createRounds(dataset: Dataset, rows: LossRows, options: BoostingOptions, random: Random) {
  const { learningRate = 0.05, rowShare = 1, columnShare = 1, bagCount = 1 } = options
  const rowCount = dataset.rowIds.length
  const loss = createLoss(lossOptionsOf(options), rows)
  const growTree = createGrower(dataset, rows, options)
  const baseMargins = loss.bestConstants()
  const size = baseMargins.length * rowCount
  const bag = Array.from({ length: bagCount }, () => startMargins(baseMargins, rowCount))
  const derivatives = { gradients: new Float64Array(size), hessians: new Float64Array(size) }
  const growOne = (margins: Float64Array): GrownTree[] => {
    loss.differentiate(margins, derivatives)
    return baseMargins.map((_, output) => {
      const [start, end] = [output * rowCount, (output + 1) * rowCount]
      const sampled = sampleRows(rowCount, rowShare, random)
      const columns = Array.from(sampleRows(dataset.featureNames.length, columnShare, random).rows)
      const gradients = derivatives.gradients.subarray(start, end)
      const hessians = derivatives.hessians.subarray(start, end)
      const tree = growTree({ ...sampled, gradients, hessians, columns }, learningRate / bagCount)
      addToMargins(margins.subarray(start, end), tree, sampled, bagCount)
      return tree
    })
  }
  return { baseMargins, grow: () => bag.flatMap(growOne) }
}

/** What a boosted model answers: probabilities, means or numbers, one a row; of `softmax` [rows × classes], row-major. */
export function predictBoosting(
  model: BoostingModel,
  dataset: Dataset,
  flat: FlatTrees = flattenTrees(model.trees),
): Float64Array {
  checkFeatureNames(model.featureNames, dataset)
  const margins = startMargins(model.baseMargins, dataset.rowIds.length)
  addFlatTrees(margins, flat, dataset)
  switch (model.objective) {
    case 'logistic':
      return margins.map(probabilityOf)
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return margins.map(Math.exp)
    case 'softmax':
      return softmaxRows(margins, model.baseMargins.length)
    case 'squared_error':
    case 'ranking':
      return margins
    default:
      return model.objective satisfies never
  }
}

/** [outputs × rows], output-major. */
export function startMargins(baseMargins: readonly number[], rowCount: number): Float64Array {
  const margins = new Float64Array(baseMargins.length * rowCount)
  for (const [output, margin] of baseMargins.entries())
    margins.fill(margin, output * rowCount, (output + 1) * rowCount)
  return margins
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
    for (let place = start; place < end; place++) {
      const row = rows[place] ?? 0
      margins[row] = (margins[row] ?? 0) + step
    }
    for (let place = otherStart; place < otherEnd; place++) {
      const row = others[place] ?? 0
      margins[row] = (margins[row] ?? 0) + step
    }
  }
}

/** Follows the loss on rows that no tree has seen. */
function createWatch(options: BoostingOptions, baseMargins: readonly number[]) {
  if (options.validation === undefined) return undefined
  const { dataset, labels, weights, queries, patience = 30 } = options.validation
  const rows = { labels, weights, queries }
  checkLossRows(lossOptionsOf(options), rows)
  const loss = createLoss(lossOptionsOf(options), rows)
  const margins = startMargins(baseMargins, labels.length)
  let [count, last] = [0, loss.mean(margins)]
  let best = { loss: last, count: 0 }
  return {
    add(trees: readonly TreeNode[]): void {
      addFlatTrees(margins, flattenTrees(trees), dataset)
      count++
      last = loss.mean(margins)
      if (last < best.loss) best = { loss: last, count }
    },
    isOver: () => count - best.count >= patience,
    bestCount: () => best.count,
    loss: () => last,
  }
}

function importancesOf(trees: readonly GrownTree[], columnCount: number): number[] {
  const gains = new Float64Array(columnCount)
  for (const { column, gain } of trees.flatMap((tree) => tree.gains))
    gains[column] = (gains[column] ?? 0) + gain
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  return Array.from(gains, (gain) => (total > 0 ? gain / total : 0))
}
