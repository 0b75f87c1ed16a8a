import type { Tensor } from './graph.ts'
import type { Dimension } from './onnx-model.ts'
import { axisOf, describeShape, isSameShape, productOf, type Shape } from './shape.ts'

/** The same elements in another shape, of which one size at most is a name. @throws AppError 'bad_config' for other counts. */
export function reshape(tensor: Tensor, shape: Shape): Tensor {
  const { graph } = tensor
  if (isSameShape(tensor.shape, shape)) return tensor
  const named = shape.filter((size) => typeof size === 'string')
  if (productOf(tensor.shape) !== productOf(shape) || named.length > 1)
    graph.fail(
      {
        en: `${describeShape(tensor.shape)} cannot be read as ${describeShape(shape)}`,
        zh: `形状 ${describeShape(tensor.shape)} 无法变为 ${describeShape(shape)}`,
      },
      describeShape(shape),
      tensor.shape,
    )
  const sizes = shape.map((size) => (typeof size === 'number' ? size : -1))
  const [output] = graph.emit(
    'Reshape',
    [tensor, graph.constant(sizes, [sizes.length], 'int64')],
    [{ shape, type: tensor.type }],
  )
  return graph.record(output, [tensor], (gradient) => [reshape(gradient, tensor.shape)])
}

/** All axes but the last joined into one. */
export function flattenRows(tensor: Tensor): Tensor {
  if (tensor.shape.length === 2) return tensor
  return reshape(tensor, [productOf(tensor.shape.slice(0, -1)), tensor.shape.at(-1) ?? 1])
}

/** Axes in another order: the new first one is the old `order[0]`, and so on. */
export function transpose(tensor: Tensor, order: readonly number[]): Tensor {
  const { graph, shape } = tensor
  const isOrder = order.length === shape.length && shape.every((_, axis) => order.includes(axis))
  if (!isOrder)
    graph.fail(
      { en: 'an order of axes must name each once', zh: '轴的次序必须恰好包含每个轴一次' },
      describeShape(shape),
      order.join(', '),
    )
  const [output] = graph.emit('Transpose', [tensor], [{ shape: order.map((axis) => shape[axis] ?? 1) }], {
    perm: order,
  })
  const back = order.map((_, axis) => order.indexOf(axis))
  return graph.record(output, [tensor], (gradient) => [transpose(gradient, back)])
}

/** Elements from `start` to before `end` along an axis of known size. @throws AppError 'bad_config' outside of it. */
export function slice(tensor: Tensor, axis: number, start: number, end: number): Tensor {
  const { graph, shape } = tensor
  const place = axisOf(shape, axis)
  const size = place === undefined ? undefined : shape[place]
  if (place === undefined || typeof size !== 'number' || start < 0 || end > size || start >= end)
    return graph.fail(
      {
        en: `there is no part ${start} to ${end} of axis ${axis}`,
        zh: `轴 ${axis} 没有 ${start} 至 ${end} 的部分`,
      },
      describeShape(shape),
      `${start} to ${end}`,
    )
  if (start === 0 && end === size) return tensor
  const [output] = graph.emit(
    'Slice',
    [tensor, ...[start, end, place].map((value) => graph.constant([value], [1], 'int64'))],
    [{ shape: shape.with(place, end - start) }],
  )
  return graph.record(output, [tensor], (gradient) => [padZeros(gradient, place, start, size - end)])
}

/** Zeros before and after along one axis of known size. */
export function padZeros(tensor: Tensor, axis: number, before: number, after: number): Tensor {
  const { graph, shape } = tensor
  if (before === 0 && after === 0) return tensor
  const size = shape[axis]
  if (typeof size !== 'number')
    return graph.fail(
      { en: 'only an axis of known size can be padded', zh: '只能填充大小已知的轴' },
      'an axis of known size',
      shape,
    )
  const pads = Array<number>(shape.length * 2)
    .fill(0)
    .with(axis, before)
    .with(shape.length + axis, after)
  const [output] = graph.emit(
    'Pad',
    [tensor, graph.constant(pads, [pads.length], 'int64')],
    [{ shape: shape.with(axis, size + before + after) }],
  )
  return graph.record(output, [tensor], (gradient) => [slice(gradient, axis, before, before + size)])
}

/** Tensors behind each other along an axis; all other sizes must be equal. */
export function concatenate(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors
  if (first === undefined) throw new Error('nothing to put together')
  if (tensors.length === 1) return first
  const { graph, shape } = first
  const place =
    axisOf(shape, axis) ??
    graph.fail(
      { en: `there is no axis ${axis}`, zh: `没有轴 ${axis}` },
      `0 to ${shape.length - 1}`,
      String(axis),
    )
  const sizes = tensors.map((each) => sizeBeside(first, each, place))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const [output] = graph.emit('Concat', tensors, [{ shape: shape.with(place, total) }], { axis: place })
  return graph.record(output, tensors, (gradient) => {
    let start = 0
    return tensors.map((each, index) => {
      const end = start + (sizes[index] ?? 0)
      const part = graph.isLearned(each) ? slice(gradient, place, start, end) : undefined
      start = end
      return part
    })
  })
}

/** Cuts an axis of known size into equal parts. @throws AppError 'bad_config' where it cannot be. */
export function splitEvenly(tensor: Tensor, axis: number, count: number): Tensor[] {
  const { graph, shape } = tensor
  const size = shape[axis]
  if (typeof size !== 'number' || size % count !== 0)
    return graph.fail(
      { en: `axis ${axis} cannot be cut into ${count} equal parts`, zh: `轴 ${axis} 无法等分为 ${count} 份` },
      `a size that ${count} divides`,
      shape,
    )
  const result = { shape: shape.with(axis, size / count) }
  const parts = graph.emit('Split', [tensor], [result, ...Array(count - 1).fill(result)], {
    axis,
    num_outputs: count,
  })
  graph.recordAll(parts, [tensor], (gradients) => {
    const [known] = gradients.filter((gradient) => gradient !== undefined)
    const whole = gradients.map((gradient) => gradient ?? (known && nothingLike(known)))
    return [
      concatenate(
        whole.filter((part) => part !== undefined),
        axis,
      ),
    ]
  })
  return parts
}

/** The rows of [rows × width] at the places [n] (int32), which may repeat: [n × width]. */
export function takeRows(tensor: Tensor, places: Tensor): Tensor {
  const { graph, shape } = tensor
  const [count] = places.shape
  if (shape.length !== 2 || places.shape.length !== 1 || count === undefined)
    return graph.fail(
      { en: 'rows are taken of a matrix by a list of places', zh: '只能按位置列表取矩阵的行' },
      'rows × width and n places',
      shape.length === 2 ? places.shape : shape,
    )
  const [output] = graph.emit('Gather', [tensor, places], [{ shape: [count, shape[1] ?? 1] }], { axis: 0 })
  return graph.record(output, [tensor], (gradient) => {
    const [long] = graph.emit('Cast', [places], [{ shape: [count], type: 'int64' }], { to: 7 })
    const [at] = graph.emit(
      'Reshape',
      [long, graph.constant([-1, 1], [2], 'int64')],
      [{ shape: [count, 1], type: 'int64' }],
    )
    return graph.emit('ScatterND', [nothingLike(tensor), at, gradient], [{ shape }], { reduction: 'add' })
  })
}

/** Each element once behind the other along a new leading axis taken away: [n × …] → n of […]. */
export function unstack(tensor: Tensor, count: number): Tensor[] {
  return splitEvenly(tensor, 0, count).map((part) => reshape(part, tensor.shape.slice(1)))
}

/** Zeros of the shape of another tensor. */
function nothingLike(tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  return graph.emit('Mul', [tensor, graph.constant([0], [])], [{ shape }])[0]
}

/** Repeats sizes of 1 up to the shape of another tensor; the ranks must be equal. */
export function expand(tensor: Tensor, to: Tensor): Tensor {
  const { graph } = tensor
  if (isSameShape(tensor.shape, to.shape)) return tensor
  const [sizes] = graph.emit('Shape', [to], [{ shape: [to.shape.length], type: 'int64' }])
  return graph.emit('Expand', [tensor, sizes], [{ shape: to.shape }])[0]
}

/** The size along the axis, all other sizes being those of `first`. */
function sizeBeside(first: Tensor, other: Tensor, axis: number): number {
  const size = other.shape[axis]
  const rest: readonly Dimension[] = first.shape.with(axis, size ?? 1)
  if (typeof size === 'number' && isSameShape(rest, other.shape)) return size
  return first.graph.fail(
    {
      en: `${describeShape(other.shape)} cannot be put behind ${describeShape(first.shape)} along axis ${axis}`,
      zh: `形状 ${describeShape(other.shape)} 无法沿轴 ${axis} 接在 ${describeShape(first.shape)} 之后`,
    },
    describeShape(first.shape),
    other.shape,
  )
}
