import { toFloat } from './elementwise.ts'
import type { Tensor } from './graph.ts'

/** The `count` largest along the last axis, largest first, and their places as float32 (exact up to 16 million); no gradients. */
export function topOf(tensor: Tensor, count: number): { readonly values: Tensor; readonly places: Tensor } {
  const { graph, shape } = tensor
  const kept = shape.with(-1, count)
  const [values, places] = graph.emit(
    'TopK',
    [tensor, graph.constant([count], [1], 'int64')],
    [{ shape: kept }, { shape: kept, type: 'int64' }],
    { axis: -1 },
  )
  if (places === undefined) throw new Error('the largest have places')
  return { values, places: toFloat(places) }
}
