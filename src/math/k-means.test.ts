import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitKMeans, fitKMeansOnThreads } from './k-means.ts'
import { createKernelPool } from './kernel-pool.ts'
import { createKernelTwins } from './kernel-twins.ts'
import { createKernels } from './kernels.ts'
import { assignToCentres, descendLloyd } from './lloyd.ts'
import type { Matrix } from './matrix.ts'
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

/** Fisher's irises (1936) in tenths of a centimetre, two digits each, four numbers a flower. */
const irises =
  '513514024930140247321302463115025036140254391704463414035034150244291402493115015437150248341602' +
  '483014014330110158401202574415045439130451351403573817035138150354341702513715044636100251331705' +
  '483419025030160250341604523515025234140247321602483116025434150452411501554214024931150250321202' +
  '553513024936140144301302513415025035130345231303443213025035160651381904483014035138160246321402' +
  '533715025033140270324714643245156931491555234013652846155728451363334716492433106629461352273914' +
  '502035105930421560224010612947145629361367314414563045155827411062224515562539115932481861284013' +
  '632549156128471264294313663044146828481467305017602945155726351055243811552437105827391260275116' +
  '543045156034451667314715632344135630411355254013552644126130461458264012502333105627421357304212' +
  '572942136229431351253011572841136333602558275119713059216329561865305822763066214925451773296318' +
  '672558187236612565325120642753196830552157255020582851246432532365305518773867227726692360225015' +
  '693257235628492077286720632749186733572172326018622848186130491864285621723058167428611979386420' +
  '642856226328511561265614773061236334562464315518603048186931542167315624693151235827511968325923' +
  '673357256730522363255019653052206234542359305118'

test("Fisher's irises lie 78.85144 from three centres, as R's kmeans(iris[, -5], 3) says", () => {
  const values = Float64Array.from(irises.match(/../g) ?? [], (digits) => Number(digits) / 10)
  const fit = fitKMeans({ rowCount: 150, columnCount: 4, values }, { clusterCount: 3 }, createRandom(1))
  expect(fit.inertia).toBeCloseTo(78.85144, 5)
  const sizes = [0, 1, 2].map((cluster) => fit.assignments.filter((each) => each === cluster).length)
  expect(sizes.sort((a, b) => a - b)).toEqual([38, 50, 62])
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

function plant(rowCount: number, seed: number): Matrix {
  const random = createRandom(seed)
  const values = Float64Array.from({ length: 3 * rowCount }, (_, place) => {
    const group = Math.floor(place / 3) % 5
    return (place % 3) * group * 4 + random.normal()
  })
  return { rowCount, columnCount: 3, values }
}

test('compiled kernels and their twins find the same to the bit', () => {
  const matrix = plant(900, 4)
  const learn = (over: typeof createKernels) =>
    fitKMeans(matrix, { clusterCount: 6, starts: 2, swaps: 3 }, createRandom(1), over)
  expect(learn(createKernels)).toEqual(learn(createKernelTwins))
})

test('any number of threads finds the same to the bit, told of its progress', async () => {
  const matrix = plant(13_001, 5)
  const options = { clusterCount: 6, starts: 2, swaps: 2 }
  const alone = fitKMeans(matrix, options, createRandom(1))
  for (const threadCount of [1, 3]) {
    await using pool = createKernelPool(threadCount)
    const told: number[] = []
    const progress = ({ done, total }: { done: number; total: number }) => told.push(done / total)
    const shared = await fitKMeansOnThreads(matrix, options, createRandom(1), { pool, progress })
    expect(shared).toEqual(alone)
    expect(told).toEqual([1 / 3, 2 / 3, 1])
  }
})

test('a signal stops a fit on threads, which then take the next one', async () => {
  await using pool = createKernelPool(2)
  const matrix = plant(13_001, 6)
  const control = new AbortController()
  const fit = fitKMeansOnThreads(matrix, { clusterCount: 6 }, createRandom(1), {
    pool,
    signal: control.signal,
    progress: () => control.abort(),
  })
  await expect(fit).rejects.toMatchObject({ code: 'stopped' })
  const after = await fitKMeansOnThreads(matrix, { clusterCount: 1, starts: 1 }, createRandom(1), { pool })
  expect(after.assignments.length).toBe(13_001)
})

test('beyond the limit of rows small batches come within 1 % of what all rows together find', async () => {
  const matrix = plant(30_000, 7)
  const whole = fitKMeans(matrix, { clusterCount: 5 }, createRandom(1))
  const options = { clusterCount: 5, wholeUpTo: 20_000 }
  const batched = fitKMeans(matrix, options, createRandom(1))
  expect(batched.inertia).toBeGreaterThanOrEqual(whole.inertia * (1 - 1e-12))
  expect(batched.inertia / whole.inertia).toBeLessThan(1.01)
  expect(adjustedRandIndex([...whole.assignments], batched.assignments)).toBeGreaterThan(0.98)
  await using pool = createKernelPool(2)
  const shared = await fitKMeansOnThreads(matrix, options, createRandom(1), { pool })
  expect(shared).toEqual(batched)
})
