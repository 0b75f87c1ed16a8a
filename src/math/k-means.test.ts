import { expect, test } from 'vitest'
import { fitKMeans } from './k-means.ts'
import { adjustedRandIndex } from './metrics/clustering.ts'
import { createRandom } from './random.ts'
import { meanSilhouette } from './silhouette.ts'

test('two pairs on a line split as by hand', () => {
  const matrix = { rowCount: 4, columnCount: 1, values: Float64Array.from([0, 1, 10, 11]) }
  const fit = fitKMeans(matrix, { clusterCount: 2 }, createRandom(1))
  expect(fit.inertia).toBeCloseTo(1, 12)
  expect([...fit.centres].sort((a, b) => a - b)).toEqual([0.5, 10.5])
  const silhouette = meanSilhouette(matrix, fit.assignments, createRandom(1))
  expect(silhouette).toBeCloseTo((9.5 / 10.5 + 8.5 / 9.5) / 2, 12)
})

test('planted clusters are found', () => {
  const random = createRandom(2)
  const planted = Array.from({ length: 600 }, (_, row) => row % 4)
  const values = Float64Array.from(
    planted.flatMap((group) => [group * 5 + random.normal(), (group % 2) * 9 + random.normal()]),
  )
  const { assignments } = fitKMeans({ rowCount: 600, columnCount: 2, values }, { clusterCount: 4 }, random)
  expect(adjustedRandIndex(planted, assignments)).toBeGreaterThan(0.97)
})

test('as many clusters as rows leave no inertia, equal rows do no harm, fewer rows are refused', () => {
  const values = Float64Array.from([1, 1, 1, 7])
  const matrix = { rowCount: 4, columnCount: 1, values }
  expect(fitKMeans(matrix, { clusterCount: 4 }, createRandom(1)).inertia).toBe(0)
  expect(fitKMeans(matrix, { clusterCount: 2 }, createRandom(1)).inertia).toBe(0)
  expect(() => fitKMeans(matrix, { clusterCount: 5 }, createRandom(1))).toThrow(/4 rows cannot make 5/)
})
