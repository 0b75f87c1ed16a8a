import { expect, test } from 'vitest'
import { attend, attentionBias } from './attention.ts'
import { gatedRecurrence } from './gated-recurrence.ts'
import type { Graph, Tensor } from './graph.ts'
import { exportNetwork, type Network } from './network.ts'
import { type Feeds, openSession } from './onnx-session.ts'
import { sumOfAll } from './reduce.ts'

/** PyTorch keeps a matrix as [outputs × inputs]; here it is [inputs × outputs]. Filled as the script beside the test fills it. */
function fill(outputs: number, inputs: number, pace: number, size: number): number[] {
  return Array.from({ length: inputs * outputs }, (_, place) => {
    const [input, output] = [Math.floor(place / outputs), place % outputs]
    return size * Math.sin(pace * (output * inputs + input))
  })
}

/** What a part of a network says with given weights. */
async function answer(
  build: (graph: Graph) => Tensor,
  weights: Readonly<Record<string, readonly number[]>>,
  feeds: Feeds,
) {
  const network: Network = (graph) => {
    const said = build(graph)
    return { loss: sumOfAll(said), outputs: { said } }
  }
  const named = Object.entries(weights).map(([name, values]) => [name, Float32Array.from(values)])
  const bytes = exportNetwork(network, { parameters: Object.fromEntries(named), tables: {} })
  await using session = await openSession(bytes)
  return Array.from((await session.run(feeds)).said ?? [])
}

function expectClose(said: readonly number[], expected: readonly number[]): void {
  expect(said).toHaveLength(expected.length)
  for (const [place, value] of expected.entries()) expect(said[place]).toBeCloseTo(value, 4)
}

const sequence = { data: Float32Array.of(0.5, -1, 1.5, 0.2, -0.3, 0.8), shape: [1, 3, 2] }
const recurrence = (graph: Graph) =>
  gatedRecurrence('gru', graph.input('x', ['rows', 3, 2]), graph.input('there', ['rows', 3]), 2)
const gruWeights = {
  'gru/input/weights': fill(6, 2, 0.37, 0.8),
  'gru/input/bias': fill(6, 1, 0.37, 0.8),
  'gru/state/weights': fill(6, 2, 0.37, 0.8),
  'gru/state/bias': fill(6, 1, 0.37, 0.8),
}

test('a gated recurrence ends where that of PyTorch 2.15 (nn.GRU, weights sin(.37 i) · .8) ends', async () => {
  const there = { data: Float32Array.of(1, 1, 1), shape: [1, 3] }
  expectClose(await answer(recurrence, gruWeights, { x: sequence, there }), [0.3869, 0.2662])
})

test('absent moments leave its state, whatever stands there', async () => {
  const there = { data: Float32Array.of(0, 1, 0), shape: [1, 3] }
  const changed = { ...sequence, data: sequence.data.with(0, 9).with(5, -9) }
  expect(await answer(recurrence, gruWeights, { x: changed, there })).toEqual(
    await answer(recurrence, gruWeights, { x: sequence, there }),
  )
})

const moments = {
  data: Float32Array.from({ length: 12 }, (_, place) => Math.cos(0.7 * place)),
  shape: [1, 3, 4],
}
const attention = (graph: Graph) => {
  const bias = attentionBias(graph.input('there', ['rows', 3]), true)
  return attend('attention', graph.input('x', ['rows', 3, 4]), bias, 2)
}
const attentionWeights = {
  'attention/queries, keys, values/weights': fill(12, 4, 0.53, 0.7),
  'attention/queries, keys, values/bias': fill(12, 1, 0.53, 0.7),
  'attention/output/weights': fill(4, 4, 0.53, 0.7),
  'attention/output/bias': fill(4, 1, 0.53, 0.7),
}

test('causal attention says what that of PyTorch 2.15 (nn.MultiheadAttention, weights sin(.53 i) · .7) says', async () => {
  const there = { data: Float32Array.of(1, 1, 1), shape: [1, 3] }
  const expected = [
    -1.0246, -0.2906, 2.308, -0.4278, -0.9996, 0.0098, 1.9695, -0.3747, -1.1594, 0.3033, 1.8229, -0.5151,
  ]
  expectClose(await answer(attention, attentionWeights, { x: moments, there }), expected)
})

test('neither padding nor what comes later is seen', async () => {
  const there = { data: Float32Array.of(0, 1, 1), shape: [1, 3] }
  const before = await answer(attention, attentionWeights, { x: moments, there })
  const changed = {
    ...moments,
    data: moments.data.map((value, place) => (place < 4 || place >= 8 ? -3 * value : value)),
  }
  const after = await answer(attention, attentionWeights, { x: changed, there })
  expect(after.slice(4, 8)).toEqual(before.slice(4, 8))
  expect(after.slice(8)).not.toEqual(before.slice(8))
})
