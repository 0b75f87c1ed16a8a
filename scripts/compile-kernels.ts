import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const folder = join(import.meta.dirname, '..', 'src', 'math', 'assembly')

/** Where the compiled module is kept. */
export const kernelFile: string = join(folder, 'kernels.wasm')

/**
 * Compiles src/math/assembly to WebAssembly: fixed-width SIMD alone (relaxed SIMD would round differently from one machine to
 * the next), no runtime, and memory that is shared and comes from outside.
 */
export async function compileKernels(): Promise<Uint8Array> {
  const sources = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const output: { bytes?: Uint8Array } = {}
  const options =
    '-O3 --noAssert --runtime stub --use abort= --enable simd --enable threads --importMemory --sharedMemory ' +
    '--initialMemory 1 --maximumMemory 65536 --outFile kernels.wasm'
  const { error, stderr } = await main([...sources.sort(), '--baseDir', folder, ...options.split(' ')], {
    writeFile: (_name, contents) => {
      if (contents instanceof Uint8Array) output.bytes = contents
    },
  })
  if (error !== null || output.bytes === undefined)
    throw new Error(`the kernels do not compile: ${stderr.toString()}`, { cause: error })
  return output.bytes
}
