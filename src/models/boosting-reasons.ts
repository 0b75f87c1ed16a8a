import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import type { BoostingModel } from './boosting.ts'
import type { Contribution } from './linear-reasons.ts'
import { checkFeatureNames } from './prepare/scaler.ts'
import type { TreeNode } from './trees/tree.ts'
import { createTreeExplainer, meanOfTree } from './trees/tree-shap.ts'

/** Why each row has its score, in units of the margin (log-odds, or the number itself). */
export type BoostingReasons = {
  /** The margin of the average training row. */
  readonly base: number
  /** By row, largest first, features without a part left out; with `base` they sum to the row's margin. */
  readonly contributions: readonly (readonly Contribution[])[]
}

/**
 * Exact Shapley values of each feature in each row's margin.
 * @throws AppError 'bad_input' when the features are not those of the model, or it is of classes, which have a score each.
 */
export function explainBoosting(model: BoostingModel, dataset: Dataset): BoostingReasons {
  checkFeatureNames(model.featureNames, dataset)
  if (model.baseMargins.length !== 1)
    throw new AppError('bad_input', 'a model of classes has no one score to explain')
  const explain = createTreeExplainer(Math.max(0, ...model.trees.map(depthOf)))
  const base = model.trees.reduce((sum, tree) => sum + meanOfTree(tree), model.baseMargins[0] ?? 0)
  const width = model.featureNames.length
  const contributions = dataset.rowIds.map((_, row) => {
    const shares = new Float64Array(width)
    for (const tree of model.trees) explain(tree, { values: dataset.values, start: row * width }, shares)
    return model.featureNames
      .map((feature, column) => ({ feature, contribution: shares[column] ?? 0 }))
      .filter(({ contribution }) => contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  })
  return { base, contributions }
}

function depthOf(node: TreeNode): number {
  return node.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(node.left), depthOf(node.right))
}
