import { pause } from '../core/pause.ts'
import type { Random } from '../math/random.ts'
import { startBoosting, startMargins } from './boosting.ts'
import { type BoostingOptions, lossOptionsOf } from './boosting-options.ts'
import { weightsOf } from './check-learning.ts'
import { joinFolds, type LearningFold } from './learning-folds.ts'
import { createLoss } from './trees/create-loss.ts'
import { addFlatTrees, flattenTrees } from './trees/flat-trees.ts'

/** What settings are worth on rows that the trees did not learn from. */
type BoostingTrial = {
  /** As tried, with the best number of trees. */
  readonly options: BoostingOptions & { readonly treeCount: number }
  /** Mean loss over all held rows. */
  readonly loss: number
  /** By row of the whole dataset: the margin from the trees that did not see it. */
  readonly margins: Float64Array
}

/** Growth stops so many trees after the least loss. */
const patience = 40

/** The candidate of least loss on held rows; the first of equal ones. */
export async function chooseBoosting(
  folds: readonly LearningFold[],
  candidates: readonly BoostingOptions[],
  random: Random,
  signal?: AbortSignal,
): Promise<BoostingTrial> {
  let best: BoostingTrial | undefined
  for (const options of candidates) {
    const trial = await tryBoosting(folds, options, random, signal)
    if (best === undefined || trial.loss < best.loss) best = trial
  }
  if (best === undefined) throw new Error('there are no settings to choose from')
  return best
}

/**
 * Grows a model beside each held fold, all of them tree by tree together, until the loss over all held rows has not
 * fallen for long: the number of trees then rests on every row and favours no fold.
 */
async function tryBoosting(
  folds: readonly LearningFold[],
  options: BoostingOptions,
  random: Random,
  signal: AbortSignal | undefined,
): Promise<BoostingTrial> {
  const { treeCount = 300 } = options
  const parts = folds.map((fold, index) => startPart(fold, options, random.fork(`fold ${index}`)))
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  const lossOfAll = () => parts.reduce((sum, part) => sum + part.lossSum(), 0) / total
  const copyMargins = () => parts.map(({ margins }) => margins.slice())
  let best = { count: 0, loss: lossOfAll(), margins: copyMargins() }
  for (let count = 1; count <= treeCount && count - best.count <= patience; count++) {
    for (const part of parts) part.grow()
    await pause(signal)
    const loss = lossOfAll()
    if (loss < best.loss) best = { count, loss, margins: copyMargins() }
  }
  return {
    options: { ...options, treeCount: best.count },
    loss: best.loss,
    margins: joinFolds(folds, best.margins),
  }
}

function startPart({ rest, held }: LearningFold, options: BoostingOptions, random: Random) {
  const weighed = rest.weights === undefined ? options : { ...options, weights: rest.weights }
  const booster = startBoosting(rest.dataset, rest.labels, weighed, random)
  const margins = startMargins(booster.baseMargins, held.labels.length)
  const loss = createLoss(lossOptionsOf(options), {
    labels: held.labels,
    weights: held.weights,
    queries: undefined,
  })
  const weight = weightsOf(held).reduce((sum, each) => sum + each, 0)
  return {
    margins,
    weight,
    grow() {
      addFlatTrees(margins, flattenTrees(booster.grow()), held.dataset)
    },
    lossSum: () => weight * loss.mean(margins),
  }
}
