import { inverseQuadratic } from '../math/cholesky.ts'
import {
  devianceOf,
  fitLogLinear,
  type LogLinearFit,
  type LogLinearProblem,
  pearsonOf,
} from '../math/log-linear.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { twoSidedNormal, twoSidedStudent, upperChiSquare } from '../math/tail-probabilities.ts'
import { type CoefficientStatistics, finiteOrNull, toOwnUnits } from './coefficient-statistics.ts'
import type { Learner } from './learner.ts'
import {
  complaintOfExposure,
  createLinearLearner,
  type LinearProblem,
  type LinearSolution,
} from './linear-learner.ts'
import type { ScalerOptions } from './prepare/scaler.ts'

export type LogLinearSettings = {
  /** Penalty on half the squared weights, per row; the intercept is free. */
  readonly alpha: number
  /** Labels are of so much time, so many visits: a column above 0 that the mean grows in proportion to. */
  readonly exposure?: string
  readonly scaling?: ScalerOptions
}

export type LogLinearStatistics = {
  readonly rowCount: number
  readonly residualDegrees: number
  /** Of the fit, and of one mean for all (per exposure). */
  readonly deviance: number
  readonly nullDeviance: number
  /** Of a fall of the deviance so large by chance, over the dispersion, had no column anything to tell. */
  readonly probability: number | null
  /** Pearson's χ² over the residual degrees: about 1 where a count is as Poisson has it. */
  readonly dispersion: number | null
  /** In the columns' own units where they were neither clipped nor logged, else in units of their deviation. */
  readonly coefficients: readonly CoefficientStatistics[]
}

/** Counts whose mean is a product: exp of a linear score, by Poisson regression. Errors are told at a dispersion of 1. */
export const poissonLearner: Learner<LogLinearSettings> = createLogLinear('poisson')

/** Amounts above 0 whose error grows with them, by gamma regression with a log link; errors are told at the fitted dispersion. */
export const gammaLearner: Learner<LogLinearSettings> = createLogLinear('gamma')

function createLogLinear(family: LogLinearProblem['family']): Learner<LogLinearSettings> {
  return createLinearLearner<LogLinearSettings>({
    kind: family,
    tasks: [family === 'poisson' ? 'count' : 'amount'],
    standard: { alpha: 1e-4 },
    scalingOf: ({ scaling }) => scaling ?? {},
    exposureOf: ({ exposure }) => exposure,
    complaintOf({ alpha, exposure }, _task, rows) {
      if (!(alpha >= 0 && Number.isFinite(alpha))) return `alpha must be at least 0, got ${alpha}`
      const wrong = Array.from(rows.labels).findIndex((label) => family === 'gamma' && !(label > 0))
      if (wrong !== -1)
        return `a gamma regression needs amounts above 0, row ${wrong} has ${itemAt(rows.labels, wrong)}`
      return complaintOfExposure(exposure, rows)
    },
    solve: (problem, { alpha, scaling }) => solveLogLinear({ ...problem, family, alpha }, problem, scaling),
  })
}

function solveLogLinear(
  problem: LogLinearProblem,
  { columnNames, scaler }: LinearProblem,
  scaling: ScalerOptions | undefined,
): LinearSolution {
  if (problem.labels.every((label) => label === 0)) return alwaysNothing(columnNames.length)
  const fit = fitLogLinear(problem)
  const varying = [...columnNames.keys()].filter((column) => (scaler.columns[column]?.deviation ?? 1) > 0)
  const residualDegrees = problem.labels.length - varying.length - 1
  const dispersion = finiteOrNull(pearsonOf(problem, fit.means) / Math.max(0, residualDegrees))
  const variance = problem.family === 'poisson' ? 1 : (dispersion ?? Number.NaN)
  const [deviance, nullDeviance] = [devianceOf(problem, fit.means), devianceOf(problem, meansOfAll(problem))]
  const isPlain =
    scaling?.clipAt?.[0] === 0 &&
    scaling.clipAt[1] === 1 &&
    scaling.logAboveSkewness === Number.POSITIVE_INFINITY
  return {
    link: 'log',
    intercepts: [fit.intercept],
    weights: [[...fit.weights]],
    statistics: {
      rowCount: problem.labels.length,
      residualDegrees,
      deviance,
      nullDeviance,
      probability: finiteOrNull(upperChiSquare((nullDeviance - deviance) / variance, varying.length)),
      dispersion,
      coefficients: describeCoefficients(fit, {
        names: columnNames,
        kept: varying,
        units: toOwnUnits({ scaler: isPlain ? scaler : { ...scaler, columns: [] } }, varying),
        variance,
        degrees: problem.family === 'poisson' ? undefined : residualDegrees,
      }),
    } satisfies LogLinearStatistics,
  }
}

/** Where nothing ever came the mean is as near to 0 as a number is. */
function alwaysNothing(width: number): LinearSolution {
  return {
    link: 'log',
    intercepts: [Math.log(Number.MIN_VALUE)],
    weights: [new Array<number>(width).fill(0)],
  }
}

type Description = {
  readonly names: readonly string[]
  readonly kept: readonly number[]
  readonly units: ReturnType<typeof toOwnUnits>
  readonly variance: number
  /** Student's, where the dispersion was fitted. */
  readonly degrees: number | undefined
}

function describeCoefficients(
  { weights, intercept, information }: LogLinearFit,
  { names, kept, units, variance, degrees }: Description,
): CoefficientStatistics[] {
  const width = weights.length + 1
  return units.estimatesOf(weights, intercept).map((estimate, place) => {
    const sum = new Float64Array(width)
    if (place === 0) {
      for (const [index, column] of kept.entries()) sum[column] = elementAt(units.toIntercept, index)
      sum[width - 1] = 1
    } else sum[itemAt(kept, place - 1)] = 1 / itemAt(units.deviations, place - 1)
    const error = Math.sqrt(variance * inverseQuadratic(information, sum))
    const ratio = estimate / error
    return {
      column: place === 0 ? '(intercept)' : (names[itemAt(kept, place - 1)] ?? ''),
      estimate,
      standardError: finiteOrNull(error),
      ratio: finiteOrNull(ratio),
      probability: finiteOrNull(
        degrees === undefined ? twoSidedNormal(ratio) : twoSidedStudent(ratio, degrees),
      ),
    }
  })
}

/** One mean per exposure for all. */
function meansOfAll({ labels, rowWeights, offsets, family }: LogLinearProblem): Float64Array {
  const exposures = Float64Array.from(labels, (_, row) =>
    offsets === undefined ? 1 : Math.exp(elementAt(offsets, row)),
  )
  let [came, exposed] = [0, 0]
  for (const [row, weight] of rowWeights.entries()) {
    // Of gamma the best one mean is that of the rates, each row's alike.
    const own = family === 'poisson' ? 1 : 1 / elementAt(exposures, row)
    came += weight * own * elementAt(labels, row)
    exposed += weight * own * elementAt(exposures, row)
  }
  return exposures.map((exposure) => (exposure * came) / exposed)
}
