import { add, gelu, hyperbolicTangent, relu, sigmoid } from './elementwise.ts'
import type { Initialiser, Tensor } from './graph.ts'
import { multiplyMatrices } from './matrix-product.ts'
import { zeros } from './normalise.ts'

export type Activation = 'none' | 'relu' | 'gelu' | 'tanh' | 'sigmoid'

export type DenseOptions = {
  readonly width: number
  readonly activation?: Activation
  /** True by default. */
  readonly hasBias?: boolean
  /** By default as the activation asks for: He for relu and gelu, Glorot for the rest. */
  readonly initial?: Initialiser
}

/** activation(x · W + b) along the last axis. @throws AppError 'bad_config' where that has no known size. */
export function dense(
  name: string,
  input: Tensor,
  { width, activation = 'none', hasBias = true, initial }: DenseOptions,
): Tensor {
  const { graph } = input
  return graph.within(name, () => {
    const columns = input.shape.at(-1)
    if (typeof columns !== 'number' || input.shape.length < 2)
      return graph.fail(
        { en: 'a dense layer needs rows of a known width', zh: '全连接层要求每行宽度已知' },
        'rows × columns',
        input.shape,
      )
    if (!(Number.isInteger(width) && width > 0))
      graph.fail(
        { en: 'a layer has at least one unit', zh: '每层至少有一个单元' },
        'a whole number above 0',
        String(width),
      )
    const isHalved = activation === 'relu' || activation === 'gelu'
    const weights = graph.parameter(
      'weights',
      [columns, width],
      initial ?? (isHalved ? heNormal : glorotUniform),
    )
    const product = multiplyMatrices(input, weights)
    return activate(
      hasBias ? add(product, graph.parameter('bias', [width], zeros, false)) : product,
      activation,
    )
  })
}

/** Normal of variance 2 / rows. Source: He et al. (2015), eq. 10. */
const heNormal: Initialiser = (random, shape) => {
  const deviation = Math.sqrt(2 / (shape[0] ?? 1))
  return fill(shape, () => deviation * random.normal())
}

/** Uniform of variance 2 / (rows + columns). Source: Glorot & Bengio (2010), eq. 16. */
export const glorotUniform: Initialiser = (random, shape) => {
  const bound = Math.sqrt(6 / ((shape[0] ?? 1) + (shape[1] ?? 1)))
  return fill(shape, () => bound * (2 * random.next() - 1))
}

/** Normal of the given deviation. */
export function normalOf(deviation: number): Initialiser {
  return (random, shape) => fill(shape, () => deviation * random.normal())
}

function fill(shape: readonly number[], draw: () => number): Float32Array {
  return Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, draw)
}

function activate(tensor: Tensor, activation: Activation): Tensor {
  switch (activation) {
    case 'none':
      return tensor
    case 'relu':
      return relu(tensor)
    case 'gelu':
      return gelu(tensor)
    case 'tanh':
      return hyperbolicTangent(tensor)
    case 'sigmoid':
      return sigmoid(tensor)
    default:
      return activation satisfies never
  }
}
