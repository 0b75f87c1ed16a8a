import { glorotUniform } from './dense.ts'
import { add } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { multiplyMatrices } from './matrix-product.ts'
import { zeros } from './normalise.ts'
import { concatenate, padZeros, slice } from './rearrange.ts'

export type ConvolutionOptions = {
  readonly width: number
  /** Moments that each output reads. */
  readonly kernel: number
  /** Whether an output reads only its own moment and those before; else as many after as before. */
  readonly isCausal?: boolean
}

/** [rows × moments × channels] → [rows × moments × width]: one matrix over every `kernel` moments in a row, zeros beyond. */
export function convolve(name: string, input: Tensor, options: ConvolutionOptions): Tensor {
  const { graph, shape } = input
  const { width, kernel, isCausal = false } = options
  return graph.within(name, () => {
    const [, moments, channels] = shape
    if (shape.length !== 3 || typeof moments !== 'number' || typeof channels !== 'number')
      return graph.fail(
        { en: 'a convolution over time needs sequences', zh: '时间卷积需要序列输入' },
        'rows × moments × channels, the last two known',
        shape,
      )
    if (!(Number.isInteger(kernel) && kernel > 0))
      graph.fail(
        { en: 'a kernel has at least one moment', zh: '卷积核至少覆盖一个时刻' },
        'above 0',
        String(kernel),
      )
    const before = isCausal ? kernel - 1 : Math.floor((kernel - 1) / 2)
    const padded = padZeros(input, 1, before, kernel - 1 - before)
    const shifted = Array.from({ length: kernel }, (_, shift) => slice(padded, 1, shift, shift + moments))
    const weights = graph.parameter('weights', [kernel * channels, width], glorotUniform)
    return add(
      multiplyMatrices(concatenate(shifted, 2), weights),
      graph.parameter('bias', [width], zeros, false),
    )
  })
}
