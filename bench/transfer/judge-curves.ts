import { bootstrapIntervals } from '../../src/math/metrics/bootstrap.ts'
import { accuracy, areaUnderRoc, logLoss } from '../../src/math/metrics/classification.ts'
import type { Random } from '../../src/math/random.ts'
import type { Contender } from '../experiment.ts'

/** What a way said of the test rows, after each draw of so many labels. */
export type Said = { readonly seconds: number; readonly draws: readonly Float64Array[] }

/**
 * Means over the draws with intervals by test rows drawn anew, the same for all ways; how far the area lies from that of `rival`, paired,
 * and the least and the greatest of the draws' own areas.
 */
export function judgeCurve(
  labels: Uint8Array,
  ways: ReadonlyMap<string, Said>,
  { count, rival, random }: { readonly count: number; readonly rival: string; readonly random: Random },
): Contender[] {
  const rivals = ways.get(rival)?.draws ?? []
  return [...ways].map(([way, { draws, seconds }]) => {
    const areas = draws.map((said) => areaUnderRoc(labels, said))
    const [auc, right, loss, ahead] = bootstrapIntervals(
      labels.length,
      (rows) => {
        const own = pick(labels, rows)
        const figures = draws.map((said, draw) => {
          const answers = pick(said, rows)
          const area = areaUnderRoc(own, answers)
          const others = way === rival ? area : areaUnderRoc(own, pick(rivals[draw] ?? said, rows))
          return [area, accuracy(own, answers), logLoss(own, answers), area - others]
        })
        return [0, 1, 2, 3].map((index) => mean(figures.map((each) => each[index] ?? Number.NaN)))
      },
      random.fork('rows'),
      { resamples: 200 },
    )
    if (!auc || !right || !loss || !ahead) throw new Error('a bootstrap gives every figure')
    return {
      name: `${count} labels: ${way}`,
      metrics: {
        auc,
        accuracy: right,
        logLoss: loss,
        ...(way !== rival && { [`auc less that of ${rival}`]: ahead }),
        'auc, least draw': Math.min(...areas),
        'auc, greatest draw': Math.max(...areas),
      },
      seconds,
    }
  })
}

function pick(values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
