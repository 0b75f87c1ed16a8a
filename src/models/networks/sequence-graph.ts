import { convolve } from '../../tensor/convolution.ts'
import { dense, normalOf } from '../../tensor/dense.ts'
import { dropout } from '../../tensor/dropout.ts'
import { addNumber, divide, multiply, relu } from '../../tensor/elementwise.ts'
import { gatedRecurrence } from '../../tensor/gated-recurrence.ts'
import type { Graph, Table, Tensor } from '../../tensor/graph.ts'
import type { Network } from '../../tensor/network.ts'
import { concatenate, reshape, slice } from '../../tensor/rearrange.ts'
import { sumOver } from '../../tensor/reduce.ts'
import { attachHead, type Head, widthOfHead } from './head.ts'
import { firstWordId, gapColumns, type Vocabulary } from './sequence-inputs.ts'

export type SequenceShape = {
  /** How events are read: windows of them, or one by one with a memory. */
  readonly reader: 'convolution' | 'recurrence'
  /** The last so many events are read. */
  readonly moments: number
  /** Numbers that stand for a kind, and for an item. */
  readonly kindWidth: number
  readonly itemWidth: number
  /** Units of the reader, and of the layer behind it. */
  readonly width: number
  /** Events in a window of the convolution. */
  readonly kernel: number
}

/** Events → kind, item and gaps as vectors → reader → one layer → head. */
export function sequenceGraph(
  shape: SequenceShape & { readonly dropout: number },
  vocabulary: Vocabulary,
  head: Head,
): Network {
  return (graph) => {
    const isThere = graph.input('is there', ['rows', shape.moments])
    const events = readEvents(graph, shape, vocabulary)
    const read =
      shape.reader === 'recurrence'
        ? gatedRecurrence('recurrence', events, isThere, shape.width)
        : readWindows(events, isThere, shape)
    const all = concatenate([dropout(read, shape.dropout), graph.input('length', ['rows', 1])], 1)
    const layer = dropout(dense('hidden', all, { width: shape.width, activation: 'relu' }), shape.dropout)
    return attachHead(head, dense('output', layer, { width: widthOfHead(head) }))
  }
}

function readEvents(graph: Graph, shape: SequenceShape, { kinds, items }: Vocabulary): Tensor {
  const table = (name: string, words: readonly string[], width: number): Table => ({
    name,
    rowCount: firstWordId + words.length,
    width,
    initial: normalOf(0.1),
  })
  const places = ['rows', shape.moments] as const
  return concatenate(
    [
      graph.lookup('kinds', places, table('kinds', kinds, shape.kindWidth)),
      graph.lookup('items', places, table('items', items, shape.itemWidth)),
      graph.input('gaps', [...places, gapColumns]),
    ],
    2,
  )
}

/** Two convolutions; then what stands at the last event, and the mean over all. */
function readWindows(events: Tensor, isThere: Tensor, { moments, width, kernel }: SequenceShape): Tensor {
  const marks = reshape(isThere, ['rows', moments, 1])
  const first = multiply(relu(convolve('windows', events, { width, kernel, isCausal: true })), marks)
  const second = multiply(relu(convolve('wider windows', first, { width, kernel, isCausal: true })), marks)
  const last = reshape(slice(second, 1, moments - 1, moments), ['rows', width])
  // One more than there are, so that a shopper without events divides by 1.
  const mean = divide(sumOver(second, [1]), addNumber(sumOver(marks, [1]), 1))
  return concatenate([last, mean], 1)
}
