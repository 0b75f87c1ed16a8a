import { expect, test } from 'vitest'
import { attend, attentionBias } from './attention.ts'
import { convolve } from './convolution.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import * as elementwise from './elementwise.ts'
import { gatedRecurrence } from './gated-recurrence.ts'
import type { Tensor } from './graph.ts'
import { crossEntropy, logisticLoss, poissonLoss, squaredLoss, weightedMean } from './losses.ts'
import { multiplyMatrices } from './matrix-product.ts'
import { layerNorm, logSoftmax, logSumExp, softmax } from './normalise.ts'
import * as rearrange from './rearrange.ts'
import { meanOver, sumOver } from './reduce.ts'
import { sampledSoftmax } from './sampled-softmax.ts'
import { type GradientCase, gradientError } from './testing/check-gradient.ts'
import { tiedSoftmax } from './tied-softmax.ts'
import { transformerBlock } from './transformer-block.ts'

const { add, addAll, divide, multiply, subtract } = elementwise
const positive: GradientCase['draw'] = (random) => 0.5 + 2 * random.next()
const awayFromZero: GradientCase['draw'] = (random) => (random.next() < 0.5 ? -1 : 1) * (0.1 + random.next())

/** The first tensor, or the one at the place; a case has as many as it has shapes. */
function at(tensors: readonly Tensor[], place = 0): Tensor {
  const tensor = tensors[place]
  if (tensor === undefined) throw new Error(`no tensor ${place}`)
  return tensor
}

const one = (operation: (tensor: Tensor) => Tensor, draw?: GradientCase['draw']): GradientCase => ({
  shapes: [[3, 4]],
  build: (tensors) => operation(at(tensors)),
  ...(draw === undefined ? {} : { draw }),
})
const two = (
  operation: (a: Tensor, b: Tensor) => Tensor,
  shapes: GradientCase['shapes'] = [
    [3, 4],
    [3, 4],
  ],
  draw?: GradientCase['draw'],
): GradientCase => ({
  shapes,
  build: (tensors) => operation(at(tensors), at(tensors, 1)),
  ...(draw === undefined ? {} : { draw }),
})
const withLabels = (loss: typeof squaredLoss, labels: readonly number[]): GradientCase => ({
  shapes: [[4]],
  build: (tensors, graph) =>
    loss(at(tensors), { labels: graph.constant(labels, [4]), weights: graph.constant([1, 2, 0, 0.5], [4]) }),
})

const cases: Readonly<Record<string, GradientCase>> = {
  'a + b': two(add),
  'a + a row': two(add, [[3, 4], [4]]),
  'a column + b': two(add, [
    [3, 1],
    [3, 4],
  ]),
  'a row and a column stretched both ways': two(multiply, [
    [1, 4],
    [3, 1],
  ]),
  'a + one number': two(add, [[3, 4], []]),
  'a − b': two(subtract),
  'a · b': two(multiply),
  'a · b over a leading axis': two(multiply, [
    [2, 3, 4],
    [3, 4],
  ]),
  'a / b': two(divide, [[3, 4], [4]], positive),
  'a number of times': one((x) => elementwise.scale(x, -2.5)),
  'plus a number': one((x) => elementwise.addNumber(x, 3)),
  negate: one(elementwise.negate),
  exponential: one(elementwise.exponential),
  squareRoot: one(elementwise.squareRoot, positive),
  square: one(elementwise.square),
  relu: one(elementwise.relu, awayFromZero),
  sigmoid: one(elementwise.sigmoid),
  hyperbolicTangent: one(elementwise.hyperbolicTangent),
  softplus: one(elementwise.softplus),
  gelu: one(elementwise.gelu),
  oneLess: one(elementwise.oneLess),
  'the sum of many, one of them twice': two((a, b) => addAll([a, b, a])),
  'a value read by many': one((x) => add(multiply(x, x), elementwise.exponential(x))),
  'sum over the first axis': one((x) => sumOver(x, [0])),
  'sum over the last axis, kept': one((x) => sumOver(x, [-1], true)),
  'mean over both axes': one((x) => meanOver(x, [0, 1])),
  'mean over the first axis, kept': one((x) => meanOver(x, [0], true)),
  reshape: one((x) => rearrange.reshape(x, [2, 6])),
  flattenRows: { shapes: [[2, 3, 2]], build: (tensors) => rearrange.flattenRows(at(tensors)) },
  transpose: { shapes: [[2, 3, 2]], build: (tensors) => rearrange.transpose(at(tensors), [2, 0, 1]) },
  slice: one((x) => rearrange.slice(x, 1, 1, 3)),
  padZeros: one((x) => rearrange.padZeros(x, 0, 2, 1)),
  concatenate: two(
    (a, b) => rearrange.concatenate([a, b, a], 0),
    [
      [2, 3],
      [1, 3],
    ],
  ),
  'a matrix product': two(multiplyMatrices, [
    [3, 4],
    [4, 2],
  ]),
  'rows of sequences times one matrix': two(multiplyMatrices, [
    [2, 3, 4],
    [4, 2],
  ]),
  'a matrix product for each of a batch': two(multiplyMatrices, [
    [2, 3, 4],
    [2, 4, 2],
  ]),
  'parts of an axis, one of them not read': one((x) => {
    const [first, , third] = rearrange.splitEvenly(x, 0, 3)
    return multiply(first ?? x, third ?? x)
  }),
  unstack: {
    shapes: [[3, 2, 2]],
    build: (tensors) => rearrange.unstack(at(tensors), 3).reduce((a, b) => multiply(a, b)),
  },
  'a number where a mask says so': {
    shapes: [[2, 2]],
    build: (tensors, graph) =>
      elementwise.replaceWhere(graph.constant([1, 0, 0, 1], [2, 2], 'bool'), at(tensors), -3),
  },
  'rows taken by their places, one of them twice': {
    shapes: [[4, 2]],
    build: (tensors, graph) => rearrange.takeRows(at(tensors), graph.constant([2, 0, 2], [3], 'int32')),
  },
  softmax: one(softmax),
  logSumExp: one(logSumExp),
  logSoftmax: one(logSoftmax),
  squaredLoss: withLabels(squaredLoss, [1, -2, 3, 0]),
  logisticLoss: withLabels(logisticLoss, [1, 0, 1, 0]),
  poissonLoss: withLabels(poissonLoss, [3, 0, 1, 2]),
  crossEntropy: {
    shapes: [[4, 3]],
    build: (tensors, graph) =>
      crossEntropy(at(tensors), {
        labels: graph.constant([0, 2, 1, 1], [4], 'int32'),
        weights: graph.constant([1, 2, 0, 0.5], [4]),
      }),
  },
  weightedMean: {
    shapes: [[4]],
    build: (tensors, graph) => weightedMean(at(tensors), graph.constant([1, 2, 0, 0.5], [4])),
  },
  dropout: { ...one((x) => dropout(x, 0.4)), isByChance: true },
  'convolution over the moments around': {
    shapes: [[2, 4, 2]],
    build: (tensors) => convolve('convolution', at(tensors), { width: 3, kernel: 3 }),
  },
  'convolution over the moments before': {
    shapes: [[2, 4, 2]],
    build: (tensors) => convolve('convolution', at(tensors), { width: 2, kernel: 2, isCausal: true }),
  },
  'a gated recurrence with absent moments': {
    shapes: [[2, 3, 2]],
    build: (tensors, graph) =>
      gatedRecurrence('recurrence', at(tensors), graph.constant([0, 1, 1, 1, 1, 0], [2, 3]), 3),
  },
  'attention to what came before, padding apart': {
    shapes: [[2, 3, 4]],
    build: (tensors, graph) =>
      attend('attention', at(tensors), attentionBias(graph.constant([0, 1, 1, 1, 1, 1], [2, 3]), true), 2),
  },
  'attention to all': {
    shapes: [[1, 3, 4]],
    build: (tensors, graph) =>
      attend('attention', at(tensors), attentionBias(graph.constant([1, 1, 1], [1, 3]), false), 1),
  },
  'a transformer block': {
    shapes: [[1, 2, 4]],
    draw: (random) => 0.5 * random.normal(),
    build: (tensors, graph) =>
      transformerBlock('block', at(tensors), attentionBias(graph.constant([1, 1], [1, 2]), true), {
        headCount: 2,
        innerWidth: 3,
        activation: 'gelu',
        dropout: 0,
      }),
  },
  sampledSoftmax: {
    shapes: [
      [2, 2, 3],
      [2, 2, 3],
      [4, 3],
    ],
    build: (tensors, graph) =>
      sampledSoftmax(at(tensors), {
        right: at(tensors, 1),
        rightIds: graph.constant([1, 2, 3, 4], [2, 2], 'int32'),
        drawn: at(tensors, 2),
        drawnIds: graph.constant([3, 7, 8, 1], [4], 'int32'),
        weights: graph.constant([1, 2, 1, 0], [2, 2]),
      }),
  },
  tiedSoftmax: {
    shapes: [[3, 2], [4, 2], [4]],
    build: (tensors, graph) =>
      tiedSoftmax(at(tensors), {
        items: at(tensors, 1),
        bias: at(tensors, 2),
        rightIds: graph.constant([1, 3, 1], [3], 'int32'),
        weights: graph.constant([1, 2, 0.5], [3]),
      }),
  },
  layerNorm: one((x) => layerNorm('norm', x)),
  dense: one((x) => dense('layer', x, { width: 3, activation: 'tanh' })),
}

for (const [name, each] of Object.entries(cases))
  test(`the gradient of ${name} is that of finite differences`, async () => {
    expect(await gradientError(each)).toBeLessThan(2e-3)
  })
