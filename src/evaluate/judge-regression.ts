import type { DrawCounts } from '../math/metrics/ranking.ts'
import {
  rankedAbsoluteError,
  rankedDeviance,
  rankedRSquared,
  rankedSquaredError,
} from '../math/metrics/regression.ts'
import type { Random } from '../math/random.ts'
import { needsForVerdict } from './data-needs.ts'
import type { ContenderFigures, Evaluation, RegressionCharts } from './evaluation.ts'
import {
  bootstrapRows,
  figuresOf,
  type JudgeInput,
  judgeAgainstBest,
  type Metric,
  mean,
  toldParts,
} from './judge.ts'
import { judgeSlices } from './judge-slices.ts'

/** How far off means are. */
export const amountMetric: Metric = { name: 'poisson_deviance', sign: -1, of: rankedDeviance }
const sliceMetrics = [
  amountMetric,
  { name: 'mae', sign: -1, of: rankedAbsoluteError },
] as const satisfies readonly Metric[]
const further: readonly Metric[] = [
  { name: 'rmse', sign: -1, of: rankedSquaredError },
  { name: 'mae', sign: -1, of: rankedAbsoluteError },
  { name: 'r2', sign: 1, of: rankedRSquared },
]

const scatterSize = 1500

export type RegressionInput = JudgeInput & {
  /** Bounds of 95 % that were fitted before the test cut, to tell how often they held. */
  readonly bounds?: { readonly low: Float64Array; readonly high: Float64Array }
}

/**
 * Judges predicted amounts. The Poisson deviance decides against the best baseline: like RMSE it asks for the mean, but
 * one wholesaler does not decide alone (docs/adr/0010). RMSE, MAE and R² are compared beside it.
 */
export function judgeRegression(input: RegressionInput, random: Random): Evaluation {
  const verdict = judgeAgainstBest(input, amountMetric, random)
  const needs = needsForVerdict(verdict, { count: input.actual.length })
  return {
    model: input.model,
    question: input.question,
    split: input.split,
    meanActual: mean(input.actual),
    meanPredicted: mean(input.predicted),
    contenders: withCoverage(figuresOf(input, [amountMetric, ...further], random), input, random),
    verdict,
    comparisons: further.map((metric) => judgeAgainstBest(input, metric, random)),
    drivers: input.drivers,
    ...(input.slices && { slices: judgeSlices(input, input.slices, sliceMetrics, random.fork('slices')) }),
    ...toldParts(input),
    ...(needs && { needs }),
    charts: chartsOf(input.actual, input.predicted, random),
    settings: input.settings,
  }
}

/** Adds the share of test rows that fell within the model's bounds. */
function withCoverage(
  contenders: readonly ContenderFigures[],
  { actual, bounds, owners }: RegressionInput,
  random: Random,
): ContenderFigures[] {
  if (bounds === undefined) return [...contenders]
  const held = actual.map((value, row) =>
    value >= (bounds.low[row] ?? Number.NaN) && value <= (bounds.high[row] ?? Number.NaN) ? 1 : 0,
  )
  const coverageOf = (times: DrawCounts) => {
    let [drawn, kept] = [0, 0]
    for (const [row, value] of held.entries()) {
      drawn += times[row] ?? 0
      kept += value * (times[row] ?? 0)
    }
    return [kept / drawn]
  }
  const [coverage] = bootstrapRows({ actual, ...(owners && { owners }) }, coverageOf, random.fork('coverage'))
  return contenders.map((contender) =>
    contender.isBaseline || contender.isRival || coverage === undefined
      ? contender
      : { ...contender, metrics: { ...contender.metrics, interval_coverage: coverage } },
  )
}

function chartsOf(actual: Float64Array, predicted: Float64Array, random: Random): RegressionCharts {
  const points = Array.from(actual, (value, row) => ({ predicted: predicted[row] ?? 0, actual: value }))
  const ordered = points.toSorted((a, b) => a.predicted - b.predicted)
  const deciles = Array.from({ length: 10 }, (_, tenth) => {
    const part = ordered.slice(
      Math.floor((tenth * ordered.length) / 10),
      Math.floor(((tenth + 1) * ordered.length) / 10),
    )
    return {
      predicted: mean(Float64Array.from(part, (point) => point.predicted)),
      actual: mean(Float64Array.from(part, (point) => point.actual)),
    }
  }).filter((decile) => Number.isFinite(decile.actual))
  return {
    kind: 'regression',
    scatter: random.fork('scatter').shuffle(points).slice(0, scatterSize),
    deciles,
  }
}
