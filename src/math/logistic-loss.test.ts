import { expect, test } from 'vitest'
import { weightedGram } from './cholesky.ts'
import { createKernelTwins } from './kernel-twins.ts'
import { createKernels } from './kernels.ts'
import { createLogisticLoss, type LogisticRows } from './logistic-loss.ts'
import { dot, elementAt } from './matrix.ts'
import { createRandom } from './random.ts'

const random = createRandom(1)
const [rowCount, columnCount] = [4099, 5]
const values = Float64Array.from({ length: rowCount * columnCount }, () => random.normal())
const labels = Uint8Array.from({ length: rowCount }, () => random.integer(2))
const weights = Float64Array.from({ length: rowCount }, () => random.next())
const problem: LogisticRows = { rows: { rowCount, columnCount, values }, labels, weights }
const point = Float64Array.from([0.3, -1.2, 0, 2, 0.5])

/** Straight from the definition, row by row. */
function byDefinition() {
  const odds = Float64Array.from({ length: rowCount }, (_, row) =>
    dot(point, 0, values, row * columnCount, 5),
  )
  const chances = odds.map((value) => 1 / (1 + Math.exp(-value)))
  const losses = chances.map((chance, row) => -Math.log(labels[row] === 1 ? chance : 1 - chance))
  return {
    loss: losses.reduce((sum, loss, row) => sum + loss * elementAt(weights, row), 0),
    slope: Array.from({ length: columnCount }, (_, column) =>
      chances.reduce(
        (sum, chance, row) =>
          sum +
          elementAt(weights, row) *
            (chance - (labels[row] ?? 0)) *
            elementAt(values, row * columnCount + column),
        0,
      ),
    ),
    curvature: weightedGram(
      problem.rows,
      chances.map((chance, row) => elementAt(weights, row) * chance * (1 - chance)),
    ),
  }
}

test.each([
  ['compiled', createKernels],
  ['twin', createKernelTwins],
])('loss, gradient and curvature are those of the definition (%s)', (_, over) => {
  const logLoss = createLogisticLoss(problem, over)
  const gradient = new Float64Array(columnCount)
  const expected = byDefinition()
  expect(logLoss.at(point, gradient) / expected.loss).toBeCloseTo(1, 13)
  for (const [column, slope] of expected.slope.entries())
    expect(elementAt(gradient, column)).toBeCloseTo(slope, 10)
  const { values: curvature } = logLoss.curvatureAt(point)
  for (const [place, value] of expected.curvature.values.entries())
    expect(elementAt(curvature, place)).toBeCloseTo(value, 10)
  expect(logLoss.at(point, gradient) / expected.loss).toBeCloseTo(1, 13)
})

test('chosen columns with an intercept are as a matrix of them with ones', () => {
  const wider = Float64Array.from({ length: 3 * rowCount }, (_, place) => {
    const [row, column] = [Math.floor(place / 3), place % 3]
    return column === 2 ? 1 : elementAt(values, row * columnCount + (column === 0 ? 3 : 1))
  })
  const rows = { rowCount, columnCount: 3, values: wider }
  const [chosen, whole] = [
    createLogisticLoss({ ...problem, columns: [3, 1], hasIntercept: true }),
    createLogisticLoss({ ...problem, rows }),
  ].map((logLoss) => {
    const gradient = new Float64Array(3)
    return [logLoss.at(Float64Array.from([1, -1, 0.5]), gradient), gradient]
  })
  expect(chosen).toEqual(whole)
})

test('no rows lose nothing', () => {
  const logLoss = createLogisticLoss({
    rows: { rowCount: 0, columnCount: 2, values: new Float64Array() },
    labels: [],
  })
  const gradient = new Float64Array(2).fill(7)
  expect(logLoss.at(Float64Array.from([1, 2]), gradient)).toBe(0)
  expect([...gradient]).toEqual([0, 0])
})
