import { AppError } from '../../core/errors.ts'

/**
 * What is learned. `logistic`: the probability of a 0/1 label. `squared_error`: a number. `poisson`: a mean count; `gamma`: a
 * mean amount above 0; `tweedie`: a mean of amounts many of which are 0 (all three by the log link). `softmax`: a
 * probability of each class. `ranking`: an order within each query (LambdaMART).
 */
export type BoostingObjective = PointwiseObjective | 'softmax' | 'ranking'

/** Losses of one margin a row. */
export type PointwiseObjective = 'logistic' | 'squared_error' | 'poisson' | 'gamma' | 'tweedie'

/** What the loss is taken over. */
export type LossRows = {
  readonly labels: ArrayLike<number>
  /** 1 for every row where undefined. */
  readonly weights: ArrayLike<number> | undefined
  /** For `ranking`: the query of each row, rows of one query next to each other. */
  readonly queries: readonly string[] | undefined
}

export type LossOptions = {
  readonly objective: BoostingObjective
  /** Of `softmax`. */
  readonly classCount: number
  /** Of `tweedie`: between 1 (Poisson) and 2 (gamma). */
  readonly tweediePower: number
  /** Of `ranking`: ranks that count towards nDCG. */
  readonly rankCount: number
}

/** First and second derivative of the loss, [outputs × rows], output-major. */
export type Derivatives = { readonly gradients: Float64Array; readonly hessians: Float64Array }

/** A loss over given rows; margins are [outputs × rows], output-major. */
export type Loss = {
  /** The margins of least loss that are the same for all rows, one an output. @throws AppError 'diverged' when one is not finite. */
  bestConstants(): readonly number[]
  /** Writes the derivatives of each row's loss at its margins. */
  differentiate(margins: Float64Array, derivatives: Derivatives): void
  /** The mean over rows by their weights; for `ranking` what nDCG lacks to 1, the mean over queries. */
  mean(margins: Float64Array): number
}

const labelRules: Readonly<
  Record<BoostingObjective, { readonly what: string; fits(label: number, classCount: number): boolean }>
> = {
  logistic: { what: '0 or 1', fits: (label) => label === 0 || label === 1 },
  squared_error: { what: 'numbers', fits: Number.isFinite },
  poisson: { what: 'numbers not below 0', fits: (label) => label >= 0 && label < Number.POSITIVE_INFINITY },
  gamma: { what: 'numbers above 0', fits: (label) => label > 0 && label < Number.POSITIVE_INFINITY },
  tweedie: { what: 'numbers not below 0', fits: (label) => label >= 0 && label < Number.POSITIVE_INFINITY },
  softmax: {
    what: 'indices of classes',
    fits: (label, classCount) => Number.isInteger(label) && label >= 0 && label < classCount,
  },
  ranking: {
    what: 'whole grades in 0..31',
    fits: (label) => Number.isInteger(label) && label >= 0 && label <= 31,
  },
}

/** @throws AppError 'bad_input' for labels, weights or queries that do not fit the objective. */
export function checkLossRows(
  { objective, classCount }: Pick<LossOptions, 'objective' | 'classCount'>,
  { labels, weights, queries }: LossRows,
): void {
  const { what, fits } = labelRules[objective]
  for (let row = 0; row < labels.length; row++) {
    const [label, weight] = [
      labels[row] ?? Number.NaN,
      weights === undefined ? 1 : (weights[row] ?? Number.NaN),
    ]
    if (!fits(label, classCount))
      throw new AppError('bad_input', `labels of the objective '${objective}' must be ${what}`, {
        received: String(label),
        where: `row ${row}`,
      })
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new AppError('bad_input', 'weights must be finite numbers not below 0', {
        received: String(weight),
        where: `row ${row}`,
      })
  }
  if (objective === 'ranking' && queries?.length !== labels.length)
    throw new AppError('bad_input', 'an order is learned within queries: each row needs one', {
      expected: `${labels.length} queries`,
      received: String(queries?.length ?? 0),
    })
}

export function totalWeight({ labels, weights }: Pick<LossRows, 'labels' | 'weights'>): number {
  return weights === undefined ? labels.length : Array.from(weights).reduce((sum, weight) => sum + weight, 0)
}
