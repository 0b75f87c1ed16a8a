import { add, multiply, subtract } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { weightedMean } from './losses.ts'
import { multiplyMatrices, swapLast } from './matrix-product.ts'
import { logSumExp } from './normalise.ts'
import { reshape, takeRows } from './rearrange.ts'
import { sumOver } from './reduce.ts'

export type TiedChoice = {
  /** Vectors of all items, those that the network reads as well [items × width], and a number for each [items]. */
  readonly items: Tensor
  readonly bias: Tensor
  /** The right item of each row (int32) [rows], and how much the row counts [rows]. */
  readonly rightIds: Tensor
  readonly weights: Tensor
}

/**
 * −ln of the right item's share among all, where an item's score is the product of its vector with `hidden` [rows × width] and a number
 * of its own. Only the right score is taken one by one: a list of 0 and 1 as long as the items for each row costs as much as the rest.
 * Source: Press & Wolf (2017), one set of vectors for what is read and what is told.
 */
export function tiedSoftmax(hidden: Tensor, { items, bias, rightIds, weights }: TiedChoice): Tensor {
  const [rows = 1] = hidden.shape
  const [itemCount = 1] = items.shape
  const scores = add(multiplyMatrices(hidden, swapLast(items)), bias)
  const product = sumOver(multiply(hidden, takeRows(items, rightIds)), [-1])
  const own = add(product, reshape(takeRows(reshape(bias, [itemCount, 1]), rightIds), [rows]))
  return weightedMean(subtract(reshape(logSumExp(scores), [rows]), own), weights)
}
