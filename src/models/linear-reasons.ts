import { itemAt } from '../math/matrix.ts'

/** A feature's part in one prediction: weight × distance from its mean in training. */
export type Contribution = { readonly feature: string; readonly contribution: number }

/**
 * Splits a linear score of standardised columns: the intercept (the score of the average row) plus these sum to the
 * score. An indicator of a missing value (`name?`) counts towards its feature. Largest first.
 */
export function splitLinearScore(
  featureNames: readonly string[],
  weights: ArrayLike<number>,
  row: ArrayLike<number>,
): Contribution[] {
  const sums = new Map<string, number>()
  for (const [column, name] of featureNames.entries()) {
    const feature = name.endsWith('?') ? name.slice(0, -1) : name
    const contribution = itemAt(weights, column) * itemAt(row, column)
    sums.set(feature, (sums.get(feature) ?? 0) + contribution)
  }
  return [...sums]
    .map(([feature, contribution]) => ({ feature, contribution }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}
