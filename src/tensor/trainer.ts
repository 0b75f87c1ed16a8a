import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import { type AdamSettings, clipFactor, stepAdam } from './adam.ts'
import { createGraph } from './create-graph.ts'
import { multiply } from './elementwise.ts'
import { createEmbedding, type Embedding } from './embedding.ts'
import { gradientsOf } from './gradients.ts'
import type { Lookup, Table, Tensor } from './graph.ts'
import { encodeGraph, encodeWithParameters, type Network, type NetworkWeights, tablesOf } from './network.ts'
import { type Feed, type Feeds, type OnnxSession, openSession } from './onnx-session.ts'
import {
  cutParameters,
  initialise,
  joinGradients,
  layOut,
  nameParameters,
  otherSize,
  type ParameterLayout,
} from './parameter-layout.ts'

/** A network under training: its weights, what Adam remembers, and the one graph that changes both. */
export type Trainer = AsyncDisposable & {
  /**
   * One step on one batch, read by the form of the network of that number; answers its loss. Lookups are fed as int32 ids.
   * @throws AppError 'diverged' when the loss is not finite.
   */
  step(batch: Feeds, learningRate?: number, form?: number): Promise<number>
  /** Loss and outputs by the weights as they are, without dropout. */
  evaluate(batch: Feeds, form?: number): Promise<Readonly<Record<string, Float32Array>>>
  /** A copy. */
  weights(): NetworkWeights
  /** A copy of all that another trainer of the same network needs to go on. @throws Error for a network that has tables. */
  state(): TrainerState
}

/** Weights and what Adam remembers of their gradients, each in one vector, after so many steps. */
export type TrainerState = {
  readonly stepCount: number
  readonly values: Float32Array
  readonly mean: Float32Array
  readonly meanSquare: Float32Array
}

export type TrainerOptions = {
  /** Weights to go on from, those of other names are drawn: a network learned for one question begins another. */
  readonly start?: Partial<NetworkWeights>
  /** Where another trainer of this network stood: goes on from there, whatever `start` says. */
  readonly resume?: TrainerState
  /** 1 by default: with more, sums are not taken in the same order each time. */
  readonly threadCount?: number
}

/**
 * One ONNX graph that runs forward, finds the loss, runs backward, clips and steps Adam. Tables are gathered and changed
 * beside it: their gradients are clipped by the same factor, each occurrence of a row counting by itself in the norm.
 * Same seed, same batches: same bytes.
 *
 * Several networks with the same parameters are forms of one (such as for texts of several lengths): each batch is read by one of
 * them, and all change the same weights.
 */
export async function createTrainer(
  network: Network | readonly [Network, ...Network[]],
  settings: AdamSettings,
  random: Random,
  { start, resume, threadCount = 1 }: TrainerOptions = {},
): Promise<Trainer> {
  const networks = typeof network === 'function' ? [network] : network
  const { forms, layout, tables } = await openForms(networks, settings, random, threadCount)
  const formOf = (number: number) => forms[number] ?? fail(`no form ${number}`)
  const embeddings = new Map(
    tables.map((table) => [
      table.name,
      createEmbedding(table, settings, random.fork(`table ${table.name}`), start?.tables?.[table.name]),
    ]),
  )
  const embeddingOf = ({ table }: Lookup) => embeddings.get(table.name) ?? fail(`no table ${table.name}`)
  // Two sets of state that take turns: each step reads one and writes the other. New arrays each time take as long (measured,
  // up to a million parameters), but leave three of them behind in every step.
  let state = resume
    ? copyState(layout, resume)
    : createState(layout, initialise(layout, random.fork('initial'), start?.parameters))
  let spare = createState(layout, new Float32Array(layout.total))
  let stepCount = resume?.stepCount ?? 0
  return {
    async step(batch, learningRate = settings.learningRate, form = 0) {
      const { session, lookups } = formOf(form)
      stepCount++
      const feeds = {
        ...gather(batch, lookups, embeddingOf),
        ...stepFeeds(settings, stepCount, learningRate),
      }
      const results = await session.run({ ...feeds, ...stateFeeds(state, 'old ') }, stateFeeds(spare, 'new '))
      const loss = results.loss?.[0] ?? Number.NaN
      if (!Number.isFinite(loss)) throw diverged(stepCount)
      ;[state, spare] = [spare, state]
      for (const lookup of lookups)
        embeddingOf(lookup).collect(
          idsOf(batch, lookup),
          results[`gradient ${lookup.tensor.name}`] ?? fail('no gradient'),
        )
      for (const embedding of embeddings.values()) embedding.step(stepCount, learningRate)
      return loss
    },
    evaluate: (batch, form = 0) =>
      formOf(form).evaluation.run({
        ...gather(batch, formOf(form).lookups, embeddingOf),
        parameters: { data: state.values, shape: [layout.total] },
      }),
    weights: () => ({
      parameters: nameParameters(layout, state.values),
      tables: Object.fromEntries([...embeddings].map(([name, { values }]) => [name, values.slice()])),
    }),
    state: () => (tables.length === 0 ? { stepCount, ...copyState(layout, state) } : fail('tables stay')),
    async [Symbol.asyncDispose]() {
      for (const { session, evaluation } of forms) {
        await session[Symbol.asyncDispose]()
        await evaluation[Symbol.asyncDispose]()
      }
    },
  }
}

/** One way to read a batch: its graph that steps, and its graph that answers. */
type Form = {
  readonly session: OnnxSession
  readonly evaluation: OnnxSession
  readonly lookups: readonly Lookup[]
}

async function openForms(
  networks: readonly Network[],
  settings: AdamSettings,
  random: Random,
  threadCount: number,
): Promise<{
  readonly forms: readonly Form[]
  readonly layout: ParameterLayout
  readonly tables: readonly Table[]
}> {
  const seed = random.fork('dropout').integer(2 ** 30)
  const encoded = networks.map((network) => encodeStep(network, settings, seed))
  const [first] = encoded
  if (first === undefined) throw new Error('a trainer needs a network')
  const told = describeLayout(first)
  if (encoded.some((each) => describeLayout(each) !== told))
    throw new Error('forms of one network must have the same parameters and tables, in the same order')
  const forms: Form[] = []
  for (const [index, { bytes, lookups }] of encoded.entries()) {
    const network = networks[index] ?? fail('as many networks as forms')
    forms.push({
      session: await openSession(bytes, { threadCount }),
      evaluation: await openSession(encodeWithParameters(network), { threadCount }),
      lookups,
    })
  }
  return { forms, layout: first.layout, tables: first.tables }
}

function describeLayout({
  layout,
  tables,
}: Pick<ReturnType<typeof encodeStep>, 'layout' | 'tables'>): string {
  const parameters = layout.parameters.map(({ name, shape }) => [name, shape])
  return JSON.stringify([parameters, tables.map(({ name, rowCount, width }) => [name, rowCount, width])])
}

function encodeStep(network: Network, settings: AdamSettings, seed: number) {
  const graph = createGraph('training', seed)
  const { loss } = network(graph)
  const layout = layOut(graph.parameters)
  const parameters = layout.parameters.map(
    ({ name, shape }): Tensor => ({ graph, name, shape, type: 'float32' }),
  )
  const gradients = gradientsOf(loss, [...parameters, ...graph.lookups.map(({ tensor }) => tensor)])
  const joined = joinGradients(layout, gradients.slice(0, parameters.length), graph)
  const ofLookups = gradients
    .slice(parameters.length)
    .map((gradient, index) => gradient ?? fail(`the loss does not read lookup ${index}`))
  const factor = clipFactor([joined, ...ofLookups], settings.clipNorm)
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
  const gradientOutputs = graph.lookups.map(
    ({ tensor }, index) => [`gradient ${tensor.name}`, clip(ofLookups[index] ?? loss)] as const,
  )
  const outputs = {
    loss,
    ...Object.fromEntries(stateNames.map((name) => [`new ${name}`, next[name]])),
    ...Object.fromEntries(gradientOutputs),
  }
  const bytes = encodeGraph(graph, { outputs, before: cutParameters('old values', layout, graph) })
  return { bytes, layout, lookups: graph.lookups, tables: tablesOf(graph) }
}

const stateNames = ['values', 'mean', 'meanSquare'] as const
type State = Readonly<Record<(typeof stateNames)[number], Float32Array>>

function createState({ total }: ParameterLayout, values: Float32Array): State {
  return { values, mean: new Float32Array(total), meanSquare: new Float32Array(total) }
}

/** @throws AppError 'bad_config' for the state of a network of another size. */
function copyState({ total }: ParameterLayout, state: State): State {
  for (const name of stateNames)
    if (state[name].length !== total) throw otherSize(name, total, state[name].length)
  return { values: state.values.slice(), mean: state.mean.slice(), meanSquare: state.meanSquare.slice() }
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

/** The batch with rows of tables in place of ids. */
function gather(batch: Feeds, lookups: readonly Lookup[], embeddingOf: (lookup: Lookup) => Embedding): Feeds {
  const gathered = lookups.map((lookup): [string, Feed] => {
    const shape = [...(batch[lookup.tensor.name]?.shape ?? []), lookup.table.width]
    return [lookup.tensor.name, { data: embeddingOf(lookup).gather(idsOf(batch, lookup)), shape }]
  })
  return { ...batch, ...Object.fromEntries(gathered) }
}

function idsOf(batch: Feeds, { tensor }: Lookup): Int32Array {
  const ids = batch[tensor.name]?.data
  return ids instanceof Int32Array ? ids : fail(`the lookup '${tensor.name}' is fed with ids`)
}

function fail(why: string): never {
  throw new Error(why)
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
