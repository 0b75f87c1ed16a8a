import { attend } from './attention.ts'
import { type Activation, dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { add } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { layerNorm } from './normalise.ts'

export type TransformerBlockOptions = {
  readonly headCount: number
  /** Units between the two layers that act on each moment by itself. */
  readonly innerWidth: number
  readonly activation: Activation
  readonly dropout: number
}

/**
 * Attention, then two layers on each moment by itself; each part adds to what came, read through a layer norm before it, which
 * trains without a warm-up. Source: Vaswani et al. (2017); norms first as in Xiong et al. (2020).
 */
export function transformerBlock(
  name: string,
  input: Tensor,
  bias: Tensor,
  { headCount, innerWidth, activation, dropout: rate }: TransformerBlockOptions,
): Tensor {
  const { graph, shape } = input
  return graph.within(name, () => {
    const read = attend('attention', layerNorm('norm before attention', input), bias, headCount)
    const middle = add(input, dropout(read, rate))
    const inner = dense('inner', layerNorm('norm before layers', middle), { width: innerWidth, activation })
    const width = Number(shape.at(-1))
    return add(middle, dropout(dense('outer', dropout(inner, rate), { width }), rate))
  })
}
