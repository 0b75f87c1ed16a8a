import { factorCholesky, solveCholesky } from './cholesky.ts'
import { elementAt, type Matrix } from './matrix.ts'

/**
 * min ½ wᵀA w − bᵀw where each weight may only have the sign that is asked of it (1 or −1; 0 leaves it free), A symmetric
 * positive definite. Least squares with signs, as non-negative least squares once columns are turned.
 * Source: an active-set method as Lawson & Hanson (1974), ch. 23, begun with every weight in.
 */
export function solveSigned(matrix: Matrix, right: Float64Array, signs: Float64Array): Float64Array {
  const size = matrix.rowCount
  const isIn = new Uint8Array(size).fill(1)
  let weights: Float64Array = new Float64Array(size)
  for (let round = 0; round < 4 * size; round++) {
    weights = solveWithin(matrix, right, isIn)
    const worst = mostExtreme(size, (index) => -elementAt(signs, index) * elementAt(weights, index))
    if (worst !== undefined) isIn[worst] = 0
    else {
      const wanted = mostExtreme(size, (index) =>
        isIn[index] === 1 ? 0 : elementAt(signs, index) * pullOn(matrix, right, weights, index),
      )
      if (wanted === undefined) break
      isIn[wanted] = 1
    }
  }
  // Should the rounds end on a swap, a weight of the wrong sign is left out rather than let through.
  return weights.map((weight, index) => (elementAt(signs, index) * weight < 0 ? 0 : weight))
}

/** The solution over the weights that are in; 0 for the others. */
function solveWithin({ columnCount, values }: Matrix, right: Float64Array, isIn: Uint8Array): Float64Array {
  const places = [...isIn.keys()].filter((index) => isIn[index] === 1)
  const inner = new Float64Array(places.length ** 2)
  for (const [row, from] of places.entries())
    for (const [column, to] of places.entries())
      inner[row * places.length + column] = elementAt(values, from * columnCount + to)
  const part = { rowCount: places.length, columnCount: places.length, values: inner }
  const solved = solveCholesky(
    factorCholesky(part),
    Float64Array.from(places, (index) => elementAt(right, index)),
  )
  const weights = new Float64Array(columnCount)
  for (const [row, index] of places.entries()) weights[index] = elementAt(solved, row)
  return weights
}

/** How much the loss falls as the weight grows from 0. */
function pullOn(
  { columnCount, values }: Matrix,
  right: Float64Array,
  weights: Float64Array,
  index: number,
): number {
  let pull = elementAt(right, index)
  for (let column = 0; column < columnCount; column++)
    pull -= elementAt(values, index * columnCount + column) * elementAt(weights, column)
  return pull > 1e-9 * Math.abs(elementAt(right, index)) || pull < -1e-9 * Math.abs(elementAt(right, index))
    ? pull
    : 0
}

/** The index with the largest positive value; undefined when none is above 0. */
function mostExtreme(size: number, measure: (index: number) => number): number | undefined {
  let best: number | undefined
  let most = 0
  for (let index = 0; index < size; index++) {
    const value = measure(index)
    if (value > most) [best, most] = [index, value]
  }
  return best
}
