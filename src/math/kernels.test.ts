import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKernelTwins } from './kernel-twins.ts'
import { createKernelSpace, createKernels, type Kernels } from './kernels.ts'
import { createRandom } from './random.ts'

const implementations = [
  { name: 'compiled', create: createKernels },
  { name: 'twin', create: createKernelTwins },
]

/** An array of the space that holds the numbers, `shift` elements beyond an address that 16 divides. */
function place32(space: ReturnType<typeof createKernelSpace>, values: ArrayLike<number>, shift = 0) {
  const array = space.float32(values.length + shift).subarray(shift)
  array.set(values)
  return array
}

function place64(space: ReturnType<typeof createKernelSpace>, values: ArrayLike<number>) {
  const array = space.float64(values.length)
  array.set(values)
  return array
}

describe.each(implementations)('$name', ({ create }) => {
  const space = createKernelSpace()
  const kernels = create(space.memory)

  test('a dot product as by hand, of no elements 0', () => {
    const a = place32(space, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const b = place32(space, [1, 0, -1, 0, 1, 0, -1, 0, 1, 0.5], 1)
    expect(kernels.dot32(a.byteOffset, b.byteOffset, 10)).toBe(1 - 3 + 5 - 7 + 9 + 5)
    expect(kernels.dot32(a.byteOffset, b.byteOffset, 0)).toBe(0)
  })

  test('a scaled vector is added, and nothing beyond its end', () => {
    const target = place32(space, [1, 1, 1, 1, 1, 1, 1])
    const vector = place32(space, [1, 2, 3, 4, 5, 6, 7])
    kernels.addScaled32(target.byteOffset, 0.5, vector.byteOffset, 6)
    expect([...target]).toEqual([1.5, 2, 2.5, 3, 3.5, 4, 1])
  })

  test('rows times a vector as by hand', () => {
    const rows = place32(space, [1, 2, 3, 0, 0, 1, 1, 1, 1, -1, 2, 0, 5, 5, 5])
    const vector = place32(space, [1, 10, 100])
    const out = place32(space, [7, 7, 7, 7, 7, 7])
    kernels.multiplyVector32(rows.byteOffset, 5, 3, vector.byteOffset, out.byteOffset)
    expect([...out]).toEqual([321, 100, 111, 19, 555, 7])
  })

  test('a block is added to as by hand', () => {
    const left = place32(space, [1, 2, 3, 4])
    const right = place32(space, [1, 0, 1, 0, 1, 1])
    const out = place32(space, [10, 10, 10, 10, 10, 10])
    kernels.multiplyBlock32(left.byteOffset, right.byteOffset, out.byteOffset, 2, 2, 3)
    expect([...out]).toEqual([11, 12, 13, 13, 14, 17])
  })

  test('a weighted Gram matrix as by hand; a row of weight 0 counts nothing', () => {
    const rows = place64(space, [1, 2, 3, 4, 5, 6, 9, 9])
    const weights = place64(space, [1, 2, 1, 0])
    const out = space.float64(4)
    kernels.addGram64(rows.byteOffset, weights.byteOffset, 0, 4, 2, out.byteOffset)
    expect([out[0], out[2], out[3]]).toEqual([1 + 18 + 25, 2 + 24 + 30, 4 + 32 + 36])
  })

  test('distances to four points under limits, and their sums', () => {
    const rows = place32(space, [0, 0, 3, 4, 1, 0, 0, 0])
    const points = place32(space, [0, 3, 1, 9, 0, 4, 0, 9])
    const limits = place32(space, [100, 100, 100, 0])
    const out = [4, 4, 4, 4].map((length) => space.float32(length))
    const sums = space.float64(4)
    const start = out[0]?.byteOffset ?? 0
    const addresses = [rows, points, limits].map(({ byteOffset }) => byteOffset) as [number, number, number]
    kernels.lowerToPoints32(
      ...[addresses[0], 0, 4, 2],
      ...[addresses[1], addresses[2], start, 16, sums.byteOffset],
    )
    expect(out.map((each) => [...each])).toEqual([
      [0, 25, 1, 0],
      [25, 0, 20, 0],
      [1, 20, 0, 0],
      [100, 61, 100, 0],
    ])
    expect([...sums]).toEqual([26, 45, 21, 261])
  })

  test('the log-loss of even odds is ln 2 a row and pulls by a half', () => {
    const { loss, gradient, curvature } = passLogistic(kernels, space, {
      ...{ rowCount: 4, stride: 2, point: [0, 0] },
      ...{ rows: [1, 2, 3, 4, 5, 6, 0, 0], labels: [1, 0, 1, 0], weights: [1, 1, 2, 0] },
    })
    expect(loss).toBeCloseTo(4 * Math.LN2, 14)
    expect(gradient).toEqual([-0.5 + 1.5 - 5, -1 + 2 - 6])
    expect(curvature).toEqual([0.25, 0.25, 0.5, 0])
  })

  test('the log-loss holds at odds however large; of a point that is not finite it is NaN', () => {
    const pass = (odds: number) =>
      passLogistic(kernels, space, {
        ...{ rowCount: 4, stride: 2, point: [odds, 0] },
        ...{ rows: [1, 0, 0, 0, 0, 0, 0, 0], labels: [0, 0, 0, 0], weights: [1, 0, 0, 0] },
      })
    expect(pass(800).loss).toBe(800)
    expect(pass(800).gradient[0]).toBe(1)
    expect(pass(-800).loss).toBeLessThan(1e-300)
    expect(pass(-30).loss / Math.exp(-30)).toBeCloseTo(1, 12)
    expect(pass(Number.POSITIVE_INFINITY).loss).toBeNaN()
    expect(pass(Number.NaN).loss).toBeNaN()
  })
})

type Pass = {
  readonly rowCount: number
  readonly stride: number
  readonly rows: ArrayLike<number>
  readonly labels: ArrayLike<number>
  readonly weights: ArrayLike<number>
  readonly point: ArrayLike<number>
}

function passLogistic(kernels: Kernels, space: ReturnType<typeof createKernelSpace>, pass: Pass) {
  const arrays = [pass.rows, pass.labels, pass.weights, pass.point].map((values) => place64(space, values))
  const [curvature, out] = [space.float64(pass.rowCount), space.float64(pass.stride + 5)]
  const fields = space.uint32(6)
  fields.set([...arrays, curvature].map(({ byteOffset }) => byteOffset))
  fields[5] = pass.stride
  kernels.addLogistic(fields.byteOffset, 0, pass.rowCount, out.byteOffset)
  const gradient = [...out.subarray(0, pass.stride)]
  return { loss: out[pass.stride] ?? Number.NaN, gradient, curvature: [...curvature] }
}

/** Numbers of all sizes, with zeros, infinite ones and NaN. */
const anyFloat = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
  fc.float(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1e-45, 3e38),
)
const floats = (length: number) => fc.array(anyFloat, { minLength: length, maxLength: length })

/** Runs both over spaces of the same layout; `run` returns what is to be the same to the bit. */
function expectSame(
  run: (kernels: Kernels, space: ReturnType<typeof createKernelSpace>) => readonly ArrayLike<number>[],
): void {
  const [compiled, twin] = implementations.map(({ create }) => {
    const space = createKernelSpace()
    return run(create(space.memory), space).map((array) => Array.from(array))
  })
  expect(compiled).toEqual(twin)
}

test('products of vectors and rows equal their twins to the bit, at any length and alignment', () => {
  const problem = fc
    .record({ rowCount: fc.nat(9), columnCount: fc.nat(21), shift: fc.nat(3) })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        rows: floats(shape.rowCount * shape.columnCount),
        vector: floats(shape.columnCount),
      }),
    )
  fc.assert(
    fc.property(problem, anyFloat, ({ shape, rows, vector }, factor) =>
      expectSame((kernels, space) => {
        const { rowCount, columnCount, shift } = shape
        const placed = place32(space, rows, shift)
        const [b, out] = [
          place32(space, vector, shift),
          place32(space, new Float32Array(rowCount + 2), shift),
        ]
        kernels.multiplyVector32(placed.byteOffset, rowCount, columnCount, b.byteOffset, out.byteOffset)
        const dot = kernels.dot32(
          placed.byteOffset,
          b.byteOffset,
          Math.min(columnCount, rowCount * columnCount),
        )
        kernels.addScaled32(
          b.byteOffset,
          factor,
          placed.byteOffset,
          Math.min(columnCount, rowCount * columnCount),
        )
        return [out, [dot], b]
      }),
    ),
    { numRuns: 60 },
  )
})

test('blocks of matrices equal their twin to the bit, whatever fills no tile', () => {
  const problem = fc
    .record({ rowCount: fc.nat(9), innerCount: fc.nat(6), columnCount: fc.nat(9) })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        left: floats(shape.rowCount * shape.innerCount),
        right: floats(shape.innerCount * shape.columnCount),
        out: floats(shape.rowCount * shape.columnCount),
      }),
    )
  fc.assert(
    fc.property(problem, ({ shape: { rowCount, innerCount, columnCount }, left, right, out }) =>
      expectSame((kernels, space) => {
        const [a, b, c] = [place32(space, left), place32(space, right), place32(space, out)]
        const counts = [rowCount, innerCount, columnCount] as const
        kernels.multiplyBlock32(a.byteOffset, b.byteOffset, c.byteOffset, ...counts)
        return [c]
      }),
    ),
    { numRuns: 60 },
  )
})

test('Gram matrices equal their twin to the bit', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.nat(4), fc.integer(), (fours, pairs, seed) =>
      expectSame((kernels, space) => {
        const [rowCount, stride] = [4 * fours, 2 * pairs]
        const random = createRandom(seed)
        const rows = place64(
          space,
          Float64Array.from({ length: rowCount * stride }, () => random.normal()),
        )
        const weights = place64(
          space,
          Float64Array.from({ length: rowCount }, () => random.next()),
        )
        const out = space.float64(stride * stride)
        kernels.addGram64(rows.byteOffset, weights.byteOffset, 0, rowCount, stride, out.byteOffset)
        return [out]
      }),
    ),
    { numRuns: 40 },
  )
})

test('the log-loss, its gradient and curvature equal their twin to 1e-13 of the largest term', () => {
  fc.assert(
    fc.property(fc.nat(6), fc.nat(5), fc.integer(), (fours, pairs, seed) => {
      const [rowCount, stride] = [4 * fours, 2 * pairs]
      const random = createRandom(seed)
      const draw = (length: number, next: () => number) => Float64Array.from({ length }, next)
      const pass = {
        ...{ rowCount, stride },
        rows: draw(rowCount * stride, () => 10 * random.normal() ** 3),
        labels: draw(rowCount, () => random.integer(2)),
        weights: draw(rowCount, () => random.next()),
        point: draw(stride, () => random.normal()),
      }
      const [compiled, twin] = implementations.map(({ create }) => {
        const space = createKernelSpace()
        return passLogistic(create(space.memory), space, pass)
      })
      const flatten = (result: typeof compiled) =>
        result ? [result.loss, ...result.gradient, ...result.curvature] : []
      const [a, b] = [flatten(compiled), flatten(twin)]
      const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
      expect(a.length).toBe(b.length)
      for (const [index, value] of a.entries())
        expect(Math.abs(value - (b[index] ?? Number.NaN))).toBeLessThanOrEqual(1e-13 * scale * (rowCount + 1))
    }),
    { numRuns: 60 },
  )
})
