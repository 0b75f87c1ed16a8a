import { calibrationCurve, rankedCalibrationError } from '../math/metrics/calibration.ts'
import {
  rankedAreaUnderRoc,
  rankedAveragePrecision,
  rankedBrierScore,
  rankedDecisions,
  rankedLogLoss,
  rocCurve,
} from '../math/metrics/classification.ts'
import { liftByDecile, rankedLift } from '../math/metrics/lift.ts'
import type { Random } from '../math/random.ts'
import type { ClassificationCharts, Evaluation } from './evaluation.ts'
import { figuresOf, type JudgeInput, judgeAgainstBest, type Metric, mean } from './judge.ts'

const rankingMetric: Metric = { name: 'auc', sign: 1, of: rankedAreaUnderRoc }

const probabilityMetrics: readonly Metric[] = [
  rankingMetric,
  { name: 'average_precision', sign: 1, of: rankedAveragePrecision },
  { name: 'lift_top_decile', sign: 1, of: (rows, times) => rankedLift(rows, times)[0] ?? Number.NaN },
  { name: 'log_loss', sign: -1, of: rankedLogLoss },
  { name: 'brier', sign: -1, of: rankedBrierScore },
  { name: 'ece', sign: -1, of: (rows, times) => rankedCalibrationError(rows, times) },
]

const decisionNames = ['accuracy', 'precision', 'recall', 'f1'] as const

/** A ROC curve keeps this many points: more would not show. */
const rocPointCount = 120

/**
 * Judges predicted probabilities; AUC decides against the best baseline.
 * @param input baselines predict probabilities too
 * @param threshold what is taken for a yes, chosen on validation rows
 */
export function judgeClassification(input: JudgeInput, threshold: number, random: Random): Evaluation {
  const decisions = decisionNames.map(
    (name): Metric => ({
      name,
      sign: 1,
      of: (rows, times) => rankedDecisions(rows, threshold, times)[name],
    }),
  )
  return {
    model: input.model,
    question: input.question,
    split: input.split,
    meanActual: mean(input.actual),
    meanPredicted: mean(input.predicted),
    contenders: figuresOf(input, [...probabilityMetrics, ...decisions], random),
    verdict: judgeAgainstBest(input, rankingMetric, random),
    drivers: input.drivers,
    charts: chartsOf(input.actual, input.predicted),
    settings: { ...input.settings, threshold: Number(threshold.toPrecision(3)) },
  }
}

function chartsOf(actual: Float64Array, predicted: Float64Array): ClassificationCharts {
  const roc = rocCurve(actual, predicted)
  const step = Math.max(1, Math.floor(roc.length / rocPointCount))
  return {
    kind: 'classification',
    roc: roc
      .filter((_, index) => index % step === 0 || index === roc.length - 1)
      .map(({ falsePositiveRate, truePositiveRate }) => ({ falsePositiveRate, truePositiveRate })),
    calibration: calibrationCurve(actual, predicted),
    lift: liftByDecile(actual, predicted),
  }
}
