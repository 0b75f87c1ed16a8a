import { AppError } from '../../core/errors.ts'
import { minimiseLbfgs } from '../../math/lbfgs.ts'
import { elementAt, itemAt } from '../../math/matrix.ts'

/** How the log-odds of several models become one: their weighed sum and an intercept; plain data. */
export type Blend = { readonly weights: readonly number[]; readonly intercept: number }

/**
 * Weights of least log-loss, none below 0. With its free scale and intercept the blend is also calibrated, as Platt's
 * scaling calibrates one model, and it keeps the order of scores: no ties arise.
 * Source: Wolpert (1992) and, for weights without a sign, Breiman (1996), "Stacked regressions".
 * @param logOdds one array a model, on rows that it did not learn from
 * @throws AppError 'diverged' when the weights do not settle.
 */
export function fitBlend(logOdds: readonly Float64Array[], labels: ArrayLike<number>): Blend {
  let kept = logOdds.map((_, index) => index)
  for (;;) {
    const point = fitWeights(
      kept.map((index) => logOdds[index] ?? new Float64Array()),
      labels,
    )
    const negative = kept.filter((_, place) => elementAt(point, place) < 0)
    if (negative.length === 0 || kept.length === 1) return toBlend(logOdds.length, kept, point)
    // The most negative one goes first: without it others may turn positive.
    const worst = kept.reduce((a, b) =>
      elementAt(point, kept.indexOf(b)) < elementAt(point, kept.indexOf(a)) ? b : a,
    )
    kept = kept.filter((index) => index !== worst)
  }
}

/** The log-odds of the blend. */
export function applyBlend({ weights, intercept }: Blend, logOdds: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = logOdds
  return first.map((_, row) =>
    logOdds.reduce((sum, odds, index) => sum + itemAt(weights, index) * elementAt(odds, row), intercept),
  )
}

function toBlend(count: number, kept: readonly number[], point: Float64Array): Blend {
  const weights = Array.from({ length: count }, () => 0)
  for (const [place, index] of kept.entries()) weights[index] = Math.max(0, elementAt(point, place))
  return { weights, intercept: elementAt(point, kept.length) }
}

/** A weak pull towards equal weights, per row: models that say the same share what they have to say. */
const pull = 1e-4

function fitWeights(logOdds: readonly Float64Array[], labels: ArrayLike<number>): Float64Array {
  const { length: count } = logOdds
  const { length: rowCount } = labels
  const { point, hasConverged } = minimiseLbfgs(
    (at, gradient) => {
      gradient.fill(0)
      let loss = 0
      for (let row = 0; row < rowCount; row++) {
        let odds = elementAt(at, count)
        for (let index = 0; index < count; index++) odds += elementAt(at, index) * oddsAt(logOdds, index, row)
        const label = itemAt(labels, row)
        loss += Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - label * odds
        const error = (1 / (1 + Math.exp(-odds)) - label) / rowCount
        for (let index = 0; index < count; index++)
          gradient[index] = elementAt(gradient, index) + error * oddsAt(logOdds, index, row)
        gradient[count] = elementAt(gradient, count) + error
      }
      let squares = 0
      for (let index = 0; index < count; index++) {
        const away = elementAt(at, index) - 1 / count
        squares += away * away
        gradient[index] = elementAt(gradient, index) + pull * away
      }
      return loss / rowCount + (pull / 2) * squares
    },
    Float64Array.from({ length: count + 1 }, (_, index) => (index < count ? 1 / count : 0)),
    { maxIterations: 500, gradientTolerance: 1e-7 },
  )
  if (hasConverged && point.every(Number.isFinite)) return point
  throw new AppError('diverged', 'the weights of a blend did not settle')
}

function oddsAt(logOdds: readonly Float64Array[], index: number, row: number): number {
  return logOdds[index]?.[row] ?? Number.NaN
}
