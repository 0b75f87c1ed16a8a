import type { Random } from '../math/random.ts'
import { startBoosting, startMargins } from './boosting.ts'
import { type BoostingOptions, lossOptionsOf } from './boosting-options.ts'
import { type Fold, joinHeld } from './folded-rows.ts'
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
export function chooseBoosting(
  folds: readonly Fold[],
  candidates: readonly BoostingOptions[],
  random: Random,
): BoostingTrial {
  const [first, ...others] = candidates.map((options) => tryBoosting(folds, options, random))
  if (first === undefined) throw new Error('there are no settings to choose from')
  return others.reduce((best, trial) => (trial.loss < best.loss ? trial : best), first)
}

/**
 * Grows a model beside each held fold, all of them tree by tree together, until the loss over all held rows has not
 * fallen for long: the number of trees then rests on every row and favours no fold.
 */
function tryBoosting(folds: readonly Fold[], options: BoostingOptions, random: Random): BoostingTrial {
  const { treeCount = 300 } = options
  const parts = folds.map((fold, index) => startPart(fold, options, random.fork(`fold ${index}`)))
  const rowCount = folds.reduce((sum, { heldRows }) => sum + heldRows.length, 0)
  const lossOfAll = () => parts.reduce((sum, part) => sum + part.lossSum(), 0) / rowCount
  const copyMargins = () => parts.map(({ margins }) => margins.slice())
  let best = { count: 0, loss: lossOfAll(), margins: copyMargins() }
  for (let count = 1; count <= treeCount && count - best.count <= patience; count++) {
    for (const part of parts) part.grow()
    const loss = lossOfAll()
    if (loss < best.loss) best = { count, loss, margins: copyMargins() }
  }
  return {
    options: { ...options, treeCount: best.count },
    loss: best.loss,
    margins: joinHeld(folds, best.margins),
  }
}

function startPart({ rest, restLabels, held, heldLabels }: Fold, options: BoostingOptions, random: Random) {
  const booster = startBoosting(rest, restLabels, options, random)
  const margins = startMargins(booster.baseMargins, heldLabels.length)
  const loss = createLoss(lossOptionsOf(options), {
    labels: heldLabels,
    weights: undefined,
    queries: undefined,
  })
  return {
    margins,
    grow() {
      addFlatTrees(margins, flattenTrees(booster.grow()), held)
    },
    lossSum: () => heldLabels.length * loss.mean(margins),
  }
}
