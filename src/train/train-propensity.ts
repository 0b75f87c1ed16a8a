import { pause } from '../core/pause.ts'
import { leastToLearn, requireEnough } from '../evaluate/data-needs.ts'
import { judgeClassification } from '../evaluate/judge-classification.ts'
import type { Labels } from '../features/labels.ts'
import { bestF1Threshold, logLoss } from '../math/metrics/classification.ts'
import {
  explainLogistic,
  fitLogistic,
  fitLogisticPath,
  type LogisticModel,
  predictLogistic,
  predictLogisticBounds,
} from '../models/logistic.ts'
import type { Score } from '../profiles/score.ts'
import { fitRfm, pastRateRule, predictMean, predictPastRateChance } from './baselines.ts'
import { describeRows } from './fit-record.ts'
import { toDrivers, toReasons } from './reasons.ts'
import { joinRows, type LabelledRows } from './row-source.ts'
import { slicesOf } from './slices.ts'
import { loadSplit, type SplitRows } from './split-rows.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** Largest first: each fit begins where the one before ended. */
const alphas = [1e-1, 1e-2, 1e-3]
const plain = { hasPlainReasons: true } as const
const hasBought = (labels: Labels) => labels.hasBought

/** Logistic regression of whether a customer buys again within the horizon; cuts as for needs. */
export async function trainPropensity(training: Training, horizonDays: number): Promise<TrainedModel> {
  const rows = await loadSplit(training, horizonDays)
  requireBuyers(rows)
  const { alpha, threshold } = chooseSettings(rows)
  await pause(training.signal)
  const known = joinRows([...rows.train, rows.validation], hasBought)
  const judged = fitLogistic(known.features, known.target, { alpha, ...plain })
  const { features } = rows.test
  const actual = Float64Array.from(rows.test.labels.hasBought)
  await pause(training.signal)
  const evaluation = judgeClassification(
    {
      model: `propensity-${horizonDays}d`,
      question: {
        en: `Who buys again within ${horizonDays} days?`,
        zh: `谁会在 ${horizonDays} 天内再次购买？`,
      },
      split: rows.split,
      actual,
      predicted: predictLogistic(judged, features),
      baselines: [
        {
          name: { en: 'always the average rate', zh: '总取平均比例' },
          predicted: predictMean(known.target, actual.length),
        },
        { name: { en: 'always no', zh: '总说不买' }, predicted: new Float64Array(actual.length) },
        {
          name: pastRateRule,
          predicted: predictPastRateChance(features, horizonDays),
        },
        {
          name: { en: 'RFM score', zh: 'RFM 评分' },
          predicted: fitRfm(known.features, known.target).predict(features),
        },
      ],
      drivers: toDrivers(features, explainLogistic(judged, features)),
      slices: await slicesOf(training, rows.test),
      settings: { alpha, features: judged.weights.filter((weight) => weight !== 0).length },
    },
    threshold,
    training.random.fork(`propensity-${horizonDays}`),
  )
  await pause(training.signal)
  return finish(training, horizonDays, {
    alpha,
    evaluation,
    rows: [...rows.train, rows.validation, rows.test],
  })
}

/** @throws AppError 'too_little_data' with how many buyers there are to learn from, and how many it takes. */
function requireBuyers({ train, test }: SplitRows): void {
  for (const parts of [train, [test]]) {
    const { target } = joinRows(parts, hasBought)
    const buyers = target.filter((label) => label === 1).length
    requireEnough(
      {
        rows: { have: target.length, need: leastToLearn.rows },
        rarer: { have: Math.min(buyers, target.length - buyers), need: leastToLearn.rarer },
      },
      pastRateRule,
    )
  }
}

/** The penalty with the least log-loss on the validation cut, and the threshold with the best F1 there. */
function chooseSettings({ train, validation }: SplitRows): { alpha: number; threshold: number } {
  const learned = joinRows(train, hasBought)
  const labels = validation.labels.hasBought
  const models = fitLogisticPath(learned.features, learned.target, alphas, plain)
  const tried = models.map((model, index) => {
    const predicted = predictLogistic(model, validation.features)
    return {
      alpha: alphas[index] ?? Number.NaN,
      loss: logLoss(labels, predicted),
      threshold: bestF1Threshold(labels, predicted),
    }
  })
  return tried.reduce((a, b) => (b.loss < a.loss ? b : a))
}

type Judged = {
  readonly alpha: number
  readonly evaluation: ReturnType<typeof judgeClassification>
  readonly rows: readonly LabelledRows[]
}

async function finish(training: Training, horizonDays: number, judged: Judged): Promise<TrainedModel> {
  const everything = joinRows(judged.rows, hasBought)
  const model = fitLogistic(everything.features, everything.target, { alpha: judged.alpha, ...plain })
  const name = judged.evaluation.model
  const version = versionOf(name, training.asOfMs)
  return {
    name,
    version,
    model: { ...model, horizonDays },
    evaluation: judged.evaluation,
    learnedFrom: describeRows(everything.features, everything.target),
    scores: await scorePropensity(training, { ...model, horizonDays }, version),
  }
}

/** What a fit says of everyone as of the training's cut. */
export async function scorePropensity(
  { rows, asOfMs }: Training,
  model: LogisticModel & { readonly horizonDays: number },
  version: string,
): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const { probability, low, high } = predictLogisticBounds(model, features)
  const reasons = explainLogistic(model, features)
  return features.rowIds.map((profileId, row) => ({
    profileId,
    model: 'propensity',
    version,
    horizonDays: model.horizonDays,
    asOfMs,
    value: probability[row] ?? Number.NaN,
    low: low[row] ?? Number.NaN,
    high: high[row] ?? Number.NaN,
    reasons: toReasons(reasons[row] ?? []),
  }))
}

/** Chances by the past rate alone, for shops with too little to learn from. */
export async function rulePropensity(
  { rows, asOfMs }: Training,
  horizonDays: number,
  version: string,
): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const chances = predictPastRateChance(features, horizonDays)
  return features.rowIds.map((profileId, row) => ({
    profileId,
    model: 'propensity',
    version,
    horizonDays,
    asOfMs,
    value: chances[row] ?? Number.NaN,
    reasons: [{ feature: 'order_count', share: 1 }],
  }))
}
