import { parentPort, workerData } from 'node:worker_threads'
import type { KernelMessage } from './kernel-pool.ts'
import { callKernel, createKernels, type Kernels } from './kernels.ts'
import type { CompiledModule } from './web-assembly.ts'

// A thread of `createKernelPool`: what it gets and sends is typed there.
const opened = new Map<number, Kernels>()

function answer(message: KernelMessage): void {
  switch (message.kind) {
    case 'open':
      opened.set(message.id, createKernels(message.memory, workerData as CompiledModule))
      return
    case 'close':
      opened.delete(message.id)
      return
    case 'call': {
      const kernels = opened.get(message.id)
      if (kernels === undefined) throw new Error(`no memory is open under ${message.id}`)
      for (const call of message.calls) callKernel(kernels, call)
      parentPort?.postMessage(message.round)
      return
    }
    default:
      message satisfies never
  }
}

parentPort?.on('message', answer)
