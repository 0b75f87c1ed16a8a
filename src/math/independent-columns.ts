import { elementAt, type Matrix } from './matrix.ts'

/** A column that lies nearer than this part of its length to those before it says nothing of its own. */
const leastShare = 1e-9

/**
 * The columns that do not depend on those before them nor on a column of ones, ascending.
 * Source: Gram–Schmidt, each column cleared twice (Giraud, Langou & Rozložník, 2005).
 */
export function findIndependentColumns({ rowCount, columnCount, values }: Matrix): number[] {
  const kept: number[] = []
  const basis = [new Float64Array(rowCount).fill(1 / Math.sqrt(rowCount))]
  for (let column = 0; column < columnCount && basis.length < rowCount; column++) {
    const rest = Float64Array.from({ length: rowCount }, (_, row) =>
      elementAt(values, row * columnCount + column),
    )
    const whole = lengthOf(rest)
    for (const direction of [...basis, ...basis]) clear(rest, direction)
    const length = lengthOf(rest)
    if (!(length > leastShare * whole)) continue
    kept.push(column)
    basis.push(rest.map((value) => value / length))
  }
  return kept
}

function clear(vector: Float64Array, direction: Float64Array): void {
  let product = 0
  for (let row = 0; row < vector.length; row++) product += elementAt(vector, row) * elementAt(direction, row)
  for (let row = 0; row < vector.length; row++)
    vector[row] = elementAt(vector, row) - product * elementAt(direction, row)
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
}
