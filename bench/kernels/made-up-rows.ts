import type { Matrix } from '../../src/math/matrix.ts'
import type { Random } from '../../src/math/random.ts'

export type Shape = { readonly rowCount: number; readonly columnCount: number }

/** Rows around so many points, a normal deviate in each column: what customers look like at best. */
export function drawMixture({ rowCount, columnCount }: Shape, points: number, random: Random): Matrix {
  const centres = Float64Array.from({ length: points * columnCount }, () => 2 * random.normal())
  const values = new Float64Array(rowCount * columnCount)
  for (let row = 0; row < rowCount; row++) {
    const start = random.integer(points) * columnCount
    for (let column = 0; column < columnCount; column++)
      values[row * columnCount + column] = (centres[start + column] ?? 0) + random.normal()
  }
  return { rowCount, columnCount, values }
}

/** Rows spread evenly: nothing to find, so that descents are long and bounds help least. */
export function drawEvenly({ rowCount, columnCount }: Shape, random: Random): Matrix {
  const values = Float64Array.from({ length: rowCount * columnCount }, () => random.next())
  return { rowCount, columnCount, values }
}

/** Normal columns and labels drawn from a known linear score of them. */
export function drawLabelled(
  { rowCount, columnCount }: Shape,
  random: Random,
): { matrix: Matrix; labels: Float64Array } {
  const weights = Float64Array.from({ length: columnCount }, () => 0.5 * random.normal())
  const values = Float64Array.from({ length: rowCount * columnCount }, () => random.normal())
  const labels = Float64Array.from({ length: rowCount }, (_, row) => {
    let odds = -1
    for (let column = 0; column < columnCount; column++)
      odds += (values[row * columnCount + column] ?? 0) * (weights[column] ?? 0)
    return random.next() < 1 / (1 + Math.exp(-odds)) ? 1 : 0
  })
  return { matrix: { rowCount, columnCount, values }, labels }
}
