import { bootstrapByCounts, type Interval } from '../../src/math/metrics/bootstrap.ts'
import { rankedAreaUnderRoc } from '../../src/math/metrics/classification.ts'
import { type DrawCounts, type Ranking, rankRows } from '../../src/math/metrics/ranking.ts'
import type { Random } from '../../src/math/random.ts'

/** Out-of-fold probabilities [rows × bands], one list a fold seed. */
export type BandPredictions = readonly Float64Array[]

/** What is judged; the areas are one-versus-rest, their mean, and one of each band. */
export const figureNames = ['accuracy', 'macroF1', 'logLoss', 'meanAuc'] as const

const resamples = 1000

/** One seed's answers, sorted once. */
type Sorted = {
  readonly probabilities: Float64Array
  readonly decided: Uint8Array
  readonly rankings: readonly Ranking[]
}

/** Answers that can be judged on any drawn people. */
export type Judged = {
  /** accuracy, macroF1, logLoss, meanAuc, then the area of each band: means over the fold seeds. */
  figures(times: DrawCounts): number[]
}

export function prepareJudging(bandOf: Uint8Array, bandCount: number, predictions: BandPredictions): Judged {
  const seeds = predictions.map((probabilities) => sortAnswers(bandOf, bandCount, probabilities))
  return {
    figures(times) {
      const all = seeds.map((seed) => figuresOf(bandOf, bandCount, seed, times))
      const [first = []] = all
      return first.map(
        (_, index) => all.reduce((sum, own) => sum + (own[index] ?? Number.NaN), 0) / all.length,
      )
    },
  }
}

/** Figures with intervals from people drawn anew, the same for whoever begins with the same random stream. */
export function judgeBands(rowCount: number, judged: Judged, random: Random): Interval[] {
  return bootstrapByCounts(rowCount, (times) => judged.figures(times), random, { resamples })
}

/** One contender's figures less another's, on the same drawn people. */
export function compareBands(
  rowCount: number,
  [one, other]: readonly [Judged, Judged],
  random: Random,
): Interval[] {
  const difference = (times: DrawCounts) => {
    const others = other.figures(times)
    return one.figures(times).map((value, index) => value - (others[index] ?? Number.NaN))
  }
  return bootstrapByCounts(rowCount, difference, random, { resamples })
}

function sortAnswers(bandOf: Uint8Array, bandCount: number, probabilities: Float64Array): Sorted {
  const column = (band: number) =>
    Float64Array.from(bandOf, (_, row) => probabilities[row * bandCount + band] ?? Number.NaN)
  const columns = Array.from({ length: bandCount }, (_, band) => column(band))
  return {
    probabilities,
    decided: Uint8Array.from(bandOf, (_, row) => likeliest(columns, row)),
    rankings: columns.map((own, band) =>
      rankRows(
        Float64Array.from(bandOf, (label) => (label === band ? 1 : 0)),
        own,
      ),
    ),
  }
}

/** The first of equals. */
function likeliest(columns: readonly Float64Array[], row: number): number {
  let best = 0
  for (const [band, own] of columns.entries()) if ((own[row] ?? 0) > (columns[best]?.[row] ?? 0)) best = band
  return best
}

function figuresOf(
  bandOf: Uint8Array,
  bandCount: number,
  { probabilities, decided, rankings }: Sorted,
  times: DrawCounts,
): number[] {
  const [hits, actual, said] = [0, 1, 2].map(() => new Float64Array(bandCount))
  if (hits === undefined || actual === undefined || said === undefined) throw new Error('no counts')
  let [loss, drawn, right] = [0, 0, 0]
  for (let row = 0; row < bandOf.length; row++) {
    const [count, band, answer] = [times[row] ?? 0, bandOf[row] ?? 0, decided[row] ?? 0]
    if (count === 0) continue
    drawn += count
    loss -= count * Math.log(probabilities[row * bandCount + band] ?? Number.NaN)
    actual[band] = (actual[band] ?? 0) + count
    said[answer] = (said[answer] ?? 0) + count
    if (band !== answer) continue
    right += count
    hits[band] = (hits[band] ?? 0) + count
  }
  // Of a band that nobody is in and nobody was put into, F1 is 0.
  const f1 = hits.map((own, band) => (2 * own) / Math.max(1, (actual[band] ?? 0) + (said[band] ?? 0)))
  const areas = rankings.map((ranking) => rankedAreaUnderRoc(ranking, times))
  return [right / drawn, meanOf(f1), loss / drawn, meanOf(Float64Array.from(areas)), ...areas]
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
