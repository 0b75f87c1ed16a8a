import { createKernelTwins } from '../../src/math/kernel-twins.ts'
import { createKernelSpace, createKernels, type KernelSpace, type Kernels } from '../../src/math/kernels.ts'
import type { Contender } from '../experiment.ts'
import { leastCpu } from './cpu-time.ts'

type Case = {
  readonly name: string
  /** Multiplications and additions of one call. */
  readonly operations: number
  prepare(space: KernelSpace): (kernels: Kernels) => void
}

const length = 4096
const [rowCount, columnCount] = [1024, 64]

const cases: readonly Case[] = [
  {
    name: `dot32, ${length}`,
    operations: 2 * length,
    prepare(space) {
      const [a, b] = [space.float32(length).fill(1), space.float32(length).fill(1)]
      return ({ dot32 }) => void dot32(a.byteOffset, b.byteOffset, length)
    },
  },
  {
    name: `addScaled32, ${length}`,
    operations: 2 * length,
    prepare(space) {
      const [a, b] = [space.float32(length).fill(1), space.float32(length).fill(1)]
      return ({ addScaled32 }) => addScaled32(a.byteOffset, 1e-9, b.byteOffset, length)
    },
  },
  {
    name: `multiplyVector32, ${rowCount} × ${columnCount}`,
    operations: 2 * rowCount * columnCount,
    prepare(space) {
      const rows = space.float32(rowCount * columnCount).fill(1)
      const [vector, out] = [space.float32(columnCount).fill(1), space.float32(rowCount)]
      return ({ multiplyVector32 }) =>
        multiplyVector32(rows.byteOffset, rowCount, columnCount, vector.byteOffset, out.byteOffset)
    },
  },
  {
    name: 'multiplyBlock32, 128 × 128 × 128',
    operations: 2 * 128 ** 3,
    prepare(space) {
      const [a, b, c] = [1, 1, 0].map((value) => space.float32(128 ** 2).fill(value).byteOffset)
      return ({ multiplyBlock32 }) => multiplyBlock32(a ?? 0, b ?? 0, c ?? 0, 128, 128, 128)
    },
  },
  {
    name: `addGram64, ${rowCount} × ${columnCount}`,
    operations: 2 * rowCount * columnCount * (columnCount / 2 + 1),
    prepare(space) {
      const rows = space.float64(rowCount * columnCount).fill(1)
      const [weights, out] = [space.float64(rowCount).fill(1e-9), space.float64(columnCount ** 2)]
      return ({ addGram64 }) =>
        addGram64(rows.byteOffset, weights.byteOffset, 0, rowCount, columnCount, out.byteOffset)
    },
  },
]

/** Each kernel beside its twin in TypeScript, on numbers that lie in the caches. */
export function compareTwins(): Contender[] {
  return cases.map(({ name, operations, prepare }) => {
    const space = createKernelSpace()
    const call = prepare(space)
    const compiled = secondsOf(createKernels(space.memory), call, operations)
    const twin = secondsOf(createKernelTwins(space.memory), call, operations)
    const metrics = {
      microseconds: 1e6 * compiled,
      gigaflops: operations / compiled / 1e9,
      ratio: compiled / twin,
    }
    return { name, metrics, seconds: compiled }
  })
}

function secondsOf(kernels: Kernels, call: (kernels: Kernels) => void, operations: number): number {
  const calls = Math.ceil(4e7 / operations)
  const repeat = () => {
    for (let round = 0; round < calls; round++) call(kernels)
  }
  return leastCpu(repeat).cpuSeconds / calls
}
