import type { Tensor } from './graph.ts'
import { flattenRows, transpose } from './rearrange.ts'
import { describeShape, isSameShape } from './shape.ts'

/**
 * [… × m × k] · [k × n] → [… × m × n]; where b has as many axes as a, one product for each of the leading ones.
 * @throws AppError 'bad_config' where the sizes do not meet.
 */
export function multiplyMatrices(a: Tensor, b: Tensor): Tensor {
  const { graph } = a
  const isShared = b.shape.length === 2
  const [inner, columns] = [b.shape.at(-2) ?? 1, b.shape.at(-1) ?? 1]
  const isBatch = isSameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (a.shape.length < 2 || a.shape.at(-1) !== inner || !(isShared || isBatch))
    graph.fail(
      {
        en: `${describeShape(a.shape)} cannot be multiplied by a matrix of ${describeShape(b.shape)}`,
        zh: `形状 ${describeShape(a.shape)} 不能与 ${describeShape(b.shape)} 的矩阵相乘`,
      },
      `${inner} columns`,
      a.shape,
    )
  const [product] = graph.emit('MatMul', [a, b], [{ shape: [...a.shape.slice(0, -1), columns] }])
  return graph.record(product, [a, b], (gradient) => [
    graph.isLearned(a) ? multiplyMatrices(gradient, swapLast(b)) : undefined,
    graph.isLearned(b) ? gradientOfRight(a, b, gradient) : undefined,
  ])
}

/** The last two axes exchanged. */
export function swapLast(tensor: Tensor): Tensor {
  const rank = tensor.shape.length
  return transpose(tensor, [...Array(rank - 2).keys(), rank - 1, rank - 2])
}

function gradientOfRight(a: Tensor, b: Tensor, gradient: Tensor): Tensor {
  if (b.shape.length > 2) return multiplyMatrices(swapLast(a), gradient)
  const [product] = a.graph.emit('Gemm', [flattenRows(a), flattenRows(gradient)], [{ shape: b.shape }], {
    transA: 1,
  })
  return product
}
