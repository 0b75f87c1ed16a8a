import type { Database } from '../database/database.ts'

/**
 * What lifetime models know of each customer with at least one order at the cut, in parallel columns. Orders of one
 * day of the shop are one purchase; days are calendar days of the shop.
 */
export type LifetimeSummaries = {
  readonly profileIds: readonly string[]
  /** Purchase days after the first: x. */
  readonly purchaseCount: Float64Array
  /** Days from the first purchase day to the last: t_x. */
  readonly recencyDays: Float64Array
  /** Days from the first purchase day to the cut: T. */
  readonly ageDays: Float64Array
  /** Mean spend of the purchase days after the first; 0 where there is none. */
  readonly meanSpend: Float64Array
}

export type LifetimeSummariesOptions = {
  readonly cutMs: number
  readonly timeZone: string
  readonly signal?: AbortSignal
}

export async function computeLifetimeSummaries(
  _database: Database,
  _options: LifetimeSummariesOptions,
): Promise<LifetimeSummaries> {
  throw new Error('not yet')
}
