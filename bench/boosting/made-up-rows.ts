import type { Dataset } from '../../src/core/dataset.ts'
import type { Random } from '../../src/math/random.ts'

/** Rows whose 0/1 label depends on half of their columns: curves, pairs and thresholds; a tenth of one column is missing. */
export function makeUpRows(
  rowCount: number,
  columnCount: number,
  random: Random,
): { readonly dataset: Dataset; readonly labels: Float64Array } {
  const values = new Float64Array(rowCount * columnCount)
  const labels = new Float64Array(rowCount)
  const weights = Array.from({ length: columnCount }, () => random.normal())
  for (let row = 0; row < rowCount; row++) {
    const cells = Array.from({ length: columnCount }, () => Math.round(1e4 * random.normal()) / 1e4)
    let score = 0
    for (let column = 0; column + 1 < columnCount; column += 4) {
      const [first = 0, second = 0] = cells.slice(column, column + 2)
      score += (weights[column] ?? 0) * (Math.sin(2 * first) + first * second) * 0.6
    }
    labels[row] = random.next() < 1 / (1 + Math.exp(-score)) ? 1 : 0
    if (random.next() < 0.1) cells[columnCount - 1] = Number.NaN
    values.set(cells, row * columnCount)
  }
  const featureNames = weights.map((_, column) => `f${column}`)
  return { dataset: { featureNames, rowIds: Array.from(labels, (_, row) => String(row)), values }, labels }
}
