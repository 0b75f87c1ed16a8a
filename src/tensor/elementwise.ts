import type { Graph, Tensor } from './graph.ts'
import { reshape } from './rearrange.ts'
import { sumOver } from './reduce.ts'
import { broadcastShape, describeShape, isSameShape, type Shape, stretchedAxes } from './shape.ts'

/** a + b, element by element; sizes of 1 stretch, as in all that take two. @throws AppError 'bad_config' for other shapes. */
export function add(a: Tensor, b: Tensor): Tensor {
  return combine('Add', a, b, (gradient) => [gradient, gradient])
}

export function subtract(a: Tensor, b: Tensor): Tensor {
  return combine('Sub', a, b, (gradient) => [gradient, negate(gradient)])
}

export function multiply(a: Tensor, b: Tensor): Tensor {
  return combine('Mul', a, b, (gradient) => [
    a.graph.isLearned(a) ? multiply(gradient, b) : undefined,
    b.graph.isLearned(b) ? multiply(gradient, a) : undefined,
  ])
}

export function divide(a: Tensor, b: Tensor): Tensor {
  const quotient = combine('Div', a, b, (gradient) => {
    const perA = divide(gradient, b)
    return [perA, a.graph.isLearned(b) ? negate(multiply(perA, quotient)) : undefined]
  })
  return quotient
}

/** Each element times a number. */
export function scale(tensor: Tensor, factor: number): Tensor {
  return multiply(tensor, tensor.graph.constant([factor], []))
}

export function addNumber(tensor: Tensor, number: number): Tensor {
  return add(tensor, tensor.graph.constant([number], []))
}

export function negate(tensor: Tensor): Tensor {
  return map('Neg', tensor, (gradient) => negate(gradient))
}

export function exponential(tensor: Tensor): Tensor {
  const power = map('Exp', tensor, (gradient) => multiply(gradient, power))
  return power
}

export function squareRoot(tensor: Tensor): Tensor {
  const root = map('Sqrt', tensor, (gradient) => scale(divide(gradient, root), 0.5))
  return root
}

export function square(tensor: Tensor): Tensor {
  return multiply(tensor, tensor)
}

/** max(0, x). */
export function relu(tensor: Tensor): Tensor {
  const { graph, shape } = tensor
  const kept = map('Relu', tensor, (gradient) => {
    const [isAbove] = graph.emit('Greater', [kept, graph.constant([0], [])], [{ shape, type: 'bool' }])
    return multiply(gradient, toFloat(isAbove))
  })
  return kept
}

/** 1 / (1 + e^−x). */
export function sigmoid(tensor: Tensor): Tensor {
  const share = map('Sigmoid', tensor, (gradient) => multiply(gradient, multiply(share, oneLess(share))))
  return share
}

export function hyperbolicTangent(tensor: Tensor): Tensor {
  const tangent = map('Tanh', tensor, (gradient) => multiply(gradient, oneLess(square(tangent))))
  return tangent
}

/** ln(1 + e^x), without overflow. */
export function softplus(tensor: Tensor): Tensor {
  return map('Softplus', tensor, (gradient) => multiply(gradient, sigmoid(tensor)))
}

/** x · Φ(x) with the normal distribution's Φ. Source: Hendrycks & Gimpel (2016). */
export function gelu(tensor: Tensor): Tensor {
  return map('Gelu', tensor, (gradient) => {
    const share = scale(addNumber(errorFunction(scale(tensor, Math.SQRT1_2)), 1), 0.5)
    const density = scale(exponential(scale(square(tensor), -0.5)), 1 / Math.sqrt(2 * Math.PI))
    return multiply(gradient, add(share, multiply(tensor, density)))
  })
}

/** 1 − x. */
export function oneLess(tensor: Tensor): Tensor {
  return subtract(tensor.graph.constant([1], []), tensor)
}

/** Tensors of one shape added up by one operation. */
export function addAll(tensors: readonly Tensor[]): Tensor {
  const [first, ...more] = tensors
  if (first === undefined) throw new Error('nothing to add up')
  if (more.length === 0) return first
  const odd = more.find((each) => !isSameShape(each.shape, first.shape))
  if (odd !== undefined)
    first.graph.fail(shapesDiffer(first.shape, odd.shape), describeShape(first.shape), odd.shape)
  const [sum] = first.graph.emit('Sum', tensors, [{ shape: first.shape }])
  return first.graph.record(sum, tensors, (gradient) => tensors.map(() => gradient))
}

/** Whether a = b, element by element; has no gradient. */
export function equals(a: Tensor, b: Tensor): Tensor {
  return a.graph.emit('Equal', [a, b], [{ shape: jointShape(a, b), type: 'bool' }])[0]
}

/** The tensor, but a number wherever the mask of its shape says so. */
export function replaceWhere(mask: Tensor, tensor: Tensor, number: number): Tensor {
  const { graph, shape } = tensor
  if (!isSameShape(mask.shape, shape))
    graph.fail(shapesDiffer(mask.shape, shape), describeShape(shape), mask.shape)
  const [output] = graph.emit('Where', [mask, graph.constant([number], []), tensor], [{ shape }])
  return graph.record(output, [tensor], (gradient) => [replaceWhere(mask, gradient, 0)])
}

/** The same numbers as float32; has no gradient. */
export function toFloat(tensor: Tensor): Tensor {
  return tensor.graph.emit('Cast', [tensor], [{ shape: tensor.shape }], { to: 1 })[0]
}

/** Has no gradient of its own: only `gelu` takes it. */
function errorFunction(tensor: Tensor): Tensor {
  return tensor.graph.emit('Erf', [tensor], [{ shape: tensor.shape }])[0]
}

function map(operation: string, tensor: Tensor, pullBack: (gradient: Tensor) => Tensor): Tensor {
  const { graph, shape } = tensor
  const [output] = graph.emit(operation, [tensor], [{ shape }])
  return graph.record(output, [tensor], (gradient) => [pullBack(gradient)])
}

function combine(
  operation: string,
  a: Tensor,
  b: Tensor,
  pullBack: (gradient: Tensor) => readonly [Tensor | undefined, Tensor | undefined],
): Tensor {
  const [output] = a.graph.emit(operation, [a, b], [{ shape: jointShape(a, b) }])
  return a.graph.record(output, [a, b], (gradient) => {
    const [perA, perB] = pullBack(gradient)
    return [perA && unstretch(perA, a), perB && unstretch(perB, b)]
  })
}

function jointShape(a: Tensor, b: Tensor): Shape {
  return (
    broadcastShape(a.shape, b.shape) ??
    a.graph.fail(shapesDiffer(a.shape, b.shape), describeShape(a.shape), b.shape)
  )
}

/** A gradient of the stretched shape, summed to that of what was stretched. */
function unstretch(gradient: Tensor, to: Tensor): Tensor {
  if (isSameShape(gradient.shape, to.shape)) return gradient
  const full = broadcastShape(gradient.shape, to.shape) ?? gradient.shape
  const axes = stretchedAxes(to.shape, full)
  const summed = axes.length === 0 ? gradient : sumOver(gradient, axes, true)
  return isSameShape(summed.shape, to.shape) ? summed : reshape(summed, to.shape)
}

function shapesDiffer(a: Shape, b: Shape): Parameters<Graph['fail']>[0] {
  const [left, right] = [describeShape(a), describeShape(b)]
  return { en: `${left} and ${right} do not go together`, zh: `形状 ${left} 与 ${right} 不匹配` }
}
