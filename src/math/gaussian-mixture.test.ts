import { expect, test } from 'vitest'
import { fitGaussianMixture, mixtureChances } from './gaussian-mixture.ts'
import type { Matrix } from './matrix.ts'
import { adjustedRandIndex } from './metrics/clustering.ts'
import { createRandom } from './random.ts'

/** For each row its likeliest component. */
function likeliest(chances: Float64Array, componentCount: number): number[] {
  return Array.from({ length: chances.length / componentCount }, (_, row) => {
    const own = chances.subarray(row * componentCount, (row + 1) * componentCount)
    return own.indexOf(Math.max(...own))
  })
}

function toMatrix(rows: readonly (readonly number[])[]): Matrix {
  return { rowCount: rows.length, columnCount: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) }
}

test('by hand: one component has the mean and covariance of the rows, and their normal likelihood', () => {
  const matrix = toMatrix([
    [0, 0],
    [2, 2],
    [2, 0],
    [0, 2],
  ])
  const options = { componentCount: 1, covariance: 'full', regularisation: 1e-12 } as const
  const mixture = fitGaussianMixture(matrix, options, createRandom(1))
  expect(mixture.means).toEqual([1, 1])
  expect(mixture.covariances[0]?.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([1, 0, 0, 1])
  // Each row is √2 from the mean: ln (1 / 2π) − 1.
  expect(mixture.logLikelihood).toBeCloseTo(4 * (-Math.log(2 * Math.PI) - 1), 8)
  expect(mixture.bic).toBeCloseTo(-2 * mixture.logLikelihood + 5 * Math.log(4), 8)
})

test('by hand: between two equal components a row has the chances of its distances', () => {
  const mixture = {
    covariance: 'diagonal',
    columnCount: 1,
    shares: [0.5, 0.5],
    means: [0, 2],
    covariances: [[1], [1]],
  } as const
  const [middle, near = 0, far = 0] = mixtureChances(mixture, toMatrix([[1], [0]])).filter(
    (_, index) => index !== 1,
  )
  expect(middle).toBeCloseTo(0.5, 12)
  // e⁰ against e⁻².
  expect(near).toBeCloseTo(1 / (1 + Math.exp(-2)), 12)
  expect(near + far).toBeCloseTo(1, 12)
  const remote = mixtureChances(mixture, toMatrix([[1e6]]))
  expect([...remote]).toEqual([0, 1])
})

/** Two long clouds across each other's side, which k-means cuts wrongly, and a small round one. */
function drawClouds(count: number, seed: number) {
  const random = createRandom(seed)
  const planted = Array.from({ length: count }, (_, row) => (row % 10 === 0 ? 2 : row % 2))
  const rows = planted.map((cloud) => {
    const [along, across] = [4 * random.normal(), 0.5 * random.normal()]
    if (cloud === 2) return [20 + random.normal(), random.normal()]
    return cloud === 0 ? [along, along + across] : [along + 3, along - 3 + across]
  })
  return { matrix: toMatrix(rows), planted }
}

test('planted long clouds are found by full covariances, which the BIC prefers to diagonal ones and to other counts', () => {
  const { matrix, planted } = drawClouds(1500, 4)
  const learn = (componentCount: number, covariance: 'full' | 'diagonal') =>
    fitGaussianMixture(matrix, { componentCount, covariance }, createRandom(5))
  const full = learn(3, 'full')
  const groups = likeliest(mixtureChances(full, matrix), 3)
  expect(adjustedRandIndex(planted, groups)).toBeGreaterThan(0.98)
  expect(full.bic).toBeLessThan(learn(3, 'diagonal').bic)
  expect(full.bic).toBeLessThan(learn(2, 'full').bic)
  expect(full.bic).toBeLessThan(learn(4, 'full').bic)
  const sizes = full.shares.map((share) => Math.round(share * 100)).sort((a, b) => a - b)
  expect(sizes[0]).toBeGreaterThan(7)
  expect(sizes[0]).toBeLessThan(13)
})

test('likelihood never falls, rows of chances sum to 1, repeated rows and fewer rows than components are answered', () => {
  const { matrix } = drawClouds(300, 6)
  let before = Number.NEGATIVE_INFINITY
  for (const maxIterations of [1, 2, 4, 8, 16]) {
    const options = {
      componentCount: 3,
      covariance: 'full',
      maxIterations,
      tolerance: 0,
      regularisation: 1e-9,
    } as const
    const { logLikelihood } = fitGaussianMixture(matrix, options, createRandom(7))
    expect(logLikelihood).toBeGreaterThanOrEqual(before - 1e-6)
    before = logLikelihood
  }
  const alike = toMatrix(Array.from({ length: 30 }, (_, row) => [row < 15 ? 1 : 2, 5]))
  const mixture = fitGaussianMixture(alike, { componentCount: 2, covariance: 'full' }, createRandom(8))
  const chances = mixtureChances(mixture, alike)
  for (let row = 0; row < 30; row++)
    expect((chances[2 * row] ?? 0) + (chances[2 * row + 1] ?? 0)).toBeCloseTo(1, 12)
  expect(() =>
    fitGaussianMixture(toMatrix([[1]]), { componentCount: 2, covariance: 'full' }, createRandom(9)),
  ).toThrow(/cannot make 2 components/)
  const stopped = { componentCount: 2, covariance: 'full', signal: AbortSignal.abort() } as const
  expect(() => fitGaussianMixture(alike, stopped, createRandom(9))).toThrow(/stopped/)
})
