import { quantileOfSorted } from '../quantile.ts'
import type { Random } from '../random.ts'

/** A figure and its interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number }

export type BootstrapOptions = {
  /** Resampled figures; 400 by default. */
  readonly resamples?: number
  /** Share of them inside the interval; .95 by default. */
  readonly level?: number
  /**
   * Entities in the order in which a drawn sample is handed over. Where the figures sort by score, handing rows over in
   * score order makes each sort linear.
   */
  readonly order?: Uint32Array
}

/**
 * Percentile bootstrap (Efron, 1979): entities 0..count-1 are drawn anew with replacement. For a difference of two
 * contenders, let `statistic` compute the difference on the same entities: that is the paired interval.
 */
export function bootstrapInterval(
  count: number,
  statistic: (entities: Uint32Array) => number,
  random: Random,
  options: BootstrapOptions = {},
): Interval {
  const [interval] = bootstrapIntervals(count, (entities) => [statistic(entities)], random, options)
  if (interval === undefined) throw new Error('a bootstrap gave no figure')
  return interval
}

/** Several figures on the same drawn samples, an interval each. */
export function bootstrapIntervals(
  count: number,
  statistics: (entities: Uint32Array) => readonly number[],
  random: Random,
  { resamples = 400, level = 0.95, order = firstToLast(count) }: BootstrapOptions = {},
): Interval[] {
  const values = statistics(order)
  const figures = values.map(() => new Float64Array(resamples))
  const entities = new Uint32Array(count)
  for (let round = 0; round < resamples; round++) {
    draw(entities, order, random)
    for (const [index, figure] of statistics(entities).entries()) {
      const column = figures[index]
      if (column) column[round] = figure
    }
  }
  const tail = (1 - level) / 2
  return values.map((value, index) => {
    const sorted = figures[index]?.filter(Number.isFinite).sort() ?? new Float64Array()
    return { value, low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) }
  })
}

/** Draws with replacement and lays the drawn entities in the given order. */
function draw(entities: Uint32Array, order: Uint32Array, random: Random): void {
  const times = new Uint16Array(order.length)
  for (let index = 0; index < order.length; index++) {
    const drawn = random.integer(order.length)
    times[drawn] = (times[drawn] ?? 0) + 1
  }
  let filled = 0
  for (const entity of order) {
    for (let left = times[entity] ?? 0; left > 0; left--) entities[filled++] = entity
  }
}

function firstToLast(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index)
}
