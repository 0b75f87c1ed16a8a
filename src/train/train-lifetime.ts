import { splitInTime } from '../evaluate/cuts.ts'
import { judgeRegression } from '../evaluate/judge-regression.ts'
import { computeLabels } from '../features/labels.ts'
import { computeLifetimeSummaries, type LifetimeSummaries } from '../features/lifetime-summary.ts'
import {
  explainLifetime,
  fitLifetime,
  type LifetimeModel,
  type LifetimePredictions,
  predictLifetime,
} from '../models/lifetime.ts'
import type { Reason, Score } from '../profiles/score.ts'
import { predictMean } from './baselines.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** Bounds of expected orders hold the count with this probability. */
const intervalProbability = 0.95

/** The features of our own that a lifetime model's reasons speak of. */
const reasonFeatures = {
  purchaseCount: 'order_count',
  silenceDays: 'recency_days',
  ageDays: 'first_order_days',
  meanSpend: 'basket_value',
} as const

/**
 * How likely each customer is still one, and the orders and spend expected within the horizon. Fitted on order dates
 * alone; judged at the test cut with totals corrected by how far off they were one horizon earlier.
 */
export async function trainLifetime(training: Training, horizonDays: number): Promise<TrainedModel> {
  const { asOfMs, firstMs, random } = training
  const cuts = splitInTime({ firstMs, lastMs: asOfMs }, horizonDays, 1)
  const validation = await readCut(training, cuts.validationMs, horizonDays)
  const test = await readCut(training, cuts.testMs, horizonDays)
  const judged = fitWithBacktest(test, validation, horizonDays, training)
  const predicted = predictLifetime(judged, test.summaries, horizonDays, intervalProbability)
  const name = `lifetime-${horizonDays}d`
  const evaluation = judgeRegression(
    {
      model: name,
      question: {
        en: `How many orders will each customer place in ${horizonDays} days?`,
        zh: `每位顾客在 ${horizonDays} 天内会下多少单？`,
      },
      split: {
        trainCutsMs: [cuts.testMs],
        validationCutMs: cuts.validationMs,
        testCutMs: cuts.testMs,
        horizonDays,
        trainRowCount: test.summaries.profileIds.length,
        validationRowCount: validation.summaries.profileIds.length,
        testRowCount: test.summaries.profileIds.length,
      },
      actual: test.orders,
      predicted: predicted.expectedOrders,
      baselines: [
        {
          name: { en: 'everyone the average', zh: '人人取平均' },
          predicted: predictMean(validation.orders, test.orders.length),
        },
        {
          name: { en: 'as so far', zh: '按过去的速度' },
          predicted: predictPace(test.summaries, horizonDays),
        },
      ],
      drivers: [],
      settings: { orders: judged.orders.kind, orderFactor: Number(judged.orderFactor.toPrecision(4)) },
    },
    random.fork(name),
  )
  const now = await computeLifetimeSummaries(training.database, {
    cutMs: asOfMs,
    timeZone: training.timeZone,
    ...(training.signal ? { signal: training.signal } : {}),
  })
  const model = fitWithBacktest({ summaries: now }, test, horizonDays, training)
  const version = versionOf(name, asOfMs)
  return {
    name,
    version,
    model,
    evaluation,
    scores: scoreEveryone(model, now, { horizonDays, asOfMs, version }),
  }
}

type CutSummaries = { readonly summaries: LifetimeSummaries; readonly orders: Float64Array }

async function readCut(
  { database, timeZone, signal }: Training,
  cutMs: number,
  horizonDays: number,
): Promise<CutSummaries> {
  const control = signal ? { signal } : {}
  const summaries = await computeLifetimeSummaries(database, { cutMs, timeZone, ...control })
  const { profileIds } = summaries
  const labels = await computeLabels(database, { profileIds, cutMs, horizonDays, ...control })
  return { summaries, orders: labels.orderCount }
}

/** A fit at one cut whose totals are corrected by what an earlier cut's fit got wrong. */
function fitWithBacktest(
  at: { readonly summaries: LifetimeSummaries },
  earlier: CutSummaries,
  horizonDays: number,
  { random }: Training,
): LifetimeModel {
  const orderCount = earlier.orders.reduce((sum, count) => sum + count, 0)
  const backtests = [{ summaries: earlier.summaries, horizonDays, orderCount }]
  return fitLifetime(at.summaries, { backtests }, random.fork('lifetime'))
}

/** Orders so far per day of age, over the horizon. */
function predictPace({ purchaseCount, ageDays }: LifetimeSummaries, horizonDays: number): Float64Array {
  return purchaseCount.map((count, row) => (count / Math.max(1, ageDays[row] ?? 1)) * horizonDays)
}

function scoreEveryone(
  model: LifetimeModel,
  summaries: LifetimeSummaries,
  { horizonDays, asOfMs, version }: { horizonDays: number; asOfMs: number; version: string },
): Score[] {
  const predicted = predictLifetime(model, summaries, horizonDays, intervalProbability)
  return summaries.profileIds.flatMap((profileId, row) => {
    const shared = { profileId, version, asOfMs, reasons: reasonsOf(model, summaries, row, horizonDays) }
    const at = (column: keyof LifetimePredictions) => predicted[column][row] ?? Number.NaN
    const orders = at('expectedOrders')
    const scores: Score[] = [
      { ...shared, model: 'alive', horizonDays: 0, value: at('aliveProbability') },
      {
        ...shared,
        model: 'expected-orders',
        horizonDays,
        value: orders,
        low: at('expectedOrdersLow'),
        high: at('expectedOrdersHigh'),
      },
      { ...shared, model: 'next-order-days', horizonDays: 0, value: at('nextOrderDays') },
    ]
    const spend = orders * at('expectedSpend')
    return Number.isFinite(spend)
      ? [...scores, { ...shared, model: 'expected-spend', horizonDays, value: spend }]
      : scores
  })
}

function reasonsOf(
  model: LifetimeModel,
  summaries: LifetimeSummaries,
  row: number,
  horizonDays: number,
): Reason[] {
  const at = (column: Float64Array) => column[row] ?? Number.NaN
  const { reasons } = explainLifetime(
    model,
    {
      purchaseCount: at(summaries.purchaseCount),
      recencyDays: at(summaries.recencyDays),
      ageDays: at(summaries.ageDays),
      meanSpend: at(summaries.meanSpend),
    },
    horizonDays,
  )
  const total = reasons.reduce((sum, { contribution }) => sum + Math.abs(contribution), 0)
  if (!(total > 0)) return []
  return reasons.map(({ feature, contribution }) => ({
    feature: reasonFeatures[feature],
    share: contribution / total,
  }))
}
