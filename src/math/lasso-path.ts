import { factorCholesky, solveCholesky, weightedGram } from './cholesky.ts'
import { addScaled, dot, elementAt, type Matrix } from './matrix.ts'

/** One fit of a path; the intercept is free. */
export type LassoFit = {
  readonly penalty: number
  readonly intercept: number
  /** One a column; most are 0 where the penalty is large. */
  readonly weights: Float64Array
}

export type LassoProblem = {
  /** Rows of columns that are standardised: mean 0, mean square 1; a column of zeros keeps weight 0. */
  readonly design: Matrix
  /** 0 or 1 where the family is logistic. */
  readonly target: Float64Array
  readonly family: 'linear' | 'logistic'
  /** How much each row counts; 1 each when left out. Columns are standardised under the same weights. */
  readonly rowWeights?: Float64Array
  /** The part of the penalty that is on ‖w‖₁; the rest is on ½‖w‖². 1 when left out: the lasso. */
  readonly mix?: number
}

/** With the weights of the rows as shares of their sum. */
type Problem = Omit<LassoProblem, 'rowWeights' | 'mix'> & {
  readonly shares: Float64Array
  readonly mix: number
  /** Second derivatives over all columns and a last one of ones, where they are the same everywhere. */
  readonly curvature?: Matrix | undefined
}

const sweepLimit = 1000
const roundLimit = 100
/** A round that moves no weight by more than this is the last one. */
const tolerance = 1e-6
/** Below this a row's curvature is taken to be this: its label is told for sure. */
const leastCurvature = 1e-5
const leastRidge = 1e-10

/**
 * The least penalty at which every weight is 0: max |mean of xⱼ (y − ȳ)| / mix, for both families; without any part on ‖w‖₁, a
 * thousandth is taken for it.
 * Source: Friedman, Hastie & Tibshirani (2010), "Regularization paths for generalized linear models via coordinate descent", §2.5.
 */
export function largestPenalty(problem: LassoProblem): number {
  const { design, target, shares, mix } = weigh(problem)
  const mean = weightedMean(target, shares)
  const slopes = transposedTimes(
    design,
    target.map((value) => value - mean),
    shares,
  )
  return slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0) / Math.max(1e-3, mix)
}

/** Penalties from the largest down to a share of it, at equal ratios. */
export function penaltiesDown(largest: number, count: number, leastShare: number): number[] {
  return Array.from({ length: count }, (_, place) => largest * leastShare ** (place / Math.max(1, count - 1)))
}

/**
 * A fit for each penalty, each begun where the one before ended: give the largest first.
 * Linear: min ½ mean (y − b − wᵀx)² + penalty (mix ‖w‖₁ + (1 − mix) ½‖w‖²). Logistic: the mean log-loss instead. Both by Newton's steps on the
 * loss, each a quadratic problem that coordinate descent solves; a step that does not lower the objective is halved. Columns that
 * the strong rule says will stay out are left out, and let in where they turn out to belong.
 * Source: Friedman et al. (2010), §2.2 and §3; Tibshirani et al. (2012), "Strong rules for discarding predictors"; Lee, Sun &
 * Saunders (2014) for the halving.
 */
export function fitLassoPath(given: LassoProblem, penalties: readonly number[]): LassoFit[] {
  const problem = weigh(given)
  const { mix } = problem
  const curvature = wholeGram(problem)
  const { columnCount } = problem.design
  let fit: LassoFit = { penalty: 0, intercept: startOf(problem), weights: new Float64Array(columnCount) }
  let slopes = slopesAt(problem, fit)
  let before = penalties[0] ?? 0
  return penalties.map((penalty) => {
    const isIn = slopes.map((slope, column) =>
      elementAt(fit.weights, column) !== 0 || Math.abs(slope) >= mix * (2 * penalty - before) ? 1 : 0,
    )
    before = penalty
    for (;;) {
      fit = fitWithin({ ...problem, curvature }, fit, isIn, penalty)
      slopes = slopesAt(problem, fit)
      const missed = slopes.map((slope, column) =>
        isIn[column] === 0 && Math.abs(slope) > mix * penalty + tolerance ? 1 : 0,
      )
      if (!missed.includes(1)) return fit
      for (const [column, isMissed] of missed.entries()) if (isMissed === 1) isIn[column] = 1
    }
  })
}

/** The optimum over the columns that are in; the others keep weight 0. */
function fitWithin(problem: Problem, from: LassoFit, isIn: Float64Array, penalty: number): LassoFit {
  const columns = Uint32Array.from(isIn.keys()).filter((column) => isIn[column] === 1)
  const { curvature } = problem
  const part = {
    ...problem,
    design: pickWithOnes(problem.design, columns),
    curvature: curvature && pickGram(curvature, columns),
  }
  const start = Float64Array.of(
    ...Array.from(columns, (column) => elementAt(from.weights, column)),
    from.intercept,
  )
  const { point } = settle(part, placeAt(part.design, start), penalty)
  const weights = new Float64Array(isIn.length)
  for (const [place, column] of columns.entries()) weights[column] = elementAt(point, place)
  return { penalty, intercept: elementAt(point, columns.length), weights }
}

/** How much the mean loss falls as each weight grows. */
function slopesAt(problem: Problem, fit: LassoFit): Float64Array {
  return transposedTimes(
    problem.design,
    residualsAt(problem, lassoScores(fit, problem.design)),
    problem.shares,
  )
}

function residualsAt({ target, family }: Problem, scores: Float64Array): Float64Array {
  return target.map((label, row) => {
    const score = elementAt(scores, row)
    return label - (family === 'linear' ? score : sigmoid(score))
  })
}

/** The scores b + wᵀx of rows that are standardised as those of the fit: log-odds where the family is logistic. */
export function lassoScores(
  { intercept, weights }: LassoFit,
  { rowCount, columnCount, values }: Matrix,
): Float64Array {
  return Float64Array.from(
    { length: rowCount },
    (_, row) => intercept + dot(weights, 0, values, row * columnCount, columnCount),
  )
}

/** The intercept of no columns: the mean, or its log-odds. */
function startOf({ target, family, shares }: Problem): number {
  const mean = weightedMean(target, shares)
  if (family === 'linear') return mean
  const inner = Math.min(1 - 1e-9, Math.max(1e-9, mean))
  return Math.log(inner / (1 - inner))
}

/** Weights, the intercept behind them (its column is of ones), and the scores of the rows. */
type Place = { readonly point: Float64Array; readonly scores: Float64Array }

/** The optimum of one penalty. */
function settle(problem: Problem, start: Place, penalty: number): Place {
  let [place, gram] = [start, gramAt(problem, start.scores)]
  for (let round = 1; round <= roundLimit; round++) {
    const next = placeAt(problem.design, newtonStep(problem, gram, place, penalty))
    const share = stepShare(problem, place, next, penalty)
    const largest = place.point.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - elementAt(next.point, index))),
      0,
    )
    if (share > 0) place = between(place, next, share)
    if (share * largest < tolerance) break
    // Old curvature serves for a few steps: taking it anew is by far the dearest part.
    if (problem.family === 'logistic' && (round % 4 === 0 || share < 1)) gram = gramAt(problem, place.scores)
  }
  return place
}

function placeAt(design: Matrix, point: Float64Array): Place {
  return { point, scores: times(design, point) }
}

/** A share of the way; whole weights at the end, so that those that became 0 are 0. */
function between(from: Place, to: Place, share: number): Place {
  if (share === 1) return to
  const mix = (a: Float64Array, b: Float64Array) =>
    a.map((value, index) => value + share * (elementAt(b, index) - value))
  return { point: mix(from.point, to.point), scores: mix(from.scores, to.scores) }
}

/** Where the quadratic that has the loss's slope and curvature, with the penalty, is least. */
function newtonStep(problem: Problem, gram: Matrix, { point, scores }: Place, penalty: number): Float64Array {
  const { design, mix, shares } = problem
  const width = design.columnCount
  const slopes = transposedTimes(design, residualsAt(problem, scores), shares)
  for (let column = 0; column < width; column++)
    slopes[column] = elementAt(slopes, column) + dot(gram.values, column * width, point, 0, width)
  if (mix === 0) return solveCholesky(factorCholesky(withRidge(gram, penalty)), slopes)
  const next = Float64Array.from(point)
  descend(gram, slopes, next, { absolute: mix * penalty, squared: (1 - mix) * penalty })
  return next
}

/** The penalty on each column's diagonal, and a floor that columns which do not vary need. */
function withRidge({ rowCount, columnCount, values }: Matrix, penalty: number): Matrix {
  const penalised = values.slice()
  for (let column = 0; column < columnCount; column++) {
    const place = column * columnCount + column
    const added = column === columnCount - 1 ? 0 : Math.max(penalty, leastRidge)
    penalised[place] = elementAt(penalised, place) + added
  }
  return { rowCount, columnCount, values: penalised }
}

/** The whole step, or the largest half, quarter … of it that does not raise the objective. */
function stepShare(problem: Problem, from: Place, to: Place, penalty: number): number {
  const before = objectiveAt(problem, from, to, 0, penalty)
  for (let share = 1; share > 1e-6; share /= 2)
    if (objectiveAt(problem, from, to, share, penalty) <= before + 1e-14) return share
  return 0
}

function objectiveAt(
  { target, family, shares, mix }: Problem,
  from: Place,
  to: Place,
  share: number,
  penalty: number,
): number {
  let loss = 0
  for (let row = 0; row < target.length; row++) {
    const score = elementAt(from.scores, row) * (1 - share) + elementAt(to.scores, row) * share
    const label = elementAt(target, row)
    const own = family === 'linear' ? (label - score) ** 2 / 2 : softplus(score) - label * score
    loss += elementAt(shares, row) * own
  }
  let size = 0
  for (let place = 0; place < from.point.length - 1; place++) {
    const weight = elementAt(from.point, place) * (1 - share) + elementAt(to.point, place) * share
    size += mix * Math.abs(weight) + ((1 - mix) / 2) * weight * weight
  }
  return loss + penalty * size
}

/**
 * Coordinate descent to the optimum of ½ wᵀG w − cᵀw + absolute ‖w‖₁ + ½ squared ‖w‖², the last weight free of both, in place: all
 * columns once, then those with a weight until they rest, and again until a round over all changes nothing.
 */
function descend(
  gram: Matrix,
  slopes: Float64Array,
  weights: Float64Array,
  penalty: { readonly absolute: number; readonly squared: number },
): void {
  const width = weights.length
  const pulls = slopes
  for (let column = 0; column < width; column++)
    if (elementAt(weights, column) !== 0)
      addScaled(pulls, -elementAt(weights, column), gram.values, column * width)
  const sweep = (isActiveOnly: boolean): number => {
    let most = 0
    for (let column = 0; column < width; column++) {
      const old = elementAt(weights, column)
      const own = elementAt(gram.values, column * width + column)
      if (own === 0 || (isActiveOnly && old === 0)) continue
      const { absolute, squared } = column === width - 1 ? { absolute: 0, squared: 0 } : penalty
      const value = shrink(elementAt(pulls, column) + own * old, absolute) / (own + squared)
      if (value === old) continue
      weights[column] = value
      addScaled(pulls, old - value, gram.values, column * width)
      most = Math.max(most, Math.abs(value - old))
    }
    return most
  }
  for (let round = 0; round < sweepLimit && sweep(false) > 1e-9; round++)
    for (let inner = 0; inner < sweepLimit && sweep(true) > 1e-9; inner++);
}

/** Soft threshold: nearer to 0 by the penalty, and 0 within it. */
function shrink(value: number, penalty: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - penalty)
}

/** Squared errors bend alike everywhere: taken once for a whole path. */
function wholeGram(problem: Problem): Matrix | undefined {
  if (problem.family !== 'linear') return undefined
  const all = Uint32Array.from({ length: problem.design.columnCount }, (_, column) => column)
  return weightedGram(pickWithOnes(problem.design, all), problem.shares)
}

/** Of some columns and the last one. */
function pickGram({ columnCount, values }: Matrix, columns: Uint32Array): Matrix {
  const places = [...columns, columnCount - 1]
  const width = places.length
  const picked = new Float64Array(width * width)
  for (const [row, from] of places.entries())
    for (const [column, to] of places.entries())
      picked[row * width + column] = elementAt(values, from * columnCount + to)
  return { rowCount: width, columnCount: width, values: picked }
}

/** Second derivatives of the mean loss. */
function gramAt({ design, family, shares, curvature: known }: Problem, scores: Float64Array): Matrix {
  if (known !== undefined) return known
  const curvature = scores.map((score, row) => {
    const share = elementAt(shares, row)
    if (family === 'linear') return share
    const probability = sigmoid(score)
    return share * Math.max(leastCurvature, probability * (1 - probability))
  })
  return weightedGram(design, curvature)
}

/** Some columns and a last one of ones. */
function pickWithOnes({ rowCount, columnCount, values }: Matrix, columns: Uint32Array): Matrix {
  const width = columns.length + 1
  const picked = new Float64Array(rowCount * width).fill(1)
  for (let row = 0; row < rowCount; row++)
    for (let place = 0; place < columns.length; place++)
      picked[row * width + place] = elementAt(values, row * columnCount + (columns[place] ?? 0))
  return { rowCount, columnCount: width, values: picked }
}

function times({ rowCount, columnCount, values }: Matrix, vector: Float64Array): Float64Array {
  const product = new Float64Array(rowCount)
  for (let row = 0; row < rowCount; row++)
    product[row] = dot(vector, 0, values, row * columnCount, columnCount)
  return product
}

/** The weighted mean of xⱼ v for each column. */
function transposedTimes(
  { rowCount, columnCount, values }: Matrix,
  vector: Float64Array,
  shares: Float64Array,
): Float64Array {
  const product = new Float64Array(columnCount)
  for (let row = 0; row < rowCount; row++)
    addScaled(product, elementAt(vector, row) * elementAt(shares, row), values, row * columnCount)
  return product
}

function weigh({ rowWeights, mix = 1, ...problem }: LassoProblem): Problem {
  const rowCount = problem.design.rowCount
  const total = rowWeights?.reduce((sum, weight) => sum + weight, 0) ?? rowCount
  const shares = Float64Array.from(
    { length: rowCount },
    (_, row) => (rowWeights ? elementAt(rowWeights, row) : 1) / total,
  )
  return { ...problem, shares, mix }
}

function weightedMean(values: Float64Array, shares: Float64Array): number {
  return dot(values, 0, shares, 0, values.length)
}

function sigmoid(odds: number): number {
  return odds >= 0 ? 1 / (1 + Math.exp(-odds)) : Math.exp(odds) / (1 + Math.exp(odds))
}

/** ln(1 + e^x) without overflow. */
function softplus(odds: number): number {
  return Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds)))
}
