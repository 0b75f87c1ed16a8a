import { add, multiply, subtract } from './elementwise.ts'
import type { Initialiser, Tensor } from './graph.ts'
import { meanOver, sumOver } from './reduce.ts'

/** e^x over its sum along the last axis. */
export function softmax(tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  const [share] = graph.emit('Softmax', [tensor], [{ shape }], { axis: -1 })
  return graph.record(share, [tensor], (gradient) => {
    const weighted = multiply(gradient, share)
    return [subtract(weighted, multiply(share, sumOver(weighted, [-1], true)))]
  })
}

/** The logarithm of `softmax`, without its underflow. */
export function logSoftmax(tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  const [output] = graph.emit('LogSoftmax', [tensor], [{ shape }], { axis: -1 })
  return graph.record(output, [tensor], (gradient) => {
    const [share] = graph.emit('Softmax', [tensor], [{ shape }], { axis: -1 })
    return [subtract(gradient, multiply(share, sumOver(gradient, [-1], true)))]
  })
}

/** ln Σ e^x along the last axis, which stays, of size 1. */
export function logSumExp(tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  const [output] = graph.emit(
    'ReduceLogSumExp',
    [tensor, graph.constant([-1], [1], 'int64')],
    [{ shape: shape.with(-1, 1) }],
    { keepdims: 1 },
  )
  return graph.record(output, [tensor], (gradient) => {
    const [share] = graph.emit('Softmax', [tensor], [{ shape }], { axis: -1 })
    return [multiply(share, gradient)]
  })
}

const ones: Initialiser = (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1)
export const zeros: Initialiser = (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1))

/**
 * The last axis brought to mean 0 and deviation 1, then scaled and shifted by learned numbers.
 * Source: Ba, Kiros & Hinton (2016); the gradient as in its appendix.
 */
export function layerNorm(name: string, tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  return graph.within(name, () => {
    const width = shape.at(-1)
    if (typeof width !== 'number')
      return graph.fail(
        { en: 'a layer norm needs a last axis of known size', zh: '层归一化要求最后一个轴大小已知' },
        'a last axis of known size',
        shape,
      )
    const gain = graph.parameter('gain', [width], ones, false)
    const bias = graph.parameter('bias', [width], zeros, false)
    return add(multiply(standardiseLast(tensor, width), gain), bias)
  })
}

function standardiseLast(tensor: Tensor, width: number): Tensor {
  const { graph, shape } = tensor
  const perRow = shape.with(-1, 1)
  const unit = graph.constant(new Float32Array(width).fill(1), [width])
  const [standard, , inverse] = graph.emit(
    'LayerNormalization',
    [tensor, unit],
    [{ shape }, { shape: perRow }, { shape: perRow }],
    { axis: -1, epsilon: { float: 1e-5 } },
  )
  if (inverse === undefined) throw new Error('a layer norm has three outputs')
  return graph.record(standard, [tensor], (gradient) => {
    const along = multiply(standard, meanOver(multiply(gradient, standard), [-1], true))
    const centred = subtract(subtract(gradient, meanOver(gradient, [-1], true)), along)
    return [multiply(centred, inverse)]
  })
}
