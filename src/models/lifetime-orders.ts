import {
  type BetaGeometricModel,
  betaGeometricAlive,
  betaGeometricExpected,
  betaGeometricLogLikelihood,
  betaGeometricParameters,
  betaGeometricTail,
  fitBetaGeometric,
} from './beta-geometric.ts'
import type { LifetimeFitOptions } from './lifetime-likelihood.ts'
import type { CustomerSummaries, History, HistoryCount } from './lifetime-summaries.ts'
import {
  fitParetoNbd,
  type ParetoNbdModel,
  paretoNbdAlive,
  paretoNbdExpected,
  paretoNbdLogLikelihood,
  paretoNbdParameters,
  paretoNbdTail,
} from './pareto-nbd.ts'

/** Either model of when customers order and leave. */
export type OrderModel = BetaGeometricModel | ParetoNbdModel
export type OrderModelKind = OrderModel['kind']
export const orderModelKinds = ['beta-geometric', 'pareto-nbd'] as const satisfies readonly OrderModelKind[]

/** Fits the named model; errors as that model's own fit. */
export function fitOrders(
  kind: OrderModelKind,
  summaries: CustomerSummaries,
  options: LifetimeFitOptions,
): OrderModel {
  return kind === 'beta-geometric' ? fitBetaGeometric(summaries, options) : fitParetoNbd(summaries, options)
}

/** Log-likelihood of customers, seen in the fit or not. */
export function orderLogLikelihood(model: OrderModel, histories: readonly HistoryCount[]): number {
  switch (model.kind) {
    case 'beta-geometric':
      return betaGeometricLogLikelihood(model, histories)
    case 'pareto-nbd':
      return paretoNbdLogLikelihood(model, histories)
    default:
      return model satisfies never
  }
}

/** Probability that the customer is still one at the cut. */
export function aliveProbability(model: OrderModel, history: History): number {
  switch (model.kind) {
    case 'beta-geometric':
      return betaGeometricAlive(model, history)
    case 'pareto-nbd':
      return paretoNbdAlive(model, history)
    default:
      return model satisfies never
  }
}

/** Expected orders in the next `horizonDays`. */
export function expectedOrders(model: OrderModel, history: History, horizonDays: number): number {
  switch (model.kind) {
    case 'beta-geometric':
      return betaGeometricExpected(model, history, horizonDays)
    case 'pareto-nbd':
      return paretoNbdExpected(model, history, horizonDays)
    default:
      return model satisfies never
  }
}

/** P(at least k orders in the next `horizonDays` | alive) for k = 1, 2, … */
export function orderTail(model: OrderModel, history: History, horizonDays: number): Float64Array {
  switch (model.kind) {
    case 'beta-geometric':
      return betaGeometricTail(model, history, horizonDays)
    case 'pareto-nbd':
      return paretoNbdTail(model, history, horizonDays)
    default:
      return model satisfies never
  }
}

/**
 * Days within which the next order comes with a probability, of a customer who is and stays one: given that, orders come at a rate λ ~ Gamma(r + x,
 * alpha + T), so the wait is Lomax with P(wait > w) = ((alpha + T) / (alpha + T + w))^(r + x). The mean of that wait is
 * infinite for r + x ≤ 1, the median never is; quantiles are capped at a million time units.
 * Source: the posterior of Schmittlein, Morrison & Colombo (1987), also that of Fader, Hardie & Lee (2005).
 */
export function nextOrderQuantile(
  model: OrderModel,
  { purchaseCount, ageDays }: History,
  probability: number,
): number {
  const wait = (model.alpha + ageDays) * Math.expm1(-Math.log1p(-probability) / (model.r + purchaseCount))
  return Math.min(wait, 1e6)
}

/** The parameters in the order of the fit, and a model with others put in their place. */
export function orderParameters(model: OrderModel): number[] {
  return model.kind === 'beta-geometric'
    ? [model.r, model.alpha, model.a, model.b]
    : [model.r, model.alpha, model.s, model.beta]
}

export function withParameters(model: OrderModel, parameters: readonly number[]): OrderModel {
  return model.kind === 'beta-geometric'
    ? { ...model, ...betaGeometricParameters(parameters) }
    : { ...model, ...paretoNbdParameters(parameters) }
}
