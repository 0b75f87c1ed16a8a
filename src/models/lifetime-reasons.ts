import type { History } from './lifetime-summaries.ts'

/** What the lifetime models read of one customer. */
export type LifetimeCustomer = History & {
  /** Mean value of the repeat orders; 0 without any. */
  readonly meanSpend: number
}

/** What can move a customer's expected value; silence is the time since the last order. */
const lifetimeFeatures = ['purchaseCount', 'silenceDays', 'ageDays', 'meanSpend'] as const
type LifetimeFeature = (typeof lifetimeFeatures)[number]

/** How far one feature lifts (or lowers, if negative) this customer above the average one, in the unit of the value. */
export type LifetimeReason = { readonly feature: LifetimeFeature; readonly contribution: number }

/**
 * Splits the difference between a customer's value and the average customer's over the features, most telling first.
 * The shares are Shapley values: each feature's effect averaged over all orders in which the average customer's features
 * can be replaced by this one's, so they sum to the whole difference.
 * Source: Shapley (1953); Štrumbelj & Kononenko (2014).
 */
export function splitDifference(
  customer: LifetimeCustomer,
  average: LifetimeCustomer,
  worthOf: (customer: LifetimeCustomer) => number,
): LifetimeReason[] {
  return splitWorths(mixes(customer, average).map(worthOf))
}

/** The customers between the average and this one: bit i of the place tells whose feature i it has. */
export function mixes(customer: LifetimeCustomer, average: LifetimeCustomer): LifetimeCustomer[] {
  return Array.from({ length: 2 ** lifetimeFeatures.length }, (_, taken) => mix(customer, average, taken))
}

/** The same from what each of `mixes` is worth. */
export function splitWorths(values: readonly number[]): LifetimeReason[] {
  const size = lifetimeFeatures.length
  const reasons = lifetimeFeatures.map((feature, index) => {
    let contribution = 0
    for (let taken = 0; taken < 2 ** size; taken++) {
      if (taken & (1 << index)) continue
      const gain = (values[taken | (1 << index)] ?? 0) - (values[taken] ?? 0)
      contribution += gain / (size * choose(size - 1, bitCount(taken)))
    }
    return { feature, contribution }
  })
  return reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

/** The average customer with the features whose bits are set taken from the other; kept a possible history. */
function mix(customer: LifetimeCustomer, average: LifetimeCustomer, taken: number): LifetimeCustomer {
  const pick = (index: number) => (taken & (1 << index) ? customer : average)
  const purchaseCount = pick(0).purchaseCount
  const silence = pick(1).ageDays - pick(1).recencyDays
  const ageDays = pick(2).ageDays
  const recencyDays = purchaseCount > 0 ? Math.max(0, ageDays - silence) : 0
  return { purchaseCount, recencyDays, ageDays, meanSpend: pick(3).meanSpend }
}

function bitCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1)
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k
}
