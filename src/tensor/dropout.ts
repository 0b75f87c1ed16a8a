import { multiply, scale, toFloat } from './elementwise.ts'
import type { Tensor } from './graph.ts'

/**
 * While training, sets a share of the elements to 0 and scales the rest up, so that means stay; otherwise nothing.
 * Each drops others; a session of the same graph drops the same in the same order of runs.
 * Source: Srivastava et al. (2014), inverted.
 */
export function dropout(tensor: Tensor, rate: number): Tensor {
  const { graph, shape } = tensor
  if (!(rate >= 0 && rate < 1))
    graph.fail(
      { en: 'a dropout rate lies in 0 ≤ rate < 1', zh: '丢弃率须满足 0 ≤ 比率 < 1' },
      '0 to below 1',
      String(rate),
    )
  if (graph.mode === 'inference' || rate === 0) return tensor
  const [ratio, isTraining] = [graph.constant([rate], []), graph.constant([1], [], 'bool')]
  const [kept, mask] = graph.emit(
    'Dropout',
    [tensor, ratio, isTraining],
    [{ shape }, { shape, type: 'bool' }],
    {
      seed: graph.nextSeed(),
    },
  )
  if (mask === undefined) throw new Error('a dropout has two outputs')
  return graph.record(kept, [tensor], (gradient) => [
    scale(multiply(gradient, toFloat(mask)), 1 / (1 - rate)),
  ])
}
