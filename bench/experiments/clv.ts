import { AppError } from '../../src/core/errors.ts'
import { createRandom } from '../../src/math/random.ts'
import { fitLifetime, type LifetimeModel, predictLifetime } from '../../src/models/lifetime.ts'
import type { LifetimeBacktest } from '../../src/models/lifetime-calibration.ts'
import { type OrderModelKind, orderModelKinds } from '../../src/models/lifetime-orders.ts'
import { innerBacktests } from '../clv/backtests.ts'
import { coverage, judgeCounts, judgeSpends } from '../clv/judge.ts'
import { type CustomerPurchases, readTransactions } from '../clv/transactions.ts'
import { countAfter, lastDayOf, spendAfter, summariseUntil, type WindowSummaries } from '../clv/windows.ts'
import { type Contender, type Experiment, type ExperimentOptions, optionValue } from '../experiment.ts'

const seed = 1

/** Customer lifetime value: BG/NBD, Pareto/NBD and gamma-gamma fitted on the first weeks, judged on the next. */
export const experiment: Experiment = {
  summary: 'fit lifetime models on the first weeks of a transaction file, judge them on the next',
  options: {
    transactions: {
      summary: 'CDNOW table (id [sample id] date units dollars) or a CSV, may be gzipped',
      required: true,
    },
    'calibration-weeks': { summary: 'weeks to fit on, from the first day of the data', required: true },
    'holdout-weeks': { summary: 'weeks to judge on; as many as calibration weeks when left out' },
    id: { summary: 'CSV column of the customer; name all three columns for a CSV' },
    date: { summary: 'CSV column of the date, yyyymmdd or ISO' },
    amount: { summary: 'CSV column of the value' },
  },
  async run(options, say) {
    const weeks = readWeeks(options)
    const customers = readTransactions(optionValue(options, 'transactions') ?? '', readColumns(options))
    const lastDay = lastDayOf(customers, weeks.calibrationWeeks)
    const summaries = summariseUntil(customers, lastDay)
    const holdout = { lastDay, weeks: weeks.holdoutWeeks }
    const actual = countAfter(customers, summaries.rows, holdout)
    const actualSpend = spendAfter(customers, summaries.rows, holdout)
    say(`${summaries.rows.length} customers, ${actual.reduce((a, b) => a + b, 0)} purchases to foresee`)
    const backtests = innerBacktests(customers, weeks)
    const fits = orderModelKinds.map((kind) => fitKind(kind, summaries, backtests))
    const spends = judgeSpends({ model: fits[0]?.model.spend, summaries, actualSpend, seed })
    return {
      experiment: 'clv',
      dataset: describe(customers, summaries, actual),
      split: `fit on ${weeks.calibrationWeeks} weeks, judge on the next ${weeks.holdoutWeeks}`,
      seed,
      models: [...judgeOrders(fits, { summaries, actual, weeks: weeks.holdoutWeeks }), ...spends.models],
      baselines: [...judgeBaselines(summaries, actual, weeks.holdoutWeeks), ...spends.baselines],
      notes: notes(backtests),
    }
  },
}

type Weeks = { readonly calibrationWeeks: number; readonly holdoutWeeks: number }

function readWeeks(options: ExperimentOptions): Weeks {
  const read = (name: string, otherwise: number) => {
    const weeks = Number(optionValue(options, name) ?? otherwise)
    if (Number.isInteger(weeks) && weeks > 0) return weeks
    throw new AppError('bad_usage', `--${name} must be a whole number of weeks`, { received: String(weeks) })
  }
  const calibrationWeeks = read('calibration-weeks', Number.NaN)
  return { calibrationWeeks, holdoutWeeks: read('holdout-weeks', calibrationWeeks) }
}

function readColumns(options: ExperimentOptions) {
  const [id, date, amount] = ['id', 'date', 'amount'].map((name) => optionValue(options, name))
  if (id === undefined && date === undefined && amount === undefined) return undefined
  if (id !== undefined && date !== undefined && amount !== undefined) return { id, date, amount }
  throw new AppError('bad_usage', 'a CSV needs all of --id, --date and --amount')
}

function describe(
  customers: readonly CustomerPurchases[],
  summaries: WindowSummaries,
  actual: Float64Array,
): Record<string, number> {
  return {
    customers: customers.length,
    purchaseDays: customers.reduce((sum, { days }) => sum + days.length, 0),
    customersInCalibration: summaries.rows.length,
    repeaters: summaries.purchaseCount.filter((count) => count > 0).length,
    repeatPurchases: summaries.purchaseCount.reduce((sum, count) => sum + count, 0),
    holdoutPurchases: actual.reduce((sum, count) => sum + count, 0),
  }
}

type Fit = { readonly kind: OrderModelKind; readonly model: LifetimeModel; readonly seconds: number }

function fitKind(
  kind: OrderModelKind,
  summaries: WindowSummaries,
  backtests: readonly LifetimeBacktest[],
): Fit {
  const startedMs = performance.now()
  const model = fitLifetime(summaries, { orderModel: kind, backtests }, createRandom(seed))
  return { kind, model, seconds: (performance.now() - startedMs) / 1000 }
}

type Holdout = { readonly summaries: WindowSummaries; readonly actual: Float64Array; readonly weeks: number }

/** Each model as published and with its total corrected; last, the mean of both models, its total corrected. */
function judgeOrders(fits: readonly Fit[], { summaries, actual, weeks }: Holdout): Contender[] {
  const plains = fits.map(({ model }) => predictLifetime({ ...model, orderFactor: 1 }, summaries, weeks))
  const contenders = fits.flatMap(({ kind, model, seconds }, index): Contender[] => {
    const calibrated = predictLifetime(model, summaries, weeks)
    const plain = plains[index] ?? calibrated
    return [
      {
        name: kind,
        metrics: {
          ...parametersOf(model),
          ...judgeCounts(actual, plain.expectedOrders, seed),
          coverage90: coverage(actual, plain),
        },
        seconds,
      },
      {
        name: `${kind}, total calibrated`,
        metrics: {
          orderFactor: model.orderFactor,
          ...judgeCounts(actual, calibrated.expectedOrders, seed),
          coverage90: coverage(actual, calibrated),
        },
        seconds,
      },
    ]
  })
  // Orders in the backtests over the mean of what both models expected there.
  const orderFactor = fits.length / fits.reduce((sum, { model }) => sum + 1 / model.orderFactor, 0)
  const mean = actual.map(
    (_, row) => plains.reduce((sum, each) => sum + (each.expectedOrders[row] ?? 0), 0) / plains.length,
  )
  // What the total lacks is spread evenly: it says nothing of who buys more, and a factor would stretch the errors of the
  // heaviest buyers (bench/clv/README.md).
  const missing = ((orderFactor - 1) * mean.reduce((sum, each) => sum + each, 0)) / mean.length
  const corrected = mean.map((each) => Math.max(0, each + missing))
  const seconds = fits.reduce((sum, fit) => sum + fit.seconds, 0)
  const metrics = { orderFactor, ...judgeCounts(actual, corrected, seed) }
  return [...contenders, { name: 'mean of both, total calibrated', metrics, seconds }]
}

function parametersOf({ orders }: LifetimeModel): Record<string, number> {
  const { kind, formatVersion, customerCount, ...parameters } = orders
  return parameters
}

function judgeBaselines(summaries: WindowSummaries, actual: Float64Array, weeks: number): Contender[] {
  const { purchaseCount, ageDays: ageWeeks } = summaries
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
  const meanRate = total(purchaseCount) / total(ageWeeks)
  const pastRate = purchaseCount.map((count, row) => (count > 0 ? (count / (ageWeeks[row] ?? 1)) * weeks : 0))
  return [
    { name: 'past rate', metrics: judgeCounts(actual, pastRate, seed), seconds: 0 },
    {
      name: 'mean',
      metrics: judgeCounts(
        actual,
        actual.map(() => meanRate * weeks),
        seed,
      ),
      seconds: 0,
    },
  ]
}

function notes(backtests: readonly LifetimeBacktest[]): string[] {
  const horizons = backtests.map(({ horizonDays }) => horizonDays).join(', ')
  return [
    'Purchases of a customer on one day count once; intervals are 95 %, customers resampled.',
    `Totals are calibrated by backtests inside the calibration weeks (horizons of ${horizons} weeks); the holdout is read by the judge alone.`,
  ]
}
