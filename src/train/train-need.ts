import type { Bilingual } from '../core/language.ts'
import { pause } from '../core/pause.ts'
import { judgeRegression } from '../evaluate/judge-regression.ts'
import type { Labels } from '../features/labels.ts'
import { poissonDeviance } from '../math/metrics/regression.ts'
import { explainNeed, fitNeedPath, type NeedModel, predictNeed } from '../models/need.ts'
import { boundsAround, fitResidualBands, type ResidualBands } from '../models/residual-bands.ts'
import type { Score } from '../profiles/score.ts'
import { pastRateRule, predictMean, predictPastRate } from './baselines.ts'
import { describeRows } from './fit-record.ts'
import { toDrivers, toReasons } from './reasons.ts'
import { joinRows, type LabelledRows } from './row-source.ts'
import { slicesOf } from './slices.ts'
import { loadSplit } from './split-rows.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** What is needed: how the label is read, and the feature whose past rate is the baseline. */
export type NeedTarget = {
  readonly name: 'need-units' | 'need-spend'
  readonly question: Bilingual
  readonly label: (labels: Labels) => Float64Array
  readonly past: string
}

const alphas = [1, 0.1, 0.01]
/** How fast errors may grow with the pace. */
const variancePowers = [1, 1.5, 2]

/** What was chosen on the validation cut, and how far off it was there. */
type Settings = { readonly alpha: number; readonly variancePower: number; readonly bands: ResidualBands }

/**
 * Linear regression of what each customer buys within the horizon, as a multiple of the own pace. Settings are chosen on
 * the validation cut, judged on the test cut by a fit on everything before it, and everyone is scored by a last fit that
 * also saw the test cut.
 */
export async function trainNeed(
  training: Training,
  target: NeedTarget,
  horizonDays: number,
): Promise<TrainedModel> {
  const { train, validation, test, split } = await loadSplit(training, horizonDays)
  const learn = createFit(target, horizonDays)
  const settings = chooseSettings(learn, train, validation, target)
  await pause(training.signal)
  const known = [...train, validation]
  const [judged] = learn(known, settings.variancePower, [settings.alpha])
  const actual = target.label(test.labels)
  const predicted = predictNeed(judged, test.features)
  await pause(training.signal)
  const evaluation = judgeRegression(
    {
      model: `${target.name}-${horizonDays}d`,
      question: target.question,
      split,
      actual,
      predicted,
      bounds: boundsOf(settings.bands, predicted),
      baselines: [
        {
          name: { en: 'everyone the average', zh: '人人取平均' },
          predicted: predictMean(joinRows(known, target.label).target, actual.length),
        },
        {
          name: pastRateRule,
          predicted: predictPastRate(test.features, target.past, horizonDays),
        },
      ],
      drivers: toDrivers(test.features, explainNeed(judged, test.features)),
      slices: await slicesOf(training, test),
      settings: {
        alpha: settings.alpha,
        variancePower: settings.variancePower,
        features: judged.multiple.weights.filter((weight) => weight !== 0).length,
      },
    },
    training.random.fork(target.name),
  )
  await pause(training.signal)
  const everything = [...known, test]
  const [model] = learn(everything, settings.variancePower, [settings.alpha])
  return finish(training, joinRows(everything, target.label), {
    target: target.name,
    model,
    bands: fitResidualBands(predicted, actual),
    evaluation,
  })
}

/** Fits a model for each penalty. */
type Fit = (
  rows: readonly LabelledRows[],
  variancePower: number,
  alphas: readonly number[],
) => [NeedModel, ...NeedModel[]]

function createFit(target: NeedTarget, horizonDays: number): Fit {
  return (rows, variancePower, penalties) => {
    const joined = joinRows(rows, target.label)
    const settings = { amount: target.past, age: 'first_order_days', horizonDays, variancePower }
    const [first, ...others] = fitNeedPath(joined.features, joined.target, penalties, settings)
    if (first === undefined) throw new Error('a path without penalties gives no model')
    return [first, ...others]
  }
}

function boundsOf(bands: ResidualBands, predicted: Float64Array): { low: Float64Array; high: Float64Array } {
  const bounds = Array.from(predicted, (value) => boundsAround(bands, value))
  return {
    low: Float64Array.from(bounds, ({ low }) => low),
    high: Float64Array.from(bounds, ({ high }) => high),
  }
}

type JoinedRows = ReturnType<typeof joinRows>

type Judged = {
  readonly target: NeedTarget['name']
  readonly model: NeedModel
  readonly bands: ResidualBands
  readonly evaluation: ReturnType<typeof judgeRegression>
}

async function finish(training: Training, rows: JoinedRows, judged: Judged): Promise<TrainedModel> {
  const { evaluation, bands } = judged
  const name = evaluation.model
  const version = versionOf(name, training.asOfMs)
  const model = { ...judged.model, bands }
  return {
    name,
    version,
    model,
    evaluation,
    learnedFrom: describeRows(rows.features, rows.target),
    scores: await scoreNeed(training, judged.target, model, version),
  }
}

/** What a fit says of everyone as of the training's cut. */
export async function scoreNeed(
  { rows, asOfMs }: Training,
  target: NeedTarget['name'],
  model: NeedModel & { readonly bands: ResidualBands },
  version: string,
): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const predicted = predictNeed(model, features)
  const reasons = explainNeed(model, features)
  return features.rowIds.map((profileId, row) => {
    const value = predicted[row] ?? Number.NaN
    return {
      profileId,
      model: target,
      version,
      horizonDays: model.horizonDays,
      asOfMs,
      value,
      ...boundsAround(model.bands, value),
      reasons: toReasons(reasons[row] ?? []),
    }
  })
}

/** As much as so far, for shops with too little to learn from. */
export async function ruleNeed(
  { rows, asOfMs }: Training,
  { name, past }: NeedTarget,
  horizonDays: number,
  version: string,
): Promise<Score[]> {
  const { features } = await rows.featuresAt(asOfMs)
  const amounts = predictPastRate(features, past, horizonDays)
  return features.rowIds.map((profileId, row) => ({
    profileId,
    model: name,
    version,
    horizonDays,
    asOfMs,
    value: amounts[row] ?? Number.NaN,
    reasons: [{ feature: past, share: 1 }],
  }))
}

/** The settings with the least deviance on the validation cut; its errors there give the bounds. */
function chooseSettings(
  learn: Fit,
  train: readonly LabelledRows[],
  validation: LabelledRows,
  target: NeedTarget,
): Settings {
  const actual = target.label(validation.labels)
  const tried = variancePowers.flatMap((variancePower) =>
    learn(train, variancePower, alphas).map((model, index) => {
      const predicted = predictNeed(model, validation.features)
      const error = poissonDeviance(actual, predicted)
      return { alpha: alphas[index] ?? Number.NaN, variancePower, predicted, error }
    }),
  )
  const { alpha, variancePower, predicted } = tried.reduce((a, b) => (b.error < a.error ? b : a))
  return { alpha, variancePower, bands: fitResidualBands(predicted, actual) }
}
