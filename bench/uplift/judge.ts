import { bootstrapByCounts, type Interval } from '../../src/math/metrics/bootstrap.ts'
import { rankedQiniArea, rankUplift, type UpliftRanking } from '../../src/math/metrics/uplift.ts'
import type { Random } from '../../src/math/random.ts'
import type { TreatedLearningRows } from '../../src/models/uplift.ts'
import type { UpliftJob } from './fold-job.ts'

/** What a contender says of the test rows of each job. */
export type Said = { readonly name: string; readonly scores: readonly Float64Array[] }

/** Scores of different folds come from different models and have no common scale: each fold is ranked by itself. */
type RankedFolds = readonly { readonly ranking: UpliftRanking; readonly test: Uint32Array }[]

/**
 * The mean of the folds' areas of each contender with its interval, and the differences of pairs on the same drawn people. People
 * are drawn within their arm; the same draw counts in the folds of every seed.
 */
export function judgeUplift(
  rows: TreatedLearningRows,
  jobs: readonly UpliftJob[],
  contenders: readonly Said[],
  pairs: readonly (readonly [string, string])[],
  random: Random,
  resamples = 400,
): { readonly areas: ReadonlyMap<string, Interval>; readonly differences: readonly Interval[] } {
  const ranked = contenders.map(
    ({ scores }): RankedFolds =>
      jobs.map(({ test }, index) => ({ ranking: rankFold(rows, test, scores[index]), test })),
  )
  const places = pairs.map((pair) =>
    pair.map((name) => contenders.findIndex((contender) => contender.name === name)),
  )
  const intervals = bootstrapByCounts(
    rows.labels.length,
    (times) => {
      const areas = ranked.map((folds) => meanArea(folds, times))
      const differences = places.map(([one = -1, other = -1]) => (areas[one] ?? 0) - (areas[other] ?? 0))
      return [...areas, ...differences]
    },
    random,
    { strata: rows.treatments, resamples },
  )
  return {
    areas: new Map(
      contenders.flatMap(({ name }, index) => {
        const interval = intervals[index]
        return interval === undefined ? [] : [[name, interval] as const]
      }),
    ),
    differences: intervals.slice(contenders.length),
  }
}

function rankFold(rows: TreatedLearningRows, test: Uint32Array, scores: Float64Array | undefined) {
  const pick = (list: ArrayLike<number>) => Float64Array.from(test, (row) => list[row] ?? Number.NaN)
  return rankUplift({ outcomes: pick(rows.labels), treatments: pick(rows.treatments) }, scores ?? [])
}

function meanArea(folds: RankedFolds, times: Uint16Array): number {
  const areas = folds.map(({ ranking, test }) =>
    rankedQiniArea(
      ranking,
      Uint16Array.from(test, (row) => times[row] ?? 0),
    ),
  )
  return areas.reduce((sum, area) => sum + area, 0) / areas.length
}
