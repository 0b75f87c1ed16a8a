import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { normalOf } from './dense.ts'
import { multiply } from './elementwise.ts'
import { createEmbedding } from './embedding.ts'
import { squaredLoss } from './losses.ts'
import type { Network } from './network.ts'
import { exportNetwork } from './network.ts'
import { openSession } from './onnx-session.ts'
import { reshape } from './rearrange.ts'
import { createTrainer } from './trainer.ts'

const table = { name: 'items', rowCount: 4, width: 2, initial: normalOf(1) }

test('rows are gathered by id; nothing is 0; an id that is no row is refused by name', () => {
  const embedding = createEmbedding(table, {}, createRandom(1))
  const rows = embedding.gather(Int32Array.of(3, 0, 3))
  expect(rows.slice(0, 2)).toEqual(embedding.values.slice(6, 8))
  expect([...rows.slice(2, 4)]).toEqual([0, 0])
  expect(rows.slice(4)).toEqual(rows.slice(0, 2))
  expect(() => embedding.gather(Int32Array.of(4))).toThrow("the table 'items' has no row 4")
})

test('a step of Adam changes the rows of a batch alone: worked by hand', () => {
  const start = Float32Array.of(5, 5, 1, 2, 3, 4, 5, 6)
  const embedding = createEmbedding(table, {}, createRandom(1), start)
  // Row 2 stands twice: its gradients add up to (3, −1). Row 0 is nothing.
  embedding.collect(Int32Array.of(2, 0, 2), Float32Array.of(1, 0, 7, 7, 2, -1))
  embedding.step(1, 0.1)
  // The first step of Adam goes the learning rate against the sign.
  const expected = [0, 0, 1, 2, 3 - 0.1, 4 + 0.1, 5, 6]
  for (const [place, value] of expected.entries()) expect(embedding.values[place]).toBeCloseTo(value, 5)
  embedding.collect(Int32Array.of(2), Float32Array.of(-1, 0))
  embedding.step(2, 0.1)
  // m = (.9 · .3 − .1) / .19, v = (.999 · .009 + .001) / .001999.
  const moved = (0.1 * (0.17 / 0.19)) / Math.sqrt(0.009991 / 0.001999)
  expect(embedding.values[4]).toBeCloseTo(2.9 - moved, 5)
  expect(embedding.values[6]).toBe(5)
})

test('a network with a table: vectors are learned, and the file that is written looks them up itself', async () => {
  const items = { name: 'items', rowCount: 6, width: 1, initial: normalOf(0.1) }
  const network: Network = (graph) => {
    const output = reshape(
      multiply(
        graph.lookup('ids', ['rows'], items),
        graph.parameter('factor', [1], () => Float32Array.of(2)),
      ),
      ['rows'],
    )
    const targets = { labels: graph.input('labels', ['rows']), weights: graph.input('weights', ['rows']) }
    return { loss: squaredLoss(output, targets), outputs: { output } }
  }
  const ids = { data: Int32Array.of(1, 2, 3, 4), shape: [4] }
  const labels = { data: Float32Array.of(-3, 0, 2, 7), shape: [4] }
  const weights = { data: new Float32Array(4).fill(1), shape: [4] }
  await using trainer = await createTrainer(network, { learningRate: 0.1 }, createRandom(1))
  for (let step = 0; step < 300; step++) await trainer.step({ ids, labels, weights })
  await using session = await openSession(exportNetwork(network, trainer.weights()))
  expect(session.inputNames).toEqual(['ids'])
  const { output } = await session.run({ ids: { data: Int32Array.of(4, 1, 0, 3, 2), shape: [5] } })
  for (const [place, value] of [7, -3, 0, 2, 0].entries()) expect(output?.[place]).toBeCloseTo(value, 2)
})
