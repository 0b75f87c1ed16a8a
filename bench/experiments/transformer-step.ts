import { z } from 'zod'
import { quantileOfSorted } from '../../src/math/quantile.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { exportNetwork } from '../../src/tensor/network.ts'
import { type Feeds, openSession } from '../../src/tensor/onnx-session.ts'
import { createTrainer } from '../../src/tensor/trainer.ts'
import { type Experiment, parseOptions } from '../experiment.ts'
import { runPeer } from '../peers/run-peer.ts'
import { type BehaviourShape, behaviourNetwork } from '../transformer-step/behaviour-network.ts'

const count = (standard: number) => z.coerce.number().int().min(1).default(standard)
const optionsSchema = z.object({
  items: count(12_000),
  batch: count(128),
  steps: count(20),
  dropout: z.coerce.number().min(0).max(0.9).default(0.2),
  seed: z.coerce.number().int().default(1),
})

/** CPU time of one training step of a Transformer over behaviour, beside PyTorch, one thread each. */
export const experiment: Experiment = {
  summary: 'a training step of a Transformer over behaviour, beside PyTorch on the CPU, one thread',
  options: {
    items: { summary: 'items of the shop; 12000 when left out' },
    batch: { summary: 'shoppers in a step; 128 when left out' },
    steps: { summary: 'steps that are timed, after 5 that are not; 20 when left out' },
    dropout: { summary: 'share of units left out; .2 when left out' },
    seed: { summary: 'seed of everything; 1 when left out' },
  },
  async run(given, say) {
    const options = parseOptions(optionsSchema, given)
    const shape: BehaviourShape = {
      itemCount: options.items,
      width: 64,
      blockCount: 2,
      headCount: 2,
      innerWidth: 256,
      moments: 50,
      batchSize: options.batch,
      drawnCount: 256,
      dropout: options.dropout,
    }
    const own = await timeSteps(shape, options.steps, createRandom(options.seed))
    say(`ours: ${own.cpuMs.toFixed(1)} ms`)
    const input = { ...shape, steps: options.steps, warmup }
    const peer = await runPeer({ script: 'transformer_step.py', input, output: peerSchema })
    const rival = peer.kind === 'ran' ? medianOf(peer.output.cpuMs) : Number.NaN
    return {
      experiment: 'transformer-step',
      dataset: { ...shape, parameters: own.parameterCount },
      split: `${options.steps} steps after ${warmup}, random ids, a quarter of each history is padding; medians of CPU time`,
      seed: options.seed,
      models: [
        {
          name: 'tensor/ on ONNX Runtime',
          metrics: { cpuMs: own.cpuMs, ...(peer.kind === 'ran' && { ratioToPyTorch: own.cpuMs / rival }) },
          seconds: own.seconds,
        },
        {
          name: 'one shopper answered: the ten best of all items',
          metrics: { p50Ms: own.answerMs },
          seconds: 0,
        },
      ],
      baselines:
        peer.kind === 'ran' ? [{ name: peer.output.version, metrics: { cpuMs: rival }, seconds: 0 }] : [],
      notes: peer.kind === 'absent' ? [`Without PyTorch: ${peer.why}.`] : [],
    }
  },
}

const warmup = 5
const peerSchema = z.object({ version: z.string(), cpuMs: z.array(z.number()), losses: z.array(z.number()) })

async function timeSteps(shape: BehaviourShape, steps: number, random: Random) {
  const network = behaviourNetwork(shape)
  const startedMs = performance.now()
  const settings = { learningRate: 0.001, weightDecay: 0.01, clipNorm: 5 }
  await using trainer = await createTrainer(network, settings, random.fork('network'))
  const cpuMs: number[] = []
  for (let step = 0; step < warmup + steps; step++) {
    const batch = drawBatch(shape, random)
    const used = process.cpuUsage()
    await trainer.step(batch)
    const { user, system } = process.cpuUsage(used)
    if (step >= warmup) cpuMs.push((user + system) / 1000)
  }
  const weights = trainer.weights()
  return {
    cpuMs: medianOf(cpuMs),
    seconds: (performance.now() - startedMs) / 1000,
    parameterCount: [...Object.values(weights.parameters), ...Object.values(weights.tables)].reduce(
      (sum, values) => sum + values.length,
      0,
    ),
    answerMs: await timeAnswer(exportNetwork(network, weights), shape, random),
  }
}

async function timeAnswer(onnx: Uint8Array, shape: BehaviourShape, random: Random): Promise<number> {
  await using session = await openSession(onnx)
  const { past, 'is there': isThere } = drawBatch({ ...shape, batchSize: 1 }, random)
  if (past === undefined || isThere === undefined) throw new Error('a batch has a past')
  const times: number[] = []
  for (let run = 0; run < 200; run++) {
    const startedMs = performance.now()
    await session.run({ past, 'is there': isThere })
    times.push(performance.now() - startedMs)
  }
  return medianOf(times.slice(50))
}

function drawBatch({ batchSize, moments, itemCount, drawnCount }: BehaviourShape, random: Random): Feeds {
  const shape = [batchSize, moments]
  const isPadding = (place: number) => place % moments < Math.floor(moments / 4)
  const drawIds = (length: number) => Int32Array.from({ length }, () => 1 + random.integer(itemCount))
  const past = drawIds(batchSize * moments).map((id, place) => (isPadding(place) ? 0 : id))
  const isThere = Float32Array.from(past, (id) => (id > 0 ? 1 : 0))
  const [right, drawn] = [drawIds(batchSize * moments), drawIds(drawnCount)]
  return {
    past: { data: past, shape },
    right: { data: right, shape },
    'right ids': { data: right, shape },
    drawn: { data: drawn, shape: [drawnCount] },
    'drawn ids': { data: drawn, shape: [drawnCount] },
    'is there': { data: isThere, shape },
    weights: { data: isThere, shape },
  }
}

function medianOf(values: readonly number[]): number {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5)
}
