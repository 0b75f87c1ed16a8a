import { elementAt, itemAt, type Matrix } from './matrix.ts'

/**
 * Pairs each row with a column of its own so that the sum of what the pairs gain is largest; where there are fewer columns than
 * rows, some rows get none.
 * Source: the Hungarian method (Kuhn, 1955; Munkres, 1957) by shortest augmenting paths (Jonker & Volgenant, 1987); O(n³).
 * @returns for each row its column, −1 for none
 */
export function assignPairs({ rowCount, columnCount, values }: Matrix): Int32Array {
  if (rowCount > columnCount) {
    const turned = Float64Array.from({ length: rowCount * columnCount }, (_, index) =>
      elementAt(values, (index % rowCount) * columnCount + Math.floor(index / rowCount)),
    )
    const rowOf = assignPairs({ rowCount: columnCount, columnCount: rowCount, values: turned })
    return invert(rowOf, rowCount)
  }
  const state = {
    rowOf: new Int32Array(columnCount).fill(-1),
    rowPrices: new Float64Array(rowCount),
    columnPrices: new Float64Array(columnCount),
  }
  for (let row = 0; row < rowCount; row++)
    augment(row, state, (from, to) => -elementAt(values, from * columnCount + to))
  return invert(state.rowOf, rowCount)
}

type State = {
  /** By column the row that has it, −1 for none. */
  readonly rowOf: Int32Array
  readonly rowPrices: Float64Array
  readonly columnPrices: Float64Array
}

/** Finds the cheapest chain of exchanges that ends in a free column, and makes them. */
function augment(start: number, state: State, costAt: (row: number, column: number) => number): void {
  const { rowOf, rowPrices, columnPrices } = state
  const columnCount = rowOf.length
  const distance = new Float64Array(columnCount).fill(Number.POSITIVE_INFINITY)
  const cameFrom = new Int32Array(columnCount).fill(-1)
  const isDone = new Uint8Array(columnCount)
  let [row, last, reached] = [start, -1, 0]
  for (;;) {
    for (let column = 0; column < columnCount; column++) {
      if (isDone[column] === 1) continue
      const length =
        reached + costAt(row, column) - elementAt(rowPrices, row) - elementAt(columnPrices, column)
      if (length < elementAt(distance, column)) {
        distance[column] = length
        cameFrom[column] = last
      }
    }
    last = nearest(distance, isDone)
    reached = elementAt(distance, last)
    isDone[last] = 1
    row = itemAt(rowOf, last)
    if (row === -1) break
  }
  rowPrices[start] = elementAt(rowPrices, start) + reached
  for (let column = 0; column < columnCount; column++) {
    const spare = reached - elementAt(distance, column)
    if (isDone[column] !== 1 || column === last) continue
    columnPrices[column] = elementAt(columnPrices, column) - spare
    const owner = itemAt(rowOf, column)
    rowPrices[owner] = elementAt(rowPrices, owner) + spare
  }
  for (let column = last; column !== -1; ) {
    const before = itemAt(cameFrom, column)
    rowOf[column] = before === -1 ? start : itemAt(rowOf, before)
    column = before
  }
}

function nearest(distance: Float64Array, isDone: Uint8Array): number {
  let best = -1
  for (let column = 0; column < distance.length; column++)
    if (isDone[column] !== 1 && (best === -1 || elementAt(distance, column) < elementAt(distance, best)))
      best = column
  return best
}

function invert(rowOf: Int32Array, rowCount: number): Int32Array {
  const columnOf = new Int32Array(rowCount).fill(-1)
  for (const [column, row] of rowOf.entries()) if (row !== -1) columnOf[row] = column
  return columnOf
}
