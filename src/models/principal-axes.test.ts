import { expect, test } from 'vitest'
import { correlation } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import { projectOnAxes } from './principal-axes.ts'

test('the first axis is the direction that columns share, the second stands across it', () => {
  const random = createRandom(3)
  const rows = Array.from({ length: 400 }, () => {
    const [shared, own] = [random.normal(), random.normal()]
    return [shared + 0.1 * random.normal(), shared + 0.1 * random.normal(), own]
  })
  const dataset = {
    featureNames: ['a', 'b', 'c'],
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
  const points = projectOnAxes(dataset, 400, random)
  const at = (column: number) => points.map(({ row }) => rows[row]?.[column] ?? 0)
  expect(
    Math.abs(
      correlation(
        at(0),
        points.map(({ x }) => x),
      ),
    ),
  ).toBeGreaterThan(0.98)
  expect(
    Math.abs(
      correlation(
        at(2),
        points.map(({ y }) => y),
      ),
    ),
  ).toBeGreaterThan(0.98)
})
