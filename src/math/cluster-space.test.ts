import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClusterSpace, inSpaceUnits, noCluster, setCentres } from './cluster-space.ts'
import { createKernelTwins } from './kernel-twins.ts'
import { callKernel, createKernels } from './kernels.ts'
import { assignToCentres } from './lloyd.ts'
import { elementAt, type Matrix } from './matrix.ts'
import { createRandom, type Random } from './random.ts'

const shapes = fc.record({
  rowCount: fc.integer({ min: 0, max: 40 }),
  columnCount: fc.integer({ min: 1, max: 9 }),
  clusterCount: fc.integer({ min: 1, max: 19 }),
  /** Whole numbers make centres that lie equally near; far ones leave float32 few digits. */
  kind: fc.constantFrom('normal', 'whole', 'far', 'heavy'),
  seed: fc.integer(),
})

function drawMatrix(rowCount: number, columnCount: number, kind: string, random: Random): Matrix {
  const next = () => {
    if (kind === 'whole') return random.integer(4)
    if (kind === 'far') return 1e6 + random.normal()
    return kind === 'heavy' ? Math.exp(4 * random.normal()) : random.normal()
  }
  return { rowCount, columnCount, values: Float64Array.from({ length: rowCount * columnCount }, next) }
}

test('two rounds of assignment equal the twin to the bit and are those of float64', () => {
  fc.assert(
    fc.property(shapes, ({ rowCount, columnCount, clusterCount, kind, seed }) => {
      const random = createRandom(seed)
      const matrix = drawMatrix(rowCount, columnCount, kind, random)
      const centres = drawMatrix(clusterCount, columnCount, kind, random).values
      const moved = centres.map((value) => value + 0.1 * random.normal())
      const results = [createKernels, createKernelTwins].map((create) => {
        const space = createClusterSpace(matrix, clusterCount)
        const kernels = create(space.space.memory)
        const states: number[][] = []
        space.assignments.fill(noCluster)
        for (const [round, own] of [centres, moved].entries()) {
          const inSpace = inSpaceUnits(space, own)
          if (round > 0) widen(space, inSpace)
          setCentres(space, inSpace)
          for (const call of [...space.assignCalls, ...space.measureCalls]) callKernel(kernels, call)
          states.push([...space.assignments], [...space.upper, ...space.lower])
          const told = clusterCount * (columnCount + 1) + 3
          states.push([...space.distances], ...space.moves.map((each) => [...each.subarray(0, told)]))
        }
        return { states, space }
      })
      expect(results[0]?.states).toEqual(results[1]?.states)
      const { space } = results[0] ?? {}
      if (space === undefined) throw new Error('nothing was run')
      const exact = assignToCentres(
        { rowCount, columnCount, values: Float64Array.from(space.rows64) },
        Float64Array.from(space.centres64),
      )
      for (let row = 0; row < rowCount; row++)
        expect(elementAt(space.distances, row)).toBeLessThanOrEqual(
          elementAt(exact.distances, row) * (1 + 1e-14),
        )
    }),
    { numRuns: 80 },
  )
})

/** Tells the bounds by how much the centres move, as a descent does. */
function widen(space: ReturnType<typeof createClusterSpace>, centres: Float64Array): void {
  const { columnCount, clusterCount, centres64, shifts, limits, problem } = space
  for (let cluster = 0; cluster < clusterCount; cluster++) {
    let squares = 0
    for (let place = cluster * columnCount; place < (cluster + 1) * columnCount; place++)
      squares += (elementAt(centres, place) - elementAt(centres64, place)) ** 2
    shifts[cluster] = Math.sqrt(squares)
  }
  problem[13] = shifts.indexOf(Math.max(...shifts))
  limits[0] = Math.max(...shifts)
  limits[1] = Math.max(...shifts)
}

test('a value that is not finite is told', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const matrix = { rowCount: 2, columnCount: 1, values: Float64Array.from([1, value]) }
    expect(() => createClusterSpace(matrix, 1)).toThrow(/NaN or infinite/)
  }
})
