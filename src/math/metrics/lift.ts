/**
 * How many times the average rate each tenth of the rows acts, highest score first. A tenth is counted in expectation
 * over ties: rows of equal score share their labels evenly.
 */
export function liftByDecile(labels: ArrayLike<number>, scores: ArrayLike<number>): number[] {
  const count = labels.length
  const order = Uint32Array.from({ length: count }, (_, row) => row)
  order.sort((a, b) => at(scores, b) - at(scores, a))
  const evened = evenTies(order, labels, scores)
  const average = evened.reduce((sum, value) => sum + value, 0) / count
  return Array.from({ length: 10 }, (_, tenth) => {
    const part = evened.subarray(Math.floor((tenth * count) / 10), Math.floor(((tenth + 1) * count) / 10))
    return part.reduce((sum, value) => sum + value, 0) / part.length / average
  })
}

/** Labels in score order, each run of equal scores replaced by its mean. */
function evenTies(order: Uint32Array, labels: ArrayLike<number>, scores: ArrayLike<number>): Float64Array {
  const evened = new Float64Array(order.length)
  for (let start = 0; start < order.length; ) {
    const score = at(scores, order[start] ?? 0)
    let end = start
    let sum = 0
    while (end < order.length && at(scores, order[end] ?? 0) === score) sum += at(labels, order[end++] ?? 0)
    evened.fill(sum / (end - start), start, end)
    start = end
  }
  return evened
}

function at(values: ArrayLike<number>, row: number): number {
  return values[row] ?? Number.NaN
}
