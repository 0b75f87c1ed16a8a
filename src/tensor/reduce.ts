import type { Tensor } from './graph.ts'
import { expand, reshape } from './rearrange.ts'
import { describeShape, type Shape } from './shape.ts'

/** The sum along the axes; with `isKept` they stay, of size 1. */
export function sumOver(tensor: Tensor, axes: readonly number[], isKept = false): Tensor {
  return reduce('ReduceSum', tensor, axes, isKept)
}

/** The mean along axes whose sizes are known. @throws AppError 'bad_config' for an axis whose size only runs know. */
export function meanOver(tensor: Tensor, axes: readonly number[], isKept = false): Tensor {
  return reduce('ReduceMean', tensor, axes, isKept)
}

/** The sum of all elements, as one number. */
export function sumOfAll(tensor: Tensor): Tensor {
  return sumOver(tensor, [...tensor.shape.keys()])
}

function reduce(
  operation: 'ReduceSum' | 'ReduceMean',
  tensor: Tensor,
  axes: readonly number[],
  isKept: boolean,
): Tensor {
  const { graph, shape } = tensor
  if (axes.length === 0) return tensor
  const places = axes.map((axis) => (axis < 0 ? shape.length + axis : axis))
  const kept = shape.map((size, axis) => (places.includes(axis) ? 1 : size))
  const left: Shape = isKept ? kept : shape.filter((_, axis) => !places.includes(axis))
  const count = operation === 'ReduceMean' ? countOf(tensor, places) : 1
  const [output] = graph.emit(
    operation,
    [tensor, graph.constant(places, [places.length], 'int64')],
    [{ shape: left }],
    { keepdims: isKept ? 1 : 0 },
  )
  return graph.record(output, [tensor], (gradient) => {
    const spread = expand(isKept ? gradient : reshape(gradient, kept), tensor)
    if (count === 1) return [spread]
    const [scaled] = graph.emit('Div', [spread, graph.constant([count], [])], [{ shape }])
    return [scaled]
  })
}

function countOf({ graph, shape }: Tensor, axes: readonly number[]): number {
  return axes.reduce((product, axis) => {
    const size = shape[axis]
    if (typeof size === 'number') return product * size
    return graph.fail(
      { en: `a mean over '${size}' needs its size`, zh: `对“${size}”求均值需要已知大小` },
      'an axis whose size is known when the network is built',
      describeShape(shape),
    )
  }, 1)
}
