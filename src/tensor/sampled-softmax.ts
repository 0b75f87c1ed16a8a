import { equals, multiply, replaceWhere, softplus, subtract } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { weightedMean } from './losses.ts'
import { multiplyMatrices, swapLast } from './matrix-product.ts'
import { logSumExp } from './normalise.ts'
import { flattenRows, reshape } from './rearrange.ts'
import { sumOver } from './reduce.ts'
import { describeShape, isSameShape, productOf } from './shape.ts'

export type SampledChoice = {
  /** The vector of the right item of each place, in the shape of `hidden`; and its id, in that shape less the width. */
  readonly right: Tensor
  readonly rightIds: Tensor
  /** Vectors of drawn items, the same for all places [drawn × width], and their ids [drawn]. */
  readonly drawn: Tensor
  readonly drawnIds: Tensor
  /** How much each place counts; 0 for padding. */
  readonly weights: Tensor
}

/**
 * −ln of the right item's share among itself and drawn ones, where an item's score is the product of its vector with `hidden`
 * [… × width]. A drawn item that is the right one is left out.
 * Source: Jean et al. (2015), eq. 8, all items drawn alike.
 */
export function sampledSoftmax(hidden: Tensor, choice: SampledChoice): Tensor {
  const { graph } = hidden
  if (!isSameShape(hidden.shape, choice.right.shape))
    graph.fail(
      { en: 'each place needs the vector of its right item', zh: '每个位置都需要正确商品的向量' },
      describeShape(hidden.shape),
      choice.right.shape,
    )
  const [places, drawnCount] = [productOf(hidden.shape.slice(0, -1)), choice.drawnIds.shape[0] ?? 1]
  const rows = flattenRows(hidden)
  const own = sumOver(multiply(rows, flattenRows(choice.right)), [-1], true)
  const others = multiplyMatrices(rows, swapLast(choice.drawn))
  const isRight = equals(reshape(choice.rightIds, [places, 1]), reshape(choice.drawnIds, [1, drawnCount]))
  const odds = subtract(logSumExp(replaceWhere(isRight, others, -1e9)), own)
  return weightedMean(reshape(softplus(odds), [places]), reshape(choice.weights, [places]))
}
