import { quantileOfSorted } from '../quantile.ts'
import type { Random } from '../random.ts'

/** A figure and its interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number }

export type BootstrapOptions = {
  /** Resampled figures; 400 by default. */
  readonly resamples?: number
  /** Share of them inside the interval; .95 by default. */
  readonly level?: number
  /** By entity: a group of which as many are drawn as it has (an arm of an experiment); one group by default. */
  readonly strata?: ArrayLike<number>
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
  options: BootstrapOptions = {},
): Interval[] {
  const entities = new Uint32Array(count)
  return bootstrapByCounts(count, (times) => statistics(repeat(entities, times)), random, options)
}

/**
 * The same draws handed over as counts: how often each entity was drawn. Figures that sort their rows can sort them once
 * and weigh them by the counts.
 */
export function bootstrapByCounts(
  count: number,
  statistics: (times: Uint16Array) => readonly number[],
  random: Random,
  { resamples = 400, level = 0.95, strata }: BootstrapOptions = {},
): Interval[] {
  const groups = groupEntities(count, strata)
  const values = statistics(new Uint16Array(count).fill(1))
  const figures = values.map(() => new Float64Array(resamples))
  for (let round = 0; round < resamples; round++) {
    const times = new Uint16Array(count)
    draw(times, groups, random)
    for (const [index, figure] of statistics(times).entries()) {
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

/** The entities of each stratum; all of them where there are none. */
function groupEntities(count: number, strata: ArrayLike<number> | undefined): Uint32Array[] {
  const all = Uint32Array.from({ length: count }, (_, entity) => entity)
  if (strata === undefined) return [all]
  return [...Map.groupBy(all, (entity) => strata[entity] ?? 0).values()].map((group) =>
    Uint32Array.from(group),
  )
}

/** Draws as many entities of each group as there are, with replacement, into counts of 0. */
function draw(times: Uint16Array, groups: readonly Uint32Array[], random: Random): void {
  for (const group of groups)
    for (let left = group.length; left > 0; left--) {
      const drawn = group[random.integer(group.length)] ?? 0
      times[drawn] = (times[drawn] ?? 0) + 1
    }
}

/** Each entity as often as it was drawn, first to last. */
function repeat(entities: Uint32Array, times: Uint16Array): Uint32Array {
  let filled = 0
  for (let entity = 0; entity < times.length; entity++)
    for (let left = times[entity] ?? 0; left > 0; left--) entities[filled++] = entity
  return entities
}
