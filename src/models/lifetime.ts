import { AppError } from '../core/errors.ts'
import { elementAt } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { expectedSpend, fitGammaGamma, type GammaGammaModel } from './gamma-gamma.ts'
import { fitOrderFactor, type LifetimeBacktest } from './lifetime-calibration.ts'
import type { LifetimeFitOptions } from './lifetime-likelihood.ts'
import {
  aliveProbability,
  expectedOrders,
  fitOrders,
  nextOrderQuantile,
  type OrderModel,
  type OrderModelKind,
  orderLogLikelihood,
  orderModelKinds,
  orderParameters,
  orderTail,
  withParameters,
} from './lifetime-orders.ts'
import { countQuantile } from './lifetime-purchases.ts'
import { type LifetimeCustomer, type LifetimeReason, mixes, splitWorths } from './lifetime-reasons.ts'
import { boundSpend } from './lifetime-spend.ts'
import {
  type CustomerSummaries,
  checkSummaries,
  groupHistories,
  type History,
  selectSummaries,
} from './lifetime-summaries.ts'
import { drawParameters } from './lifetime-uncertainty.ts'

/** Order histories and, where money is known, the mean value of each customer's repeat orders. */
export type LifetimeSummaries = CustomerSummaries & {
  /** 0 (or anything not above 0) for a customer without a repeat order; such rows teach the spend model nothing. */
  readonly meanSpend?: Float64Array
}

export type LifetimeOptions = LifetimeFitOptions & {
  /** The order model; left out, the one under which customers held out of the fit are likelier. */
  readonly orderModel?: OrderModelKind
  /** Share of the customers held out to choose the order model; 0.2 when left out. */
  readonly validationShare?: number
  /** Earlier cuts with what followed; given, totals are corrected by how far they were off there. */
  readonly backtests?: readonly LifetimeBacktest[]
  /** Draws of the parameters that widen the intervals; 8 when left out, 0 for none. */
  readonly parameterDraws?: number
}

/** A fitted lifetime model: plain data. */
export type LifetimeModel = {
  readonly kind: 'lifetime'
  readonly formatVersion: 1
  readonly orders: OrderModel
  /** Mean log-likelihood of the held-out customers under each candidate; empty when the model was named. */
  readonly candidates: readonly { readonly kind: OrderModelKind; readonly validationLogLikelihood: number }[]
  /** Absent without spends, or with too few to tell. */
  readonly spend?: GammaGammaModel
  /** What expected orders are multiplied by, from the backtests; 1 without them. */
  readonly orderFactor: number
  /** Plausible parameters of `orders`, for intervals. */
  readonly parameterDraws: readonly (readonly number[])[]
  readonly averageCustomer: LifetimeCustomer
}

/**
 * Fits when customers order, whether they are still customers, and what they spend.
 * @throws AppError 'bad_input' for impossible rows, 'too_little_data' when hardly anyone bought again, 'diverged'.
 */
export function fitLifetime(
  summaries: LifetimeSummaries,
  options: LifetimeOptions,
  random: Random,
): LifetimeModel {
  checkSummaries(summaries)
  const { orders, candidates } = chooseOrders(summaries, options, random.fork('validation'))
  const settled = { ...options, from: orderParameters(orders) }
  const { histories } = groupHistories(summaries)
  const spend = fitSpend(summaries)
  return {
    kind: 'lifetime',
    formatVersion: 1,
    orders,
    candidates,
    ...(spend === undefined ? {} : { spend }),
    orderFactor:
      options.backtests === undefined ? 1 : fitOrderFactor(orders.kind, options.backtests, settled),
    parameterDraws: drawParameters(orders, histories, {
      count: options.parameterDraws ?? 8,
      random: random.fork('parameters'),
    }),
    averageCustomer: averageOf(summaries),
  }
}

function chooseOrders(
  summaries: CustomerSummaries,
  options: LifetimeOptions,
  random: Random,
): Pick<LifetimeModel, 'orders' | 'candidates'> {
  if (options.orderModel !== undefined)
    return { orders: fitOrders(options.orderModel, summaries, options), candidates: [] }
  const rows = random.shuffle(Uint32Array.from(summaries.purchaseCount.keys()))
  const heldOut = Math.ceil(rows.length * (options.validationShare ?? 0.2))
  const validation = groupHistories(selectSummaries(summaries, rows.subarray(0, heldOut))).histories
  const training = selectSummaries(summaries, rows.subarray(heldOut))
  const tried = orderModelKinds.map((kind) => {
    const model = fitOrders(kind, training, options)
    return { model, validationLogLikelihood: orderLogLikelihood(model, validation) / heldOut }
  })
  const best = tried.reduce((a, b) => (b.validationLogLikelihood > a.validationLogLikelihood ? b : a))
  return {
    orders: fitOrders(best.model.kind, summaries, { ...options, from: orderParameters(best.model) }),
    candidates: tried.map(({ model: { kind }, validationLogLikelihood }) => ({
      kind,
      validationLogLikelihood,
    })),
  }
}

/** The spend model, or undefined when the spends are absent or too few. */
function fitSpend({ purchaseCount, meanSpend }: LifetimeSummaries): GammaGammaModel | undefined {
  if (meanSpend === undefined) return undefined
  try {
    return fitGammaGamma({ purchaseCount, meanSpend })
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_little_data') return undefined
    throw error
  }
}

function averageOf({ purchaseCount, recencyDays, ageDays, meanSpend }: LifetimeSummaries): LifetimeCustomer {
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const age = mean(ageDays)
  const count = Math.round(mean(purchaseCount))
  return {
    purchaseCount: count,
    recencyDays: count > 0 ? mean(recencyDays) : 0,
    ageDays: age,
    meanSpend: mean((meanSpend ?? new Float64Array()).filter((spend) => spend > 0)),
  }
}

/** Parallel columns, one row a customer. */
export type LifetimePredictions = {
  readonly aliveProbability: Float64Array
  /** Expected orders within the horizon, and the bounds between which their number lies with the asked probability. */
  readonly expectedOrders: Float64Array
  readonly expectedOrdersLow: Float64Array
  readonly expectedOrdersHigh: Float64Array
  /** Expected value of one order; NaN where the model has no spends to tell it from. */
  readonly expectedSpend: Float64Array
  /** Bounds of the whole spend within the horizon; NaN without a spend model or where no `random` was given. */
  readonly spendLow: Float64Array
  readonly spendHigh: Float64Array
  /** Median wait to the next order of a customer who is and stays one, and its bounds; see nextOrderQuantile. */
  readonly nextOrderDays: Float64Array
  readonly nextOrderDaysLow: Float64Array
  readonly nextOrderDaysHigh: Float64Array
}

/**
 * Predicts for each customer, in the time unit of the fit.
 * The bounds are quantiles of the posterior predictive count: closed form for each parameter draw, averaged over draws.
 * @throws AppError 'bad_input' for impossible rows, a horizon that is not above 0, or another format of the model.
 */
export function predictLifetime(
  model: LifetimeModel,
  customers: LifetimeSummaries,
  horizonDays: number,
  intervalProbability = 0.9,
  random?: Random,
): LifetimePredictions {
  checkPrediction(model, horizonDays)
  checkSummaries(customers)
  const { histories, groupOf } = groupHistories(customers)
  const rows = histories.map((history) => predictOrders(model, history, { horizonDays, intervalProbability }))
  const column = (pick: (row: OrderPrediction) => number) =>
    Float64Array.from(groupOf, (group) => pick(rows[group] ?? unknownOrders))
  return {
    aliveProbability: column(({ alive }) => alive),
    expectedOrders: column(({ orders }) => orders),
    expectedOrdersLow: column(({ low }) => low),
    expectedOrdersHigh: column(({ high }) => high),
    expectedSpend: Float64Array.from(
      customers.purchaseCount,
      (count, row) => spendOf(model, count, customers.meanSpend?.[row] ?? 0) ?? Number.NaN,
    ),
    ...spendBoundsOf(model, customers, {
      tails: random === undefined ? [] : rows.map(({ tail }) => tail),
      groupOf,
      intervalProbability,
      random,
    }),
    nextOrderDays: column(({ wait }) => wait),
    nextOrderDaysLow: column(({ waitLow }) => waitLow),
    nextOrderDaysHigh: column(({ waitHigh }) => waitHigh),
  }
}

function spendBoundsOf(
  { spend }: LifetimeModel,
  { purchaseCount, meanSpend }: LifetimeSummaries,
  posterior: {
    readonly tails: readonly Float64Array[]
    readonly groupOf: Uint32Array
    readonly intervalProbability: number
    readonly random: Random | undefined
  },
): Pick<LifetimePredictions, 'spendLow' | 'spendHigh'> {
  const { tails, groupOf, intervalProbability: probability, random } = posterior
  const spendLow = new Float64Array(groupOf.length).fill(Number.NaN)
  const spendHigh = spendLow.slice()
  if (spend === undefined || random === undefined) return { spendLow, spendHigh }
  for (const [row, group] of groupOf.entries()) {
    const past = { purchaseCount: elementAt(purchaseCount, row), meanSpend: meanSpend?.[row] ?? 0 }
    const tail = tails[group] ?? new Float64Array()
    const bounds = boundSpend(spend, past, tail, { probability, random })
    spendLow[row] = bounds.low
    spendHigh[row] = bounds.high
  }
  return { spendLow, spendHigh }
}

type OrderPrediction = {
  readonly alive: number
  readonly orders: number
  readonly low: number
  readonly high: number
  readonly wait: number
  readonly waitLow: number
  readonly waitHigh: number
  /** P(at least k orders), k = 1, 2, … */
  readonly tail: Float64Array
}
const unknownOrders = {
  alive: Number.NaN,
  orders: Number.NaN,
  low: Number.NaN,
  high: Number.NaN,
  wait: Number.NaN,
  waitLow: Number.NaN,
  waitHigh: Number.NaN,
  tail: new Float64Array(),
}

function predictOrders(
  model: LifetimeModel,
  history: History,
  { horizonDays, intervalProbability }: { horizonDays: number; intervalProbability: number },
): OrderPrediction {
  const tail = predictiveTail(model, history, horizonDays)
  const waitAt = (probability: number) =>
    nextOrderQuantile(model.orders, history, probability) / model.orderFactor
  const prediction = {
    alive: aliveProbability(model.orders, history),
    orders: model.orderFactor * expectedOrders(model.orders, history, horizonDays),
    low: countQuantile(tail, (1 - intervalProbability) / 2),
    high: countQuantile(tail, (1 + intervalProbability) / 2),
    wait: waitAt(0.5),
    waitLow: waitAt((1 - intervalProbability) / 2),
    waitHigh: waitAt((1 + intervalProbability) / 2),
  }
  if (Object.values(prediction).every(Number.isFinite)) return { ...prediction, tail }
  throw new AppError('diverged', 'a lifetime prediction is not finite', {
    received: JSON.stringify({ history, parameters: model.orders }),
  })
}

/** P(at least k orders), k = 1, 2, …, the customer perhaps gone already; a corrected pace stretches the horizon. */
function predictiveTail(model: LifetimeModel, history: History, horizonDays: number): Float64Array {
  const models =
    model.parameterDraws.length > 0
      ? model.parameterDraws.map((draw) => withParameters(model.orders, draw))
      : [model.orders]
  const tails = models.map((each) => {
    const alive = aliveProbability(each, history)
    return orderTail(each, history, horizonDays * model.orderFactor).map((atLeast) => alive * atLeast)
  })
  const mixture = new Float64Array(Math.max(...tails.map(({ length }) => length)))
  for (const tail of tails)
    for (const [k, atLeast] of tail.entries()) mixture[k] = (mixture[k] ?? 0) + atLeast / tails.length
  return mixture
}

function spendOf(model: LifetimeModel, count: number, meanSpend: number): number | undefined {
  return model.spend === undefined ? undefined : expectedSpend(model.spend, count, meanSpend)
}

/** What a lifetime model says of a customer; each is told its own reasons. */
export type LifetimeAnswer = 'alive' | 'orders' | 'spend' | 'wait'

/** A customer's answer, the average customer's, and why they differ. */
export type LifetimeExplanation = {
  readonly value: number
  readonly average: number
  readonly reasons: readonly LifetimeReason[]
}

/**
 * Why each answer for a customer differs from that for the average customer, the most telling feature first. The spend is
 * that of the whole horizon; it counts orders where the model knows no spends.
 * @throws AppError 'bad_input' as predictLifetime.
 */
export function explainLifetime(
  model: LifetimeModel,
  customer: LifetimeCustomer,
  horizonDays: number,
): Readonly<Record<LifetimeAnswer, LifetimeExplanation>> {
  checkPrediction(model, horizonDays)
  const answers = mixes(customer, model.averageCustomer).map((each) => answersFor(model, each, horizonDays))
  const explain = (answer: LifetimeAnswer): LifetimeExplanation => {
    const values = answers.map((each) => each[answer])
    return { value: values.at(-1) ?? 0, average: values[0] ?? 0, reasons: splitWorths(values) }
  }
  return {
    alive: explain('alive'),
    orders: explain('orders'),
    spend: explain('spend'),
    wait: explain('wait'),
  }
}

function answersFor(
  model: LifetimeModel,
  customer: LifetimeCustomer,
  horizonDays: number,
): Record<LifetimeAnswer, number> {
  const orders = model.orderFactor * expectedOrders(model.orders, customer, horizonDays)
  return {
    alive: aliveProbability(model.orders, customer),
    orders,
    spend: orders * (spendOf(model, customer.purchaseCount, customer.meanSpend) ?? 1),
    wait: nextOrderQuantile(model.orders, customer, 0.5) / model.orderFactor,
  }
}

function checkPrediction({ formatVersion }: LifetimeModel, horizonDays: number): void {
  if (formatVersion !== 1)
    throw new AppError('bad_input', 'the lifetime model has another format', {
      expected: 'format version 1',
      received: String(formatVersion),
    })
  if (!(Number.isFinite(horizonDays) && horizonDays > 0))
    throw new AppError('bad_input', 'the horizon of a lifetime prediction must be above 0', {
      received: String(horizonDays),
    })
}
