import { attentionBias } from '../../tensor/attention.ts'
import { dense, normalOf } from '../../tensor/dense.ts'
import { dropout } from '../../tensor/dropout.ts'
import {
  add,
  addNumber,
  divide,
  equals,
  multiply,
  oneLess,
  scale,
  toFloat,
} from '../../tensor/elementwise.ts'
import type { Graph, Tensor } from '../../tensor/graph.ts'
import type { Network } from '../../tensor/network.ts'
import { layerNorm, softmax, zeros } from '../../tensor/normalise.ts'
import { concatenate, flattenRows, reshape, slice, takeRows } from '../../tensor/rearrange.ts'
import { sumOfAll, sumOver } from '../../tensor/reduce.ts'
import { productOf } from '../../tensor/shape.ts'
import { tiedSoftmax } from '../../tensor/tied-softmax.ts'
import { transformerBlock } from '../../tensor/transformer-block.ts'
import { attachHead, type Head, widthOfHead } from './head.ts'

/** The size of a Transformer over the pieces of a text. */
export type TextShape = {
  /** Numbers that stand for a piece; a multiple of the heads. */
  readonly width: number
  readonly blockCount: number
  readonly headCount: number
  /** Units between the two layers that act on each piece by itself. */
  readonly innerWidth: number
  /** Pieces of a text that are read at most. */
  readonly length: number
}

/** What a network of texts needs to be written down for texts of one length. */
export type TextForm = {
  readonly shape: TextShape
  /** Ids of pieces are below this. */
  readonly idCount: number
  readonly dropout: number
  /** To which texts are filled up; at most that of the shape. */
  readonly length: number
}

/** Which pieces were hidden, from what stands around them. Source: Devlin et al. (2019), section 3.1, without pairs of sentences. */
export function hiddenPiecesGraph(form: TextForm): Network {
  return (graph) => {
    const { levels, pieces } = readPieces(graph, form)
    const read = lastOf(levels)
    const inner = takeRows(flattenRows(read), graph.input('hidden places', ['hidden'], 'int32'))
    const told = layerNorm('told norm', dense('told', inner, { width: form.shape.width, activation: 'gelu' }))
    const loss = tiedSoftmax(told, {
      items: pieces,
      bias: graph.parameter('told bias', [form.idCount], zeros, false),
      rightIds: graph.input('labels', ['hidden'], 'int32'),
      weights: graph.input('weights', ['hidden']),
    })
    return { loss, outputs: {} }
  }
}

/** A text as one vector: means over its pieces of what each block answers, from the pieces themselves on, behind each other. */
export function textVectorGraph(form: TextForm): Network {
  return (graph) => {
    const { levels, isThere } = readPieces(graph, form)
    const vector = concatenate(
      levels.map((level) => meanOfPieces(level, isThere)),
      1,
    )
    return { loss: sumOfAll(vector), outputs: { vector } }
  }
}

export function widthOfTextVector({ width, blockCount }: TextShape): number {
  return width * (blockCount + 1)
}

/** A text → a mean of its pieces, weighed by what each says of itself → head. */
export function textHeadGraph(form: TextForm, head: Head): Network {
  return (graph) => {
    const { levels, isThere } = readPieces(graph, form)
    const pooled = dropout(weighPieces(lastOf(levels), isThere), form.dropout)
    return attachHead(head, dense('output', pooled, { width: widthOfHead(head) }))
  }
}

type ReadPieces = {
  /** What each piece is, then what each block makes of it, the last one normed: [rows × length × width] each. */
  readonly levels: readonly Tensor[]
  /** 1 for a piece, 0 behind the end of a text: [rows × length]. */
  readonly isThere: Tensor
  /** The vectors of all pieces [ids × width]. */
  readonly pieces: Tensor
}

function readPieces(graph: Graph, { shape, idCount, dropout: rate, length }: TextForm): ReadPieces {
  const { width, blockCount, headCount, innerWidth } = shape
  const ids = graph.input('pieces', ['rows', length], 'int32')
  const isThere = oneLess(toFloat(equals(ids, graph.constant([0], [], 'int32'))))
  const pieces = graph.parameter('pieces of texts', [idCount, width], normalOf(0.02), false)
  const places = graph.parameter('places', [shape.length, width], normalOf(0.02), false)
  const own = reshape(takeRows(pieces, reshape(ids, [productOf(ids.shape)])), ['rows', length, width])
  // Normed, pieces are as large as what blocks add to them: drawn as small as scores want them, they would be lost in it.
  const first = dropout(layerNorm('first norm', add(own, slice(places, 0, 0, length))), rate)
  const bias = attentionBias(isThere, false)
  const levels = [first]
  for (let block = 1; block <= blockCount; block++)
    levels.push(
      transformerBlock(`block ${block}`, lastOf(levels), bias, {
        headCount,
        innerWidth,
        activation: 'gelu',
        dropout: rate,
      }),
    )
  return {
    levels: [...levels.slice(0, -1), layerNorm('last norm', lastOf(levels))],
    isThere,
    pieces,
  }
}

function meanOfPieces(level: Tensor, isThere: Tensor): Tensor {
  const length = Number(level.shape[1])
  const marks = reshape(isThere, ['rows', length, 1])
  return divide(sumOver(multiply(level, marks), [1]), sumOver(marks, [1]))
}

/** At first all pieces weigh alike: the weights are learned from 0 on. Source: Yang et al. (2016), eq. 6 and 7, without their layer. */
function weighPieces(read: Tensor, isThere: Tensor): Tensor {
  const { graph } = read
  const length = Number(read.shape[1])
  return graph.within('pool', () => {
    const scores = reshape(dense('scores', read, { width: 1, hasBias: false, initial: zeros }), [
      'rows',
      length,
    ])
    const shares = softmax(add(scores, scale(addNumber(isThere, -1), 1e9)))
    return sumOver(multiply(read, reshape(shares, ['rows', length, 1])), [1])
  })
}

function lastOf(levels: readonly Tensor[]): Tensor {
  const last = levels.at(-1)
  if (last === undefined) throw new Error('a text has pieces')
  return last
}
