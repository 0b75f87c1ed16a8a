import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileKernels, kernelFile } from '../scripts/compile-kernels.ts'

test('the committed kernels are those that their sources compile to', async () => {
  const compiled = Buffer.from(await compileKernels())
  const isSame = compiled.equals(readFileSync(kernelFile))
  expect(isSame, 'run `npm run build-kernels` and commit src/math/assembly/kernels.wasm').toBe(true)
}, 120_000)
