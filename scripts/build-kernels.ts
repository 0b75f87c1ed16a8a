import { writeFileSync } from 'node:fs'
import { compileKernels, kernelFile } from './compile-kernels.ts'

// `npm run build-kernels`: compiles src/math/assembly to the module that is committed beside it.
writeFileSync(kernelFile, await compileKernels())
