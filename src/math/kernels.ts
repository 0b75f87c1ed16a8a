import { readFileSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import { type CompiledModule, type SharedMemory, webAssembly } from './web-assembly.ts'

/**
 * Kernels over the memory of a `KernelSpace`: every argument that is no count is an address in bytes, the `byteOffset` of an
 * array of that space. `assembly/` holds them and tells of each what it reads and writes; `twins/` has the same in TypeScript.
 */
export type Kernels = {
  dot32(a: number, b: number, length: number): number
  addScaled32(target: number, factor: number, vector: number, length: number): void
  multiplyVector32(rows: number, rowCount: number, columnCount: number, vector: number, out: number): void
  multiplyBlock32(
    ...args: readonly [
      left: number,
      right: number,
      out: number,
      rowCount: number,
      innerCount: number,
      columnCount: number,
    ]
  ): void
  addGram64(
    ...args: readonly [rows: number, weights: number, from: number, to: number, stride: number, out: number]
  ): void
  assignRows(problem: number, from: number, to: number, list: number, moves: number): void
  measureOwn(problem: number, from: number, to: number, out: number): void
  lowerToPoints32(
    ...args: readonly [
      rows: number,
      from: number,
      to: number,
      columnCount: number,
      points: number,
      limits: number,
      out: number,
      outStride: number,
      sums: number,
    ]
  ): void
  addLogistic(problem: number, from: number, to: number, out: number): void
}

/** One call of a kernel, to be made now or on another thread. */
export type KernelCall = {
  readonly [Name in keyof Kernels]: { readonly name: Name; readonly args: Parameters<Kernels[Name]> }
}[keyof Kernels]

/** Memory that kernels and threads share, handed out from its beginning and given back as a whole. */
export type KernelSpace = {
  readonly memory: SharedMemory
  /** Zeros, at an address that 16 divides. */
  float32(length: number): Float32Array<SharedArrayBuffer>
  float64(length: number): Float64Array<SharedArrayBuffer>
  uint32(length: number): Uint32Array<SharedArrayBuffer>
  /** Takes all arrays back: what is kept of them will change. */
  reset(): void
}

const pageBytes = 65_536
const mostPages = 65_536

/** Kernels compiled from `assembly/` by `npm run build-kernels`. */
export const kernelModule: CompiledModule = new webAssembly.Module(
  readFileSync(new URL('./assembly/kernels.wasm', import.meta.url)),
)

/** The kernels of the module over a memory. */
export function createKernels(memory: SharedMemory, module: CompiledModule = kernelModule): Kernels {
  return new webAssembly.Instance(module, { env: { memory } }).exports as Kernels
}

/** Makes the call. */
export function callKernel(kernels: Kernels, { name, args }: KernelCall): void {
  const kernel: (...args: readonly number[]) => unknown = kernels[name]
  kernel(...args)
}

/** An empty space; it grows as arrays are taken from it. @throws AppError 'bad_input' beyond 4 GiB, when one is. */
export function createKernelSpace(): KernelSpace {
  const memory = new webAssembly.Memory({ initial: 1, maximum: mostPages, shared: true })
  // Address 0 stays free, so that 0 can mean none.
  const firstByte = 16
  let [used, written] = [firstByte, firstByte]
  const take = (byteLength: number): number => {
    const start = used
    used += Math.ceil(byteLength / 16) * 16
    const pages = Math.ceil(used / pageBytes)
    if (pages > mostPages) throw tooLarge(used)
    const missing = pages - memory.buffer.byteLength / pageBytes
    if (missing > 0) memory.grow(missing)
    if (start < written) new Uint8Array(memory.buffer, start, byteLength).fill(0)
    return start
  }
  return {
    memory,
    float32(length) {
      const start = take(4 * length)
      return new Float32Array(memory.buffer, start, length)
    },
    float64(length) {
      const start = take(8 * length)
      return new Float64Array(memory.buffer, start, length)
    },
    uint32(length) {
      const start = take(4 * length)
      return new Uint32Array(memory.buffer, start, length)
    },
    reset() {
      written = Math.max(written, used)
      used = firstByte
    },
  }
}

function tooLarge(byteCount: number): AppError {
  const gib = (byteCount / 2 ** 30).toFixed(1)
  return new AppError('bad_input', {
    en: `rows × columns need ${gib} GiB at once, and kernels reach 4: take fewer columns or a sample of the rows`,
    zh: `行 × 列同时需要 ${gib} GiB，而计算内核最多 4 GiB：请减少列数或抽取部分行`,
  })
}
