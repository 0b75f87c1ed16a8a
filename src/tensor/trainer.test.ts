import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import { createGraph } from './create-graph.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { add, multiply } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { asList, squaredLoss } from './losses.ts'
import { exportNetwork, type Network } from './network.ts'
import { type Feeds, openSession } from './onnx-session.ts'
import { readWeights } from './read-weights.ts'
import { createTrainer } from './trainer.ts'

const line: Network = (graph) => {
  const slope = graph.parameter('slope', [1], () => Float32Array.of(0.5))
  const shift = graph.parameter('shift', [1], () => Float32Array.of(0), false)
  const output = add(multiply(graph.input('x', ['rows']), slope), shift)
  return { loss: squaredLoss(output, targetsOf(graph)), outputs: { output } }
}

function targetsOf(graph: Graph) {
  return { labels: graph.input('labels', ['rows']), weights: graph.input('weights', ['rows']) }
}

function batchOf(x: readonly number[], labels: readonly number[]): Feeds {
  const list = (values: readonly number[]) => ({ data: Float32Array.from(values), shape: [values.length] })
  return { x: list(x), labels: list(labels), weights: list(x.map(() => 1)) }
}

test('two steps of Adam with decay and clipping are those worked by hand', async () => {
  const settings = { learningRate: 0.1, weightDecay: 0.2, clipNorm: 1 }
  await using trainer = await createTrainer(line, settings, createRandom(1))
  let [slope, shift] = [0.5, 0]
  const mean = [0, 0]
  const square = [0, 0]
  for (const step of [1, 2]) {
    // Of one row x = 2 with label 4: the error is slope · 2 + shift − 4.
    const error = slope * 2 + shift - 4
    const norm = Math.hypot(4 * error, 2 * error)
    const gradient = [4 * error, 2 * error].map((value) => value * Math.min(1, 1 / norm))
    const moves = gradient.map((value, index) => {
      mean[index] = 0.9 * (mean[index] ?? 0) + 0.1 * value
      square[index] = 0.999 * (square[index] ?? 0) + 0.001 * value ** 2
      return (
        (mean[index] ?? 0) /
        (1 - 0.9 ** step) /
        (Math.sqrt((square[index] ?? 0) / (1 - 0.999 ** step)) + 1e-8)
      )
    })
    const loss = await trainer.step(batchOf([2], [4]))
    expect(loss).toBeCloseTo(error ** 2, 4)
    // Only the slope decays.
    slope -= 0.1 * ((moves[0] ?? 0) + 0.2 * slope)
    shift -= 0.1 * (moves[1] ?? 0)
    expect(trainer.weights().parameters.slope?.[0]).toBeCloseTo(slope, 5)
    expect(trainer.weights().parameters.shift?.[0]).toBeCloseTo(shift, 5)
  }
})

test('a line is found', async () => {
  await using trainer = await createTrainer(line, { learningRate: 0.05 }, createRandom(1))
  for (let step = 0; step < 600; step++) await trainer.step(batchOf([-1, 0, 1, 2], [-1, 1, 3, 5]))
  const { slope, shift } = trainer.weights().parameters
  expect(slope?.[0]).toBeCloseTo(2, 3)
  expect(shift?.[0]).toBeCloseTo(1, 3)
})

const withChance: Network = (graph) => {
  const hidden = dropout(
    dense('hidden', graph.input('x', ['rows', 3]), { width: 8, activation: 'relu' }),
    0.3,
  )
  const output = asList(dense('output', hidden, { width: 1 }))
  return { loss: squaredLoss(output, targetsOf(graph)), outputs: { output } }
}

async function train(seed: number): Promise<Uint8Array> {
  const random = createRandom(seed)
  const draw = (count: number) => Float32Array.from({ length: count }, () => random.normal())
  await using trainer = await createTrainer(withChance, { learningRate: 0.01 }, random.fork('network'))
  for (let step = 0; step < 20; step++)
    await trainer.step({
      x: { data: draw(30), shape: [10, 3] },
      labels: { data: draw(10), shape: [10] },
      weights: { data: draw(10).fill(1), shape: [10] },
    })
  return exportNetwork(withChance, trainer.weights())
}

test('the same seed gives the same bytes, dropout and all; another seed gives others', async () => {
  const [first, again, other] = [await train(1), await train(1), await train(2)]
  expect(Buffer.from(first).equals(again)).toBe(true)
  expect(Buffer.from(first).equals(other)).toBe(false)
})

test('the file that is written answers as the network in training does, for any number of rows', async () => {
  await using trainer = await createTrainer(withChance, { learningRate: 0.01 }, createRandom(3))
  const x = { data: Float32Array.from({ length: 15 }, (_, index) => index / 7), shape: [5, 3] }
  const rows = { data: new Float32Array(5).fill(1), shape: [5] }
  await trainer.step({ x, labels: rows, weights: rows })
  const { output } = await trainer.evaluate({ x, labels: rows, weights: rows })
  await using session = await openSession(exportNetwork(withChance, trainer.weights()))
  expect(session.inputNames).toEqual(['x'])
  const close = (said: Float32Array | undefined, expected: Float32Array | undefined) => {
    expect(said).toHaveLength(expected?.length ?? -1)
    // Constant weights are packed for another kernel than those that change: the last bit may differ.
    for (const [row, value] of (said ?? []).entries())
      expect(value).toBeCloseTo(expected?.[row] ?? Number.NaN, 6)
  }
  close((await session.run({ x })).output, output)
  const three = await session.run({ x: { data: x.data.slice(6), shape: [3, 3] } })
  close(three.output, output?.slice(2))
})

test('what does not fit is refused when the network is built, in the words of the network', () => {
  const graph = createGraph('training')
  const rows = graph.input('x', ['rows', 5])
  const hidden = graph.within('encoder', () => dense('hidden', rows, { width: 4 }))
  expect(() => graph.within('encoder', () => add(hidden, rows))).toThrow(
    'encoder: rows × 4 and rows × 5 do not go together',
  )
  expect(() => dense('hidden', graph.input('many', ['rows', 'columns']), { width: 4 })).toThrow(
    'hidden: a dense layer needs rows of a known width',
  )
  expect(() => graph.within('encoder', () => dense('hidden', rows, { width: 4 }))).toThrow('stands twice')
  expect(() => dropout(rows, 1)).toThrow('a dropout rate lies in 0 ≤ rate < 1')
})

test('a loss that is not finite ends training with what to do', async () => {
  await using trainer = await createTrainer(line, { learningRate: 0.1 }, createRandom(1))
  await expect(trainer.step(batchOf([1e30], [1]))).rejects.toMatchObject({ code: 'diverged' })
})

test('bytes that are no network are refused', async () => {
  await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'bad_config' })
})

test('an output that has the name of a parameter is refused', async () => {
  const clash: Network = (graph) => {
    const { loss, outputs } = line(graph)
    return { loss, outputs: { slope: outputs.output ?? loss } }
  }
  await using trainer = await createTrainer(line, { learningRate: 0.1 }, createRandom(1))
  expect(() => exportNetwork(clash, trainer.weights())).toThrow("both named 'slope'")
})

test('a network goes on from the file of another one that shares a part with it', async () => {
  const other: Network = (graph) => {
    const hidden = dense('hidden', graph.input('x', ['rows', 3]), { width: 8, activation: 'relu' })
    const output = asList(dense('another output', hidden, { width: 1 }))
    return { loss: squaredLoss(output, targetsOf(graph)), outputs: { output } }
  }
  await using first = await createTrainer(withChance, { learningRate: 0.01 }, createRandom(3))
  const start = readWeights(exportNetwork(withChance, first.weights()))
  expect(Object.keys(start.parameters).toSorted()).toEqual(Object.keys(first.weights().parameters).toSorted())
  await using second = await createTrainer(other, { learningRate: 0.01 }, createRandom(4), { start })
  const [before, after] = [first.weights().parameters, second.weights().parameters]
  expect(after['hidden/weights']).toEqual(before['hidden/weights'])
  expect(after['another output/weights']).toHaveLength(8)
  const wrong = { parameters: { 'hidden/weights': new Float32Array(5) } }
  await expect(
    createTrainer(other, { learningRate: 0.01 }, createRandom(4), { start: wrong }),
  ).rejects.toThrow("the weights of 'hidden/weights' are of another size")
})

test('forms of a network change the same weights, each by its own reading', async () => {
  // The second form sees every x doubled: a step on it is a step of the first on doubled numbers.
  const doubled: Network = (graph) => {
    const slope = graph.parameter('slope', [1], () => Float32Array.of(0.5))
    const shift = graph.parameter('shift', [1], () => Float32Array.of(0), false)
    const x = graph.input('x', ['rows'])
    const output = add(multiply(add(x, x), slope), shift)
    return { loss: squaredLoss(output, targetsOf(graph)), outputs: { output } }
  }
  const settings = { learningRate: 0.1 }
  await using forms = await createTrainer([line, doubled], settings, createRandom(1))
  await using plain = await createTrainer(line, settings, createRandom(1))
  await forms.step(batchOf([1], [4]), 0.1, 0)
  await forms.step(batchOf([1.5], [4]), 0.1, 1)
  await plain.step(batchOf([1], [4]))
  await plain.step(batchOf([3], [4]))
  expect(forms.weights()).toEqual(plain.weights())
  expect(await forms.evaluate(batchOf([2], [0]), 1)).toEqual(await plain.evaluate(batchOf([4], [0])))
})

test('forms with other parameters are refused', async () => {
  const other: Network = (graph) => {
    const slope = graph.parameter('other slope', [1], () => Float32Array.of(0.5))
    const output = multiply(graph.input('x', ['rows']), slope)
    return { loss: squaredLoss(output, targetsOf(graph)), outputs: { output } }
  }
  await expect(createTrainer([line, other], { learningRate: 0.1 }, createRandom(1))).rejects.toThrow('forms')
})

test('a trainer goes on from the state of another as if there had been one', async () => {
  const settings = { learningRate: 0.1, weightDecay: 0.1 }
  await using whole = await createTrainer(line, settings, createRandom(1))
  for (const x of [1, 2, 3, 4]) await whole.step(batchOf([x], [3]))
  await using first = await createTrainer(line, settings, createRandom(1))
  for (const x of [1, 2]) await first.step(batchOf([x], [3]))
  await using second = await createTrainer(line, settings, createRandom(2), { resume: first.state() })
  for (const x of [3, 4]) await second.step(batchOf([x], [3]))
  expect(second.state()).toEqual(whole.state())
  const short = { ...first.state(), mean: new Float32Array(1) }
  await expect(createTrainer(line, settings, createRandom(2), { resume: short })).rejects.toMatchObject({
    code: 'bad_config',
  })
})
