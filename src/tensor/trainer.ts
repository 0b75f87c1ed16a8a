import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import { type AdamSettings, clipFactor, stepAdam } from './adam.ts'
import { multiply } from './elementwise.ts'
import { gradientsOf } from './gradients.ts'
import { createGraph, type Tensor } from './graph.ts'
import { encodeGraph, encodeWithParameters, type Network } from './network.ts'
import { type Feeds, openSession } from './onnx-session.ts'
import { cutParameters, initialise, joinGradients, layOut, type ParameterLayout } from './parameter-layout.ts'

export type StepResult = {
  readonly loss: number
  /** Of each lookup, by name, in its shape; clipped like the rest. */
  readonly lookupGradients: Readonly<Record<string, Float32Array>>
}

/** A network under training: its parameters, what Adam remembers, and the one graph that changes both. */
export type Trainer = AsyncDisposable & {
  readonly layout: ParameterLayout
  /** One step on one batch. @throws AppError 'diverged' when the loss is not finite. */
  step(batch: Feeds, learningRate?: number): Promise<StepResult>
  /** Loss and outputs by the parameters as they are, without dropout. */
  evaluate(batch: Feeds): Promise<Readonly<Record<string, Float32Array>>>
  /** A copy of all parameters, as the layout has them. */
  parameters(): Float32Array
}

/**
 * One ONNX graph that runs forward, finds the loss, runs backward and steps Adam; gradients of lookups are clipped by the
 * same factor, each occurrence of a row counting by itself. Same seed, same batches: same bytes.
 */
export async function createTrainer(
  network: Network,
  settings: AdamSettings,
  random: Random,
  start?: Float32Array,
): Promise<Trainer> {
  const { bytes, layout, lookupNames } = encodeStep(
    network,
    settings,
    random.fork('dropout').integer(2 ** 30),
  )
  const session = await openSession(bytes)
  const evaluation = await openSession(encodeWithParameters(network))
  let state = createState(layout, start ?? initialise(layout, random.fork('initial')))
  let spare = createState(layout, new Float32Array(layout.total))
  let stepCount = 0
  return {
    layout,
    async step(batch, learningRate = settings.learningRate) {
      stepCount++
      const feeds = {
        ...batch,
        ...stateFeeds(state, 'old '),
        ...stepFeeds(settings, stepCount, learningRate),
      }
      const results = await session.run(feeds, stateFeeds(spare, 'new '))
      ;[state, spare] = [spare, state]
      const loss = results.loss?.[0] ?? Number.NaN
      if (!Number.isFinite(loss)) throw diverged(stepCount)
      return { loss, lookupGradients: gradientsByName(results, lookupNames) }
    },
    evaluate: (batch) =>
      evaluation.run({ ...batch, parameters: { data: state.values, shape: [layout.total] } }),
    parameters: () => state.values.slice(),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      await evaluation[Symbol.asyncDispose]()
    },
  }
}

const stateNames = ['values', 'mean', 'meanSquare'] as const
type State = Readonly<Record<(typeof stateNames)[number], Float32Array>>

function encodeStep(network: Network, settings: AdamSettings, seed: number) {
  const graph = createGraph('training', seed)
  const { loss } = network(graph)
  const layout = layOut(graph.parameters)
  const parameters = layout.parameters.map(
    ({ name, shape }): Tensor => ({ graph, name, shape, type: 'float32' }),
  )
  const gradients = gradientsOf(loss, [...parameters, ...graph.lookups])
  const joined = joinGradients(layout, gradients.slice(0, parameters.length), graph)
  const ofLookups = gradients.slice(parameters.length).map((gradient, index) => {
    const name = graph.lookups[index]?.name ?? ''
    if (gradient === undefined) throw new Error(`the loss does not read the lookup '${name}'`)
    return { name, gradient }
  })
  const factor = clipFactor([joined, ...ofLookups.map(({ gradient }) => gradient)], settings.clipNorm)
  const clip = (gradient: Tensor) => (factor === undefined ? gradient : multiply(gradient, factor))
  const old = (name: string) => graph.input(`old ${name}`, [layout.total])
  const one = (name: string) => graph.input(name, [])
  const next = stepAdam(
    { values: old('values'), mean: old('mean'), meanSquare: old('meanSquare') },
    clip(joined),
    { learningRate: one('learningRate'), corrections: [one('correction 1'), one('correction 2')] },
    settings,
    layout,
  )
  const outputs = {
    loss,
    ...Object.fromEntries(stateNames.map((name) => [`new ${name}`, next[name]])),
    ...Object.fromEntries(ofLookups.map(({ name, gradient }) => [`gradient ${name}`, clip(gradient)])),
  }
  const before = cutParameters('old values', layout, graph)
  return {
    bytes: encodeGraph(graph, { outputs, before }),
    layout,
    lookupNames: ofLookups.map(({ name }) => name),
  }
}

function createState({ total }: ParameterLayout, values: Float32Array): State {
  return { values, mean: new Float32Array(total), meanSquare: new Float32Array(total) }
}

function stateFeeds(state: State, prefix: string): Feeds {
  const entries = stateNames.map((name) => [
    prefix + name,
    { data: state[name], shape: [state[name].length] },
  ])
  return Object.fromEntries(entries)
}

function stepFeeds({ memory = [0.9, 0.999] }: AdamSettings, stepCount: number, learningRate: number): Feeds {
  const one = (value: number) => ({ data: Float32Array.of(value), shape: [] })
  return {
    learningRate: one(learningRate),
    'correction 1': one(1 / (1 - memory[0] ** stepCount)),
    'correction 2': one(1 / (1 - memory[1] ** stepCount)),
  }
}

function gradientsByName(
  results: Readonly<Record<string, Float32Array>>,
  names: readonly string[],
): Record<string, Float32Array> {
  return Object.fromEntries(names.map((name) => [name, results[`gradient ${name}`] ?? new Float32Array()]))
}

function diverged(stepCount: number): AppError {
  return new AppError(
    'diverged',
    { en: `the loss is not finite in step ${stepCount}`, zh: `第 ${stepCount} 步的损失不是有限值` },
    {
      wayOut: {
        en: 'Lower learningRate, clip the gradient, or check the features for extreme values.',
        zh: '请降低 learningRate、裁剪梯度，或检查特征中的极端值。',
      },
    },
  )
}
