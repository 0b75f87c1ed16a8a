import { AppError } from '../../core/errors.ts'

/** What is learned: the probability of a 0/1 label, or a number by least squares. */
export type BoostingObjective = 'logistic' | 'squared_error'

/** Labels with the weight of each row; 1 where weights are left out. */
export type WeighedLabels = {
  readonly labels: ArrayLike<number>
  readonly weights: ArrayLike<number> | undefined
}

/** First and second derivative of the loss, by row. */
export type Derivatives = { readonly gradients: Float64Array; readonly hessians: Float64Array }

/** Writes the derivatives of each row's loss at its margin. */
export function differentiate(
  objective: BoostingObjective,
  { labels, weights }: WeighedLabels,
  margins: Float64Array,
  { gradients, hessians }: Derivatives,
): void {
  const isLogistic = objective === 'logistic'
  for (let row = 0; row < margins.length; row++) {
    const margin = margins[row] ?? 0
    const weight = weights === undefined ? 1 : (weights[row] ?? 0)
    const predicted = isLogistic ? probabilityOf(margin) : margin
    gradients[row] = weight * (predicted - (labels[row] ?? 0))
    hessians[row] = isLogistic ? weight * Math.max(predicted * (1 - predicted), 1e-16) : weight
  }
}

/** Log-loss of the margins as log-odds, or squared error; every row weighs the same. */
export function meanLoss(
  objective: BoostingObjective,
  labels: ArrayLike<number>,
  margins: Float64Array,
): number {
  let sum = 0
  for (let row = 0; row < margins.length; row++) {
    const [margin, label] = [margins[row] ?? 0, labels[row] ?? 0]
    const away = label === 1 ? -margin : margin
    sum +=
      objective === 'logistic'
        ? Math.max(away, 0) + Math.log1p(Math.exp(-Math.abs(away)))
        : (margin - label) ** 2
  }
  return sum / margins.length
}

/** The margin of least loss that is the same for all rows. @throws AppError 'diverged' when it is not finite. */
export function bestConstant(objective: BoostingObjective, { labels, weights }: WeighedLabels): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++)
    sum += (weights === undefined ? 1 : (weights[row] ?? 0)) * (labels[row] ?? 0)
  const mean = sum / totalWeight({ labels, weights })
  const clipped = Math.min(1 - 1e-6, Math.max(1e-6, mean))
  const margin = objective === 'logistic' ? Math.log(clipped / (1 - clipped)) : mean
  if (Number.isFinite(margin)) return margin
  throw new AppError('diverged', 'labels or weights are not finite, or weights sum to 0')
}

export function totalWeight({ labels, weights }: WeighedLabels): number {
  return weights === undefined ? labels.length : Array.from(weights).reduce((sum, weight) => sum + weight, 0)
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
