import type { Random } from '../random.ts'

/** A figure and its interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number }

export type BootstrapOptions = {
  /** Resampled figures; 400 by default. */
  readonly resamples?: number
  /** Share of them inside the interval; .95 by default. */
  readonly level?: number
}

/**
 * Percentile bootstrap (Efron, 1979): entities 0..count-1 are drawn anew with replacement. For a difference of two
 * contenders, let `statistic` compute the difference on the same entities: that is the paired interval.
 */
export function bootstrapInterval(
  count: number,
  statistic: (entities: Uint32Array) => number,
  random: Random,
  { resamples = 400, level = 0.95 }: BootstrapOptions = {},
): Interval {
  const entities = Uint32Array.from({ length: count }, (_, index) => index)
  const value = statistic(entities)
  const figures = new Float64Array(resamples)
  for (let round = 0; round < resamples; round++) {
    for (let index = 0; index < count; index++) entities[index] = random.integer(count)
    figures[round] = statistic(entities)
  }
  const finite = figures.filter(Number.isFinite).sort()
  const tail = (1 - level) / 2
  return { value, low: quantile(finite, tail), high: quantile(finite, 1 - tail) }
}

function quantile(sorted: Float64Array, level: number): number {
  const place = level * (sorted.length - 1)
  const below = Math.floor(place)
  const [low = Number.NaN, high = low] = [sorted[below], sorted[below + 1]]
  return low + (high - low) * (place - below)
}
