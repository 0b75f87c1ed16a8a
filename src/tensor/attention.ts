import { dense, glorotUniform } from './dense.ts'
import { add, addNumber, multiply, scale } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { multiplyMatrices, swapLast } from './matrix-product.ts'
import { softmax } from './normalise.ts'
import { reshape, transpose, unstack } from './rearrange.ts'

/** What hides a moment from another: a score so low that its weight is 0 in float32. */
const hidden = -1e9

/**
 * What is added to the scores of each moment (row) for each (column): 0, or far below all scores where a moment is not to be seen —
 * padding (`isThere` [rows × moments] is 0 there) and, with `isCausal`, what comes later. Each sees itself, so that padding, too,
 * has something to see. [rows × 1 × moments × moments].
 */
export function attentionBias(isThere: Tensor, isCausal: boolean): Tensor {
  const { graph, shape } = isThere
  const [rows = 'rows', moments] = shape
  if (shape.length !== 2 || typeof moments !== 'number')
    return graph.fail(
      { en: 'padding is told for each moment of each row', zh: '须逐行逐时刻标明填充' },
      'rows × moments, of which moments are known',
      shape,
    )
  const pairs = (read: (row: number, column: number) => number) =>
    graph.constant(
      Float32Array.from({ length: moments ** 2 }, (_, place) =>
        read(Math.floor(place / moments), place % moments),
      ),
      [1, 1, moments, moments],
    )
  const absent = addNumber(reshape(isThere, [rows, 1, 1, moments]), -1)
  const padding = multiply(
    absent,
    pairs((row, column) => (row === column ? 0 : -hidden)),
  )
  return isCausal
    ? add(
        padding,
        pairs((row, column) => (column > row ? hidden : 0)),
      )
    : padding
}

/**
 * Each moment of [rows × moments × width] reads all that the bias does not hide, in several ways at once; answers the same shape.
 * Source: Vaswani et al. (2017), section 3.2.
 */
export function attend(name: string, input: Tensor, bias: Tensor, headCount: number): Tensor {
  const { graph, shape } = input
  return graph.within(name, () => {
    const [rows = 'rows', moments = 1, width] = shape
    if (shape.length !== 3 || typeof width !== 'number' || width % headCount !== 0)
      return graph.fail(
        {
          en: `a width must be cut evenly into ${headCount} heads`,
          zh: `宽度须能等分为 ${headCount} 个注意力头`,
        },
        `rows × moments × a multiple of ${headCount}`,
        shape,
      )
    const size = width / headCount
    const all = dense('queries, keys, values', input, { width: 3 * width, initial: glorotUniform })
    const parted = transpose(reshape(all, [rows, moments, 3, headCount, size]), [2, 0, 3, 1, 4])
    const [queries, keys, values] = unstack(parted, 3)
    if (queries === undefined || keys === undefined || values === undefined) throw new Error('three parts')
    const scores = add(multiplyMatrices(scale(queries, 1 / Math.sqrt(size)), swapLast(keys)), bias)
    const read = transpose(multiplyMatrices(softmax(scores), values), [0, 2, 1, 3])
    return dense('output', reshape(read, [rows, moments, width]), { width })
  })
}
