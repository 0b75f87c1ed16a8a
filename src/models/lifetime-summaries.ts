import { AppError } from '../core/errors.ts'

/**
 * What the lifetime models know of each customer, in parallel columns. Times are in one unit of the caller's (days here;
 * the CDNOW papers count weeks), the same for every column and for the horizons that are asked for later.
 */
export type CustomerSummaries = {
  /** Repeat purchases x: orders after the first, 0 for a customer with one order. */
  readonly purchaseCount: Float64Array
  /** Age at the last order, t_x: from the first order to the last; 0 where purchaseCount is 0. */
  readonly recencyDays: Float64Array
  /** Age T: from the first order to the cut. */
  readonly ageDays: Float64Array
}

/** The history of one customer, or of several who share it: a row of CustomerSummaries. */
export type History = {
  readonly purchaseCount: number
  readonly recencyDays: number
  readonly ageDays: number
}

/** A history and how many customers have it. */
export type HistoryCount = History & { readonly customerCount: number }

/** Distinct histories: a likelihood is summed, and predictions are made, once for each. */
export type HistoryGroups = {
  readonly histories: readonly HistoryCount[]
  /** Position in `histories` for each customer. */
  readonly groupOf: Uint32Array
}

/**
 * Checks every row.
 * @throws AppError 'bad_input' that names the first bad row.
 */
export function checkSummaries({ purchaseCount, recencyDays, ageDays }: CustomerSummaries): void {
  if (recencyDays.length !== purchaseCount.length || ageDays.length !== purchaseCount.length)
    throw new AppError('bad_input', 'the columns of the customer summaries differ in length', {
      received: `${purchaseCount.length}, ${recencyDays.length} and ${ageDays.length} rows`,
    })
  for (const [row, count] of purchaseCount.entries()) {
    const fault = faultOf(count, recencyDays[row], ageDays[row])
    if (fault !== undefined)
      throw new AppError('bad_input', `a customer summary is impossible: ${fault}`, {
        received: `${count} repeat purchases, recency ${recencyDays[row]}, age ${ageDays[row]}`,
        where: `row ${row}`,
      })
  }
}

function faultOf(count: number, recency = Number.NaN, age = Number.NaN): string | undefined {
  if (!Number.isInteger(count) || count < 0) return 'repeat purchases must be a whole number of 0 or more'
  if (!Number.isFinite(age) || age < 0) return 'the age must be 0 or more'
  if (!(recency >= 0 && recency <= age)) return 'the recency must be between 0 and the age'
  if (count === 0 && recency > 0) return 'a customer without a repeat purchase has recency 0'
  return undefined
}

/** Groups customers with the same history, in the order in which each history is first met. */
export function groupHistories(summaries: CustomerSummaries): HistoryGroups {
  const positionOf = new Map<string, number>()
  const histories: (History & { customerCount: number })[] = []
  const groupOf = new Uint32Array(summaries.purchaseCount.length)
  for (const [row, purchaseCount] of summaries.purchaseCount.entries()) {
    const [recencyDays = 0, ageDays = 0] = [summaries.recencyDays[row], summaries.ageDays[row]]
    const key = `${purchaseCount}|${recencyDays}|${ageDays}`
    const position = positionOf.get(key) ?? histories.length
    const known = histories[position]
    if (known === undefined) {
      positionOf.set(key, position)
      histories.push({ purchaseCount, recencyDays, ageDays, customerCount: 1 })
    } else known.customerCount++
    groupOf[row] = position
  }
  return { histories, groupOf }
}

/** The rows of the given customers. */
export function selectSummaries(summaries: CustomerSummaries, rows: ArrayLike<number>): CustomerSummaries {
  const select = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? Number.NaN)
  return {
    purchaseCount: select(summaries.purchaseCount),
    recencyDays: select(summaries.recencyDays),
    ageDays: select(summaries.ageDays),
  }
}
