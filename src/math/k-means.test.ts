import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitKMeans } from './k-means.ts'
import { assignToCentres, descendLloyd } from './lloyd.ts'
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

test('where a descent ends, each row is at its nearest centre and each centre is the mean of its rows', () => {
  const rows = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 6, maxLength: 60 })
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 4 }), fc.integer(), (numbers, clusterCount, seed) => {
      const rowCount = Math.floor(numbers.length / 2)
      fc.pre(rowCount >= clusterCount)
      const matrix = { rowCount, columnCount: 2, values: Float64Array.from(numbers.slice(0, 2 * rowCount)) }
      const random = createRandom(seed)
      const start = Float64Array.from({ length: 2 * clusterCount }, () => 20 * random.normal())
      const { centres, assignments, distances, inertia } = descendLloyd(matrix, start, { maxIterations: 300 })
      const nearest = assignToCentres(matrix, centres)
      for (const [row, distance] of distances.entries())
        expect(distance).toBeCloseTo(nearest.distances[row] ?? Number.NaN, 9)
      expect(distances.reduce((sum, distance) => sum + distance, 0)).toBeCloseTo(inertia, 9)
      for (let cluster = 0; cluster < clusterCount; cluster++) {
        const own = [...assignments.keys()].filter((row) => assignments[row] === cluster)
        if (own.length === 0) continue
        for (const column of [0, 1]) {
          const sum = own.reduce((total, row) => total + (matrix.values[2 * row + column] ?? 0), 0)
          expect(centres[2 * cluster + column]).toBeCloseTo(sum / own.length, 9)
        }
      }
    }),
  )
})

test('a cluster that loses its rows takes the farthest one', () => {
  const matrix = { rowCount: 4, columnCount: 1, values: Float64Array.from([0, 1, 2, 30]) }
  const { assignments, inertia } = descendLloyd(matrix, Float64Array.from([1, 1000]), { maxIterations: 50 })
  expect(inertia).toBeCloseTo(2, 12)
  expect(new Set(assignments.subarray(0, 3)).size).toBe(1)
  expect(assignments[3]).not.toBe(assignments[0])
})

test('swaps of centres leave a local minimum that starts alone may end in', () => {
  const random = createRandom(3)
  const planted = Array.from({ length: 500 }, (_, row) => row % 25)
  const values = Float64Array.from(
    planted.flatMap((group) => [
      (group % 5) * 10 + random.normal(),
      Math.floor(group / 5) * 10 + random.normal(),
    ]),
  )
  const matrix = { rowCount: 500, columnCount: 2, values }
  const learn = (swaps: number) => fitKMeans(matrix, { clusterCount: 25, starts: 1, swaps }, createRandom(7))
  expect(adjustedRandIndex(planted, learn(0).assignments)).toBeLessThan(0.97)
  expect(adjustedRandIndex(planted, learn(60).assignments)).toBeGreaterThan(0.99)
})
