import { rankedRegression } from '../math/metrics/regression.ts'
import type { Random } from '../math/random.ts'
import type { Evaluation, RegressionCharts } from './evaluation.ts'
import { figuresOf, type JudgeInput, judgeAgainstBest, type Metric, mean } from './judge.ts'

const metrics = [
  { name: 'rmse', sign: -1, of: (rows, times) => rankedRegression(rows, times).rmse },
  { name: 'mae', sign: -1, of: (rows, times) => rankedRegression(rows, times).mae },
  { name: 'r2', sign: 1, of: (rows, times) => rankedRegression(rows, times).r2 },
] as const satisfies readonly Metric[]

const scatterSize = 1500

/** Judges predicted amounts; RMSE, which the models minimise, decides against the best baseline. */
export function judgeRegression(input: JudgeInput, random: Random): Evaluation {
  return {
    model: input.model,
    question: input.question,
    split: input.split,
    meanActual: mean(input.actual),
    meanPredicted: mean(input.predicted),
    contenders: figuresOf(input, metrics, random),
    verdict: judgeAgainstBest(input, metrics[0], random),
    drivers: input.drivers,
    charts: chartsOf(input.actual, input.predicted, random),
    settings: input.settings,
  }
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
