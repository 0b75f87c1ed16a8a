import { pause } from '../core/pause.ts'
import { splitInTime } from '../evaluate/cuts.ts'
import { judgeRegression } from '../evaluate/judge-regression.ts'
import { computeLabels } from '../features/labels.ts'
import { computeLifetimeSummaries, type LifetimeSummaries } from '../features/lifetime-summary.ts'
import type { Random } from '../math/random.ts'
import {
  explainLifetime,
  fitLifetime,
  type LifetimeAnswer,
  type LifetimeModel,
  type LifetimePredictions,
  predictLifetime,
} from '../models/lifetime.ts'
import { orderParameters } from '../models/lifetime-orders.ts'
import { type PastBounds, pastCountBounds, pastWaitBounds } from '../models/past-rate-interval.ts'
import type { Reason, Score } from '../profiles/score.ts'
import { pastRateRule, predictMean } from './baselines.ts'
import { describeRows, type LearnedRows } from './fit-record.ts'
import { toReasons } from './reasons.ts'
import { type TrainedModel, type Training, versionOf } from './training.ts'

/** A wait so long stands for any longer one. */
const longestWaitDays = 3650
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
  await pause(training.signal)
  const judged = fitWithBacktest(test, validation, horizonDays, training)
  const name = `lifetime-${horizonDays}d`
  const predicted = predictLifetime(
    judged,
    test.summaries,
    horizonDays,
    intervalProbability,
    random.fork(`${name} bounds`),
  )
  await pause(training.signal)
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
      bounds: { low: predicted.expectedOrdersLow, high: predicted.expectedOrdersHigh },
      baselines: [
        {
          name: { en: 'everyone the average', zh: '人人取平均' },
          predicted: predictMean(validation.orders, test.orders.length),
        },
        {
          name: pastRateRule,
          predicted: predictPace(test.summaries, horizonDays),
        },
      ],
      drivers: [],
      settings: {
        orders: judged.orders.kind,
        orderFactor: Number(judged.orderFactor.toPrecision(4)),
        spendIntervalCoverage: coverageOf(test.spend, predicted.spendLow, predicted.spendHigh),
      },
    },
    random.fork(name),
  )
  const now = await computeLifetimeSummaries(training.database, {
    cutMs: asOfMs,
    timeZone: training.timeZone,
    ...(training.signal ? { signal: training.signal } : {}),
  })
  const model = fitWithBacktest({ summaries: now, like: judged.orders }, test, horizonDays, training)
  await pause(training.signal)
  const version = versionOf(name, asOfMs)
  return {
    name,
    version,
    model: { ...model, horizonDays },
    evaluation,
    learnedFrom: describeSummaries(now),
    scores: scoreEveryone(model, now, { horizonDays, asOfMs, version, random: random.fork(version) }),
  }
}

/** What a fit says of everyone as of the training's cut. */
export async function scoreLifetime(
  { database, asOfMs, timeZone, signal, random }: Training,
  model: LifetimeModel & { readonly horizonDays: number },
  version: string,
): Promise<Score[]> {
  const control = signal ? { signal } : {}
  const now = await computeLifetimeSummaries(database, { cutMs: asOfMs, timeZone, ...control })
  const { horizonDays } = model
  return scoreEveryone(model, now, { horizonDays, asOfMs, version, random: random.fork(version) })
}

/**
 * Orders at the pace so far, and the next one after as long as between those, with the bounds of a Poisson count whose rate only
 * the person's own past tells; who is still a customer no rule knows.
 */
export async function ruleLifetime(
  { database, asOfMs, timeZone, signal }: Training,
  horizonDays: number,
  version: string,
): Promise<Score[]> {
  const control = signal ? { signal } : {}
  const summaries = await computeLifetimeSummaries(database, { cutMs: asOfMs, timeZone, ...control })
  const orders = predictPace(summaries, horizonDays)
  const past = { count: summaries.purchaseCount, days: summaries.ageDays }
  const [counts, waits] = [pastCountBounds(past, horizonDays), pastWaitBounds(past)]
  const reasons = [{ feature: 'order_count', share: 1 }]
  return summaries.profileIds.flatMap((profileId, row): Score[] => {
    const value = orders[row] ?? Number.NaN
    const shared = { profileId, version, asOfMs, reasons }
    const waitDays = Math.min(longestWaitDays, horizonDays / Math.max(value, 1e-9))
    return [
      { ...shared, model: 'expected-orders', horizonDays, value, ...boundsAround(counts, row, value) },
      {
        ...shared,
        model: 'next-order-days',
        horizonDays: 0,
        value: waitDays,
        ...boundsAround(waits, row, waitDays),
      },
    ]
  })
}

/** The bounds of a row, no wait longer than the longest and the value among them. */
function boundsAround({ low, high }: PastBounds, row: number, value: number): { low: number; high: number } {
  return {
    low: Math.min(value, low[row] ?? Number.NaN),
    high: Math.max(value, Math.min(longestWaitDays, high[row] ?? Number.NaN)),
  }
}

function describeSummaries({ profileIds, ...columns }: LifetimeSummaries): LearnedRows {
  const names = Object.keys(columns).sort()
  const numbers = columns as Readonly<Record<string, Float64Array>>
  const values = Float64Array.from(
    profileIds.flatMap((_, row) => names.map((name) => numbers[name]?.[row] ?? Number.NaN)),
  )
  return describeRows({ featureNames: names, rowIds: profileIds, values }, new Float64Array())
}

type CutSummaries = {
  readonly summaries: LifetimeSummaries
  readonly orders: Float64Array
  readonly spend: Float64Array
}

async function readCut(
  { database, timeZone, signal }: Training,
  cutMs: number,
  horizonDays: number,
): Promise<CutSummaries> {
  const control = signal ? { signal } : {}
  const summaries = await computeLifetimeSummaries(database, { cutMs, timeZone, ...control })
  const { profileIds } = summaries
  const labels = await computeLabels(database, { profileIds, cutMs, horizonDays, ...control })
  return { summaries, orders: labels.orderCount, spend: labels.spend }
}

/** The share of values within their bounds; NaN where there are none. */
function coverageOf(values: Float64Array, low: Float64Array, high: Float64Array): number {
  const held = values.filter(
    (value, row) => value >= (low[row] ?? Number.NaN) && value <= (high[row] ?? Number.NaN),
  )
  return low.some(Number.isFinite) ? Number((held.length / values.length).toFixed(3)) : Number.NaN
}

/**
 * A fit at one cut whose totals are corrected by what an earlier cut's fit got wrong; of the kind of an earlier fit and
 * begun where that ended, if one is given.
 */
function fitWithBacktest(
  at: { readonly summaries: LifetimeSummaries; readonly like?: LifetimeModel['orders'] },
  earlier: CutSummaries,
  horizonDays: number,
  { random }: Training,
): LifetimeModel {
  const orderCount = earlier.orders.reduce((sum, count) => sum + count, 0)
  const backtests = [{ summaries: earlier.summaries, horizonDays, orderCount }]
  const like = at.like && { orderModel: at.like.kind, from: orderParameters(at.like) }
  return fitLifetime(at.summaries, { backtests, ...like }, random.fork('lifetime'))
}

/** Orders so far per day of age, over the horizon. */
function predictPace({ purchaseCount, ageDays }: LifetimeSummaries, horizonDays: number): Float64Array {
  return purchaseCount.map((count, row) => (count / Math.max(1, ageDays[row] ?? 1)) * horizonDays)
}

function scoreEveryone(
  model: LifetimeModel,
  summaries: LifetimeSummaries,
  {
    horizonDays,
    asOfMs,
    version,
    random,
  }: { horizonDays: number; asOfMs: number; version: string; random: Random },
): Score[] {
  const predicted = predictLifetime(model, summaries, horizonDays, intervalProbability, random)
  return summaries.profileIds.flatMap((profileId, row) => {
    const shared = { profileId, version, asOfMs }
    const reasons = reasonsOf(model, summaries, row, horizonDays)
    const at = (column: keyof LifetimePredictions) => predicted[column][row] ?? Number.NaN
    const orders = at('expectedOrders')
    const scores: Score[] = [
      {
        ...shared,
        model: 'alive',
        horizonDays: 0,
        value: at('aliveProbability'),
        reasons: reasons('alive'),
      },
      {
        ...shared,
        model: 'expected-orders',
        horizonDays,
        value: orders,
        low: at('expectedOrdersLow'),
        high: at('expectedOrdersHigh'),
        reasons: reasons('orders'),
      },
      {
        ...shared,
        model: 'next-order-days',
        horizonDays: 0,
        value: Math.min(at('nextOrderDays'), longestWaitDays),
        low: Math.min(at('nextOrderDaysLow'), longestWaitDays),
        high: Math.min(at('nextOrderDaysHigh'), longestWaitDays),
        reasons: reasons('wait'),
      },
    ]
    const spend = orders * at('expectedSpend')
    return Number.isFinite(spend)
      ? [
          ...scores,
          {
            ...shared,
            model: 'expected-spend',
            horizonDays,
            value: spend,
            low: at('spendLow'),
            high: at('spendHigh'),
            reasons: reasons('spend'),
          },
        ]
      : scores
  })
}

function reasonsOf(
  model: LifetimeModel,
  summaries: LifetimeSummaries,
  row: number,
  horizonDays: number,
): (answer: LifetimeAnswer) => Reason[] {
  const at = (column: Float64Array) => column[row] ?? Number.NaN
  const answers = explainLifetime(
    model,
    {
      purchaseCount: at(summaries.purchaseCount),
      recencyDays: at(summaries.recencyDays),
      ageDays: at(summaries.ageDays),
      meanSpend: at(summaries.meanSpend),
    },
    horizonDays,
  )
  return (answer) =>
    toReasons(
      answers[answer].reasons.map(({ feature, contribution }) => ({
        feature: reasonFeatures[feature],
        contribution,
      })),
    )
}
