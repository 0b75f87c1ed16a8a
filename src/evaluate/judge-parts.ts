import { elementAt } from '../math/matrix.ts'
import { bootstrapByCounts, type Interval } from '../math/metrics/bootstrap.ts'
import type { Random } from '../math/random.ts'
import type { RowOwners } from './judge.ts'

const resampleCount = 200

/** Losses of some predictor, one a row: less is better. */
type RowLosses = { readonly name: string; readonly losses: Float64Array }

export type PartsInput = {
  readonly partCount: number
  /** [rows], the part each row is in; rows of none have −1. */
  readonly partOf: Int32Array
  readonly owners: RowOwners
  readonly own: Float64Array
  readonly baselines: readonly RowLosses[]
}

/** A predictor against one other on the rows of a part: mean losses, and by how much the own is less. */
export type PartComparison = {
  readonly baseline: string
  readonly own: number
  readonly other: number
  /** Mean loss of the other − own: above 0 the own is better. 95 %, customers drawn anew, both on the same. */
  readonly gain: Interval
  readonly kind: 'better' | 'unclear' | 'worse'
}

export type PartJudgement = {
  readonly rowCount: number
  readonly ownerCount: number
  readonly comparisons: readonly PartComparison[]
}

/** Judges each part of the rows by itself: means of losses add up by customer, so that a drawn sample costs one sum each. */
export function judgeParts(input: PartsInput, random: Random): PartJudgement[] {
  const rowsOf: number[][] = Array.from({ length: input.partCount }, () => [])
  for (const [row, part] of input.partOf.entries()) rowsOf[part]?.push(row)
  return rowsOf.map((rows, part) => judgePart(input, rows, random.fork(String(part))))
}

function judgePart(
  { owners, own, baselines }: PartsInput,
  rows: readonly number[],
  random: Random,
): PartJudgement {
  const places = new Map<number, number>()
  for (const row of rows) {
    const owner = owners.of[row] ?? 0
    if (!places.has(owner)) places.set(owner, places.size)
  }
  const placeOf = rows.map((row) => places.get(owners.of[row] ?? 0) ?? 0)
  const sumByOwner = (figureOf: (row: number) => number) => {
    const sums = new Float64Array(places.size)
    for (const [index, row] of rows.entries()) {
      const place = placeOf[index] ?? 0
      sums[place] = elementAt(sums, place) + figureOf(row)
    }
    return sums
  }
  const counts = sumByOwner(() => 1)
  const mean = (losses: Float64Array) =>
    rows.reduce((sum, row) => sum + elementAt(losses, row), 0) / rows.length
  const gains = baselines.map(({ losses }) =>
    sumByOwner((row) => elementAt(losses, row) - elementAt(own, row)),
  )
  const intervals = bootstrapByCounts(
    places.size,
    (times) => {
      const count = weightedSum(counts, times)
      return gains.map((sums) => weightedSum(sums, times) / count)
    },
    random,
    { resamples: resampleCount },
  )
  const comparisons = baselines.map(({ name, losses }, index): PartComparison => {
    const gain = intervals[index]
    if (gain === undefined) throw new Error('a bootstrap gave no figure')
    const kind = gain.low > 0 ? 'better' : gain.high < 0 ? 'worse' : 'unclear'
    return { baseline: name, own: mean(own), other: mean(losses), gain, kind }
  })
  return { rowCount: rows.length, ownerCount: places.size, comparisons }
}

function weightedSum(values: Float64Array, times: Uint16Array): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += elementAt(values, index) * (times[index] ?? 0)
  return sum
}
