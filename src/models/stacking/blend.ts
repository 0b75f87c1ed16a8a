import { AppError } from '../../core/errors.ts'
import { minimiseLbfgs } from '../../math/lbfgs.ts'
import { elementAt, itemAt } from '../../math/matrix.ts'

/** How the scores of several models become one: their weighed sum and an intercept; plain data. */
export type Blend = { readonly weights: readonly number[]; readonly intercept: number }

/** What scores are and how errors count: amounts by squares, logarithms of means by Poisson's loss, log-odds by log-loss. */
export type BlendFamily = 'squared' | 'poisson' | 'logistic'

export type BlendRows = {
  readonly family: BlendFamily
  /** One array a model, on rows that it did not learn from. */
  readonly scores: readonly Float64Array[]
  readonly labels: ArrayLike<number>
  /** 1 for every row where undefined. */
  readonly rowWeights?: ArrayLike<number> | undefined
}

/**
 * Weights of least loss, none below 0. With its free scale and intercept the blend is also calibrated, as Platt's
 * scaling calibrates one model, and it keeps the order of scores: no ties arise.
 * Source: Wolpert (1992) and, for weights without a sign, Breiman (1996), "Stacked regressions".
 * @throws AppError 'diverged' when the weights do not settle.
 */
export function fitBlend(rows: BlendRows): Blend {
  const units = unitsOf(rows)
  let kept = rows.scores.map((_, index) => index)
  for (;;) {
    const point = fitWeights(
      rows,
      kept.map((index) => rows.scores[index] ?? new Float64Array()),
      units,
    )
    const negative = kept.filter((_, place) => elementAt(point, place) < 0)
    if (negative.length === 0 || kept.length === 1) return toBlend(rows.scores.length, kept, point, units)
    // The most negative one goes first: without it others may turn positive.
    const worst = kept.reduce((a, b) =>
      elementAt(point, kept.indexOf(b)) < elementAt(point, kept.indexOf(a)) ? b : a,
    )
    kept = kept.filter((index) => index !== worst)
  }
}

/** The scores of the blend. */
export function applyBlend({ weights, intercept }: Blend, scores: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = scores
  return first.map((_, row) =>
    scores.reduce((sum, own, index) => sum + itemAt(weights, index) * elementAt(own, row), intercept),
  )
}

/** The weighted mean loss of scores. */
export function meanBlendLoss(
  { family, labels, rowWeights }: Omit<BlendRows, 'scores'>,
  scores: Float64Array,
): number {
  let [sum, total] = [0, 0]
  for (let row = 0; row < labels.length; row++) {
    const weight = rowWeights === undefined ? 1 : itemAt(rowWeights, row)
    total += weight
    sum += weight * lossOf(family, elementAt(scores, row), itemAt(labels, row)).loss
  }
  return sum / total
}

/** Where scores are counted from and in what steps, so that amounts of any size are blended alike. */
type Units = { readonly centre: number; readonly step: number }

function unitsOf({ family, labels, rowWeights }: BlendRows): Units {
  if (family === 'logistic') return { centre: 0, step: 1 }
  const weightAt = (row: number) => (rowWeights === undefined ? 1 : itemAt(rowWeights, row))
  let [total, sum, squares] = [0, 0, 0]
  for (let row = 0; row < labels.length; row++) {
    total += weightAt(row)
    sum += weightAt(row) * itemAt(labels, row)
  }
  const mean = sum / total
  if (family === 'poisson') return { centre: Math.log(Math.max(mean, 1e-12)), step: 1 }
  for (let row = 0; row < labels.length; row++) squares += weightAt(row) * (itemAt(labels, row) - mean) ** 2
  return { centre: mean, step: Math.sqrt(squares / total) || 1 }
}

function toBlend(
  count: number,
  kept: readonly number[],
  point: Float64Array,
  { centre, step }: Units,
): Blend {
  const weights = Array.from({ length: count }, () => 0)
  for (const [place, index] of kept.entries()) weights[index] = Math.max(0, elementAt(point, place))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return { weights, intercept: step * elementAt(point, kept.length) + centre * (1 - sum) }
}

/** A weak pull towards equal weights, per row: models that say the same share what they have to say. */
const pull = 1e-4

function fitWeights(
  { family, labels, rowWeights }: BlendRows,
  scores: readonly Float64Array[],
  { centre, step }: Units,
): Float64Array {
  const { length: count } = scores
  const { length: rowCount } = labels
  const total =
    rowWeights === undefined ? rowCount : Array.from(rowWeights).reduce((sum, each) => sum + each, 0)
  const own = scores.map((values) => values.map((value) => (value - centre) / step))
  const targets = Float64Array.from(labels, (label) =>
    family === 'squared' ? (label - centre) / step : family === 'poisson' ? label / Math.exp(centre) : label,
  )
  const { point, hasConverged } = minimiseLbfgs(
    (at, gradient) => {
      gradient.fill(0)
      let loss = 0
      for (let row = 0; row < rowCount; row++) {
        let score = elementAt(at, count)
        for (let index = 0; index < count; index++) score += elementAt(at, index) * scoreAt(own, index, row)
        const share = (rowWeights === undefined ? 1 : itemAt(rowWeights, row)) / total
        const { loss: one, slope } = lossOf(family, score, elementAt(targets, row))
        loss += share * one
        const error = share * slope
        for (let index = 0; index < count; index++)
          gradient[index] = elementAt(gradient, index) + error * scoreAt(own, index, row)
        gradient[count] = elementAt(gradient, count) + error
      }
      let squares = 0
      for (let index = 0; index < count; index++) {
        const away = elementAt(at, index) - 1 / count
        squares += away * away
        gradient[index] = elementAt(gradient, index) + pull * away
      }
      return loss + (pull / 2) * squares
    },
    Float64Array.from({ length: count + 1 }, (_, index) => (index < count ? 1 / count : 0)),
    { maxIterations: 500, gradientTolerance: 1e-7 },
  )
  if (hasConverged && point.every(Number.isFinite)) return point
  throw new AppError('diverged', 'the weights of a blend did not settle')
}

/** The loss of one score, and how fast it grows with it. */
function lossOf(family: BlendFamily, score: number, label: number): { loss: number; slope: number } {
  switch (family) {
    case 'squared':
      return { loss: (label - score) ** 2 / 2, slope: score - label }
    case 'poisson': {
      const mean = Math.exp(score)
      return { loss: mean - label * score, slope: mean - label }
    }
    case 'logistic':
      return {
        loss: Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score,
        slope: 1 / (1 + Math.exp(-score)) - label,
      }
    default:
      return family satisfies never
  }
}

function scoreAt(scores: readonly Float64Array[], index: number, row: number): number {
  return scores[index]?.[row] ?? Number.NaN
}
