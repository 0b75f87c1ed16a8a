import { attentionBias } from '../../src/tensor/attention.ts'
import { normalOf } from '../../src/tensor/dense.ts'
import { dropout } from '../../src/tensor/dropout.ts'
import { add, scale } from '../../src/tensor/elementwise.ts'
import type { Graph, Table, Tensor } from '../../src/tensor/graph.ts'
import { multiplyMatrices, swapLast } from '../../src/tensor/matrix-product.ts'
import type { Network } from '../../src/tensor/network.ts'
import { layerNorm } from '../../src/tensor/normalise.ts'
import { reshape, slice } from '../../src/tensor/rearrange.ts'
import { sampledSoftmax } from '../../src/tensor/sampled-softmax.ts'
import { topOf } from '../../src/tensor/top-of.ts'
import { transformerBlock } from '../../src/tensor/transformer-block.ts'

export type BehaviourShape = {
  readonly itemCount: number
  readonly width: number
  readonly blockCount: number
  readonly headCount: number
  readonly innerWidth: number
  readonly moments: number
  readonly batchSize: number
  readonly drawnCount: number
  readonly dropout: number
}

/** The next item after each of a shopper's last ones: a causal Transformer over items, as SASRec (Kang & McAuley 2018). */
export function behaviourNetwork(shape: BehaviourShape): Network {
  const { moments, width, drawnCount } = shape
  const items: Table = {
    name: 'items',
    // Row 0 stands for padding.
    rowCount: shape.itemCount + 1,
    width,
    initial: normalOf(0.02),
  }
  return (graph) => {
    const hidden = encode(graph, items, shape)
    const loss = sampledSoftmax(hidden, {
      right: graph.lookup('right', ['rows', moments], items),
      rightIds: graph.input('right ids', ['rows', moments], 'int32'),
      drawn: graph.lookup('drawn', [drawnCount], items),
      drawnIds: graph.input('drawn ids', [drawnCount], 'int32'),
      weights: graph.input('weights', ['rows', moments]),
    })
    return { loss, outputs: graph.mode === 'inference' ? best(graph, items, hidden) : { hidden } }
  }
}

function encode(graph: Graph, items: Table, shape: BehaviourShape): Tensor {
  const { moments, width } = shape
  const isThere = graph.input('is there', ['rows', moments])
  const places = graph.parameter('places', [moments, width], normalOf(0.02), false)
  const read = graph.lookup('past', ['rows', moments], items)
  let hidden = dropout(add(scale(read, Math.sqrt(width)), places), shape.dropout)
  const bias = attentionBias(isThere, true)
  const options = { ...shape, activation: 'relu' } as const
  for (let block = 0; block < shape.blockCount; block++)
    hidden = transformerBlock(`block ${block + 1}`, hidden, bias, options)
  return layerNorm('last norm', hidden)
}

/** The ten best of all items for what comes after the last moment. */
function best(graph: Graph, items: Table, hidden: Tensor): Record<string, Tensor> {
  const [rows = 'rows', moments, width = 1] = hidden.shape
  const last = reshape(slice(hidden, 1, Number(moments) - 1, Number(moments)), [rows, width])
  const { values, places } = topOf(multiplyMatrices(last, swapLast(graph.wholeTable(items))), 10)
  return { 'best scores': values, 'best items': places }
}
