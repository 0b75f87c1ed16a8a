import { callKernel, type KernelCall, type Kernels } from './kernels.ts'

/**
 * Work that asks for rounds of kernel calls. The calls of a round touch no bytes that another of them writes, so that they may be
 * made one after the other or at once, with the same result to the bit.
 */
export type KernelSteps<Result> = Generator<readonly KernelCall[], Result, void>

/** Does the work on this thread. */
export function runSteps<Result>(kernels: Kernels, steps: KernelSteps<Result>): Result {
  let step = steps.next()
  while (!step.done) {
    for (const call of step.value) callKernel(kernels, call)
    step = steps.next()
  }
  return step.value
}
