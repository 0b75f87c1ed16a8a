import type { Kernels } from './kernels.ts'
import { createDistanceTwins } from './twins/distances.ts'
import { createLogisticTwins } from './twins/logistic.ts'
import { createProductTwins } from './twins/products.ts'
import { createVectorTwins } from './twins/vectors.ts'
import type { SharedMemory } from './web-assembly.ts'

/**
 * The kernels in plain TypeScript, for reading and for holding the compiled ones against: equal to the bit, but for `addLogistic`,
 * whose exponentials are the engine's.
 */
export function createKernelTwins(memory: SharedMemory): Kernels {
  return {
    ...createVectorTwins(memory),
    ...createProductTwins(memory),
    ...createDistanceTwins(memory),
    ...createLogisticTwins(memory),
  }
}
