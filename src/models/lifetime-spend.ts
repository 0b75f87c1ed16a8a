import { elementAt } from '../math/matrix.ts'
import { quantileOfSorted } from '../math/quantile.ts'
import type { Random } from '../math/random.ts'
import type { GammaGammaModel } from './gamma-gamma.ts'

export type SpendBounds = { readonly low: number; readonly high: number }

const drawCount = 400

/**
 * Bounds that hold a customer's whole spend of the horizon with a probability: drawn from the posterior, the number of
 * orders from its tail, the customer's own mean and the orders around it from gamma-gamma.
 * Source: Fader & Hardie (2013), eq. 3 and 5: ν | past ~ Gamma(q + p x, v + x z̄), and n orders sum to Gamma(p n, ν).
 * @param tail P(at least k orders), k = 1, 2, …
 */
export function boundSpend(
  { p, q, v }: GammaGammaModel,
  past: { readonly purchaseCount: number; readonly meanSpend: number },
  tail: Float64Array,
  { probability, random }: { readonly probability: number; readonly random: Random },
): SpendBounds {
  const count = past.meanSpend > 0 ? past.purchaseCount : 0
  const totals = new Float64Array(drawCount)
  for (let draw = 0; draw < drawCount; draw++) {
    // One draw in each of equal strips: the number of orders then has no noise of its own.
    const orders = drawOrders(tail, (draw + random.next()) / drawCount)
    if (orders === 0) continue
    const rate = random.gamma(q + p * count, v + (count > 0 ? count * past.meanSpend : 0))
    totals[draw] = random.gamma(p * orders, rate)
  }
  totals.sort()
  return {
    low: quantileOfSorted(totals, (1 - probability) / 2),
    high: quantileOfSorted(totals, (1 + probability) / 2),
  }
}

/** The number of orders whose tail holds the place. */
function drawOrders(tail: Float64Array, place: number): number {
  let [low, high] = [0, tail.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (elementAt(tail, middle) > place) low = middle + 1
    else high = middle
  }
  return low
}
