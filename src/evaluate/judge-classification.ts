import { calibrationCurve, rankedCalibrationError } from '../math/metrics/calibration.ts'
import {
  precisionRecallCurve,
  rankedAreaUnderRoc,
  rankedAveragePrecision,
  rankedBrierScore,
  rankedDecisions,
  rankedLogLoss,
  rocCurve,
} from '../math/metrics/classification.ts'
import type { DecisionCosts } from '../math/metrics/decision-cost.ts'
import { liftByDecile, rankedLift } from '../math/metrics/lift.ts'
import type { Random } from '../math/random.ts'
import { needsForVerdict } from './data-needs.ts'
import type { ClassificationCharts, Evaluation } from './evaluation.ts'
import { figuresOf, type JudgeInput, judgeAgainstBest, type Metric, mean, toldParts } from './judge.ts'
import { judgeDecision } from './judge-decision.ts'
import { judgeSlices } from './judge-slices.ts'

/** How well probabilities put people in order. */
export const rankingMetric: Metric = { name: 'auc', sign: 1, of: rankedAreaUnderRoc }

const probabilityMetrics: readonly Metric[] = [
  rankingMetric,
  { name: 'average_precision', sign: 1, of: rankedAveragePrecision },
  { name: 'lift_top_decile', sign: 1, of: (rows, times) => rankedLift(rows, times)[0] ?? Number.NaN },
  { name: 'log_loss', sign: -1, of: rankedLogLoss },
  { name: 'brier', sign: -1, of: rankedBrierScore },
  { name: 'ece', sign: -1, of: (rows, times) => rankedCalibrationError(rows, times) },
]
const sliceMetrics = [
  rankingMetric,
  { name: 'log_loss', sign: -1, of: rankedLogLoss },
  { name: 'ece', sign: -1, of: (rows, times) => rankedCalibrationError(rows, times) },
] as const satisfies readonly Metric[]

const decisionNames = ['accuracy', 'precision', 'recall', 'f1'] as const

/** A curve keeps this many points: more would not show. */
const curvePointCount = 120
/** Where nothing is said of costs, either error is as bad. */
const evenCosts: DecisionCosts = { falsePositive: 1, falseNegative: 1 }

/**
 * Judges predicted probabilities; AUC decides against the best baseline.
 * @param input baselines predict probabilities too
 * @param threshold what is taken for a yes, chosen on validation rows
 */
export function judgeClassification(
  input: JudgeInput & { readonly costs?: DecisionCosts },
  threshold: number,
  random: Random,
): Evaluation {
  const decisions = decisionNames.map(
    (name): Metric => ({
      name,
      sign: 1,
      of: (rows, times) => rankedDecisions(rows, threshold, times)[name],
    }),
  )
  const verdict = judgeAgainstBest(input, rankingMetric, random)
  const positives = input.actual.filter((label) => label === 1).length
  const rarerCount = Math.min(positives, input.actual.length - positives)
  const needs = needsForVerdict(verdict, { count: input.actual.length, rarerCount })
  return {
    model: input.model,
    question: input.question,
    split: input.split,
    meanActual: mean(input.actual),
    meanPredicted: mean(input.predicted),
    contenders: figuresOf(input, [...probabilityMetrics, ...decisions], random),
    verdict,
    drivers: input.drivers,
    decision: judgeDecision(input, { threshold, costs: input.costs ?? evenCosts }, random),
    ...(input.slices && { slices: judgeSlices(input, input.slices, sliceMetrics, random.fork('slices')) }),
    ...toldParts(input),
    ...(needs && { needs }),
    charts: chartsOf(input.actual, input.predicted),
    settings: { ...input.settings, threshold: Number(Math.min(2, threshold).toPrecision(3)) },
  }
}

function chartsOf(actual: Float64Array, predicted: Float64Array): ClassificationCharts {
  return {
    kind: 'classification',
    roc: thinned(rocCurve(actual, predicted)).map(({ falsePositiveRate, truePositiveRate }) => ({
      falsePositiveRate,
      truePositiveRate,
    })),
    precisionRecall: thinned(precisionRecallCurve(actual, predicted)).map(({ recall, precision }) => ({
      recall,
      precision,
    })),
    calibration: calibrationCurve(actual, predicted),
    lift: liftByDecile(actual, predicted),
  }
}

function thinned<Point>(points: readonly Point[]): Point[] {
  const step = Math.max(1, Math.floor(points.length / curvePointCount))
  return points.filter((_, index) => index % step === 0 || index === points.length - 1)
}
