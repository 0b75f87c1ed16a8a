import type { Bilingual } from '../core/language.ts'
import { judgeRegression } from '../evaluate/judge-regression.ts'
import type { Labels } from '../features/labels.ts'
import { rootMeanSquaredError } from '../math/metrics/regression.ts'
import { boundsAround, fitResidualBands } from '../models/residual-bands.ts'
import { explainRidge, fitRidge, predictRidge, type RidgeOptions } from '../models/ridge.ts'
import { predictMean, predictPastRate } from './baselines.ts'
import { toDrivers, toReasons } from './reasons.ts'
import { joinRows, type LabelledRows } from './row-source.ts'
import { loadSplit } from './split-rows.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** What is needed: how the label is read, and the feature whose past rate is the baseline. */
export type NeedTarget = {
  readonly name: 'need-units' | 'need-spend'
  readonly question: Bilingual
  readonly label: (labels: Labels) => Float64Array
  readonly past: string
}

const candidates: readonly RidgeOptions[] = [0.001, 0.01, 0.1, 1].flatMap((alpha) => [
  { alpha, target: 'plain' as const },
  { alpha, target: 'log' as const },
])

/**
 * Linear regression of what each customer buys within the horizon. Settings are chosen on the validation cut, judged on
 * the test cut by a fit on everything before it, and everyone is scored by a last fit that also saw the test cut.
 */
export async function trainNeed(
  training: Training,
  target: NeedTarget,
  horizonDays: number,
): Promise<TrainedModel> {
  const { train, validation, test, split } = await loadSplit(training, horizonDays)
  const learned = joinRows(train, target.label)
  const settings = chooseSettings(learned, validation, target)
  const known = joinRows([...train, validation], target.label)
  const judged = fitRidge(known.features, known.target, settings)
  const actual = target.label(test.labels)
  const predicted = predictRidge(judged, test.features).map((value) => Math.max(0, value))
  const contributions = explainRidge(judged, test.features)
  const evaluation = judgeRegression(
    {
      model: `${target.name}-${horizonDays}d`,
      question: target.question,
      split,
      actual,
      predicted,
      baselines: [
        {
          name: { en: 'everyone the average', zh: '人人取平均' },
          predicted: predictMean(known.target, actual.length),
        },
        {
          name: { en: 'as so far', zh: '按过去的速度' },
          predicted: predictPastRate(test.features, target.past, horizonDays),
        },
      ],
      drivers: toDrivers(test.features, contributions),
      settings: {
        alpha: settings.alpha,
        target: settings.target ?? 'plain',
        features: judged.weights.length,
      },
    },
    training.random.fork(target.name),
  )
  const bands = fitResidualBands(predicted, actual)
  return score(training, target, horizonDays, {
    settings,
    rows: [...train, validation, test],
    bands,
    evaluation,
  })
}

type Judged = {
  readonly settings: RidgeOptions
  readonly rows: readonly LabelledRows[]
  readonly bands: ReturnType<typeof fitResidualBands>
  readonly evaluation: ReturnType<typeof judgeRegression>
}

async function score(
  { rows, asOfMs }: Training,
  target: NeedTarget,
  horizonDays: number,
  judged: Judged,
): Promise<TrainedModel> {
  const everything = joinRows(judged.rows, target.label)
  const model = fitRidge(everything.features, everything.target, judged.settings)
  const { features } = await rows.featuresAt(asOfMs)
  const predicted = predictRidge(model, features)
  const reasons = explainRidge(model, features)
  const name = judged.evaluation.model
  const version = versionOf(name, asOfMs)
  return {
    name,
    version,
    model: { ...model, bands: judged.bands },
    evaluation: judged.evaluation,
    scores: features.rowIds.map((profileId, row) => {
      const value = Math.max(0, predicted[row] ?? 0)
      const { low, high } = boundsAround(judged.bands, value)
      return {
        profileId,
        model: target.name,
        version,
        horizonDays,
        asOfMs,
        value,
        low,
        high,
        reasons: toReasons(reasons[row] ?? []),
      }
    }),
  }
}

function chooseSettings(
  learned: ReturnType<typeof joinRows>,
  validation: LabelledRows,
  target: NeedTarget,
): RidgeOptions {
  const actual = target.label(validation.labels)
  const errors = candidates.map((candidate) => {
    const model = fitRidge(learned.features, learned.target, candidate)
    return { candidate, error: rootMeanSquaredError(actual, predictRidge(model, validation.features)) }
  })
  const best = errors.reduce((a, b) => (b.error < a.error ? b : a))
  return best.candidate
}
