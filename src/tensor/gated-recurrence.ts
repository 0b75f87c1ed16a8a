import { dense, normalOf } from './dense.ts'
import { add, hyperbolicTangent, multiply, sigmoid, subtract } from './elementwise.ts'
import type { Tensor } from './graph.ts'
import { multiplyMatrices } from './matrix-product.ts'
import { zeros } from './normalise.ts'
import { reshape, splitEvenly, transpose, unstack } from './rearrange.ts'

/**
 * A gated recurrent unit over [rows × moments × channels]; answers its state after the last moment, [rows × width]. `isThere` [rows ×
 * moments] is 1 at moments that are; at others the state stays. The reset gate acts on the product, as cuDNN has it.
 * Source: Cho et al. (2014), eq. 5 to 8.
 */
export function gatedRecurrence(name: string, input: Tensor, isThere: Tensor, width: number): Tensor {
  const { graph, shape } = input
  return graph.within(name, () => {
    const [rows = 'rows', moments] = shape
    if (shape.length !== 3 || typeof moments !== 'number')
      return graph.fail(
        { en: 'a recurrent layer needs sequences', zh: '循环层需要序列输入' },
        'rows × moments × channels, of which moments are known',
        shape,
      )
    const read = transpose(dense('input', input, { width: 3 * width }), [1, 0, 2])
    const marks = reshape(transpose(isThere, [1, 0]), [moments, rows, 1])
    const present = unstack(marks, moments)
    const weights = graph.parameter('state/weights', [width, 3 * width], normalOf(1 / Math.sqrt(width)))
    const bias = graph.parameter('state/bias', [3 * width], zeros, false)
    let state: Tensor | undefined
    for (const [moment, own] of unstack(read, moments).entries()) {
      const past = state === undefined ? bias : add(multiplyMatrices(state, weights), bias)
      const next = step({ own, past: spread(past, own), state })
      state = keepWhereAbsent(next, state, present[moment])
    }
    return state ?? graph.fail({ en: 'there are no moments', zh: '没有时刻' }, 'above 0', '0')
  })
}

type Gates = { readonly own: Tensor; readonly past: Tensor; readonly state: Tensor | undefined }

function step({ own, past, state }: Gates): Tensor {
  const [ownReset, ownUpdate, ownNew] = cut(own)
  const [pastReset, pastUpdate, pastNew] = cut(past)
  const update = sigmoid(add(ownUpdate, pastUpdate))
  const reset = sigmoid(add(ownReset, pastReset))
  const proposed = hyperbolicTangent(add(ownNew, multiply(reset, pastNew)))
  // (1 − z) · n + z · h, where h is 0 at first.
  const change =
    state === undefined ? multiply(update, proposed) : multiply(update, subtract(proposed, state))
  return subtract(proposed, change)
}

function cut(gates: Tensor): readonly [Tensor, Tensor, Tensor] {
  const [reset, update, proposal] = splitEvenly(gates, 1, 3)
  if (reset === undefined || update === undefined || proposal === undefined) throw new Error('three gates')
  return [reset, update, proposal]
}

/** A bias alone as one row, which stretches; what is computed of a state as it is. */
function spread(past: Tensor, own: Tensor): Tensor {
  return past.shape.length === own.shape.length ? past : reshape(past, [1, ...past.shape])
}

function keepWhereAbsent(next: Tensor, state: Tensor | undefined, isThere: Tensor | undefined): Tensor {
  if (isThere === undefined) throw new Error('a mark for each moment')
  return state === undefined ? multiply(next, isThere) : add(state, multiply(subtract(next, state), isThere))
}
