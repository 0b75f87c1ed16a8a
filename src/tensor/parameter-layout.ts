import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import type { Graph, Parameter, Tensor } from './graph.ts'
import type { OnnxNode } from './onnx-model.ts'

/** Where each parameter lies in the one vector that holds them all: those that decay first. */
export type ParameterLayout = {
  readonly parameters: readonly Parameter[]
  readonly sizes: readonly number[]
  readonly total: number
  /** The first so many elements are of parameters that decay. */
  readonly decayingTotal: number
}

/**
 * All parameters lie in one vector, so that an optimiser's step is a dozen operations and not a dozen for each (measured
 * on 2 × 64 units, batch 32: 2.4 times as fast).
 */
export function layOut(parameters: readonly Parameter[]): ParameterLayout {
  const ordered = [...parameters.filter((each) => each.decays), ...parameters.filter((each) => !each.decays)]
  const sizes = ordered.map(sizeOf)
  const sum = (total: number, size: number) => total + size
  return {
    parameters: ordered,
    sizes,
    total: sizes.reduce(sum, 0),
    decayingTotal: sizes.filter((_, index) => ordered[index]?.decays).reduce(sum, 0),
  }
}

/**
 * First values of all parameters: those that are known, by name, and the rest drawn, each from a stream of its own.
 * @throws AppError 'bad_config' where a known one has another size.
 */
export function initialise(
  { parameters, total }: ParameterLayout,
  random: Random,
  known: Readonly<Record<string, Float32Array>> = {},
): Float32Array {
  const values = new Float32Array(total)
  let start = 0
  for (const parameter of parameters) {
    const { name, shape, initial } = parameter
    const own = known[name] ?? initial(random.fork(name), shape)
    if (own.length !== sizeOf(parameter)) throw otherSize(name, sizeOf(parameter), own.length)
    values.set(own, start)
    start += own.length
  }
  return values
}

/** The vector of all parameters as one array each, by name. */
export function nameParameters(
  { parameters, sizes }: ParameterLayout,
  values: Float32Array,
): Record<string, Float32Array> {
  const named: Record<string, Float32Array> = {}
  let start = 0
  for (const [index, { name }] of parameters.entries()) {
    const end = start + (sizes[index] ?? 0)
    named[name] = values.slice(start, end)
    start = end
  }
  return named
}

/** What was learned for a network of another shape cannot be taken over. */
export function otherSize(name: string, expected: number, received: number): AppError {
  return new AppError(
    'bad_config',
    { en: `the weights of '${name}' are of another size`, zh: `“${name}”的权重大小不同` },
    { where: name, expected: `${expected} numbers`, received: `${received} numbers` },
  )
}

/** Nodes that cut the vector of that name into the parameters. */
export function cutParameters(
  vector: string,
  { parameters, sizes }: ParameterLayout,
  graph: Graph,
): OnnxNode[] {
  const flat = (name: string) => `${name} (flat)`
  const cut: OnnxNode = {
    operation: 'Split',
    inputs: [vector, graph.constant(sizes, [sizes.length], 'int64').name],
    outputs: parameters.map(({ name }) => flat(name)),
    attributes: { axis: 0 },
  }
  const shaped = parameters.map(({ name, shape }) => ({
    operation: 'Reshape',
    inputs: [flat(name), graph.constant(shape, [shape.length], 'int64').name],
    outputs: [name],
    attributes: {},
  }))
  return [cut, ...shaped]
}

/** Gradients in the order of the vector, as one vector. */
export function joinGradients(
  { sizes, total }: ParameterLayout,
  gradients: readonly (Tensor | undefined)[],
  graph: Graph,
): Tensor {
  const flat = gradients.map((gradient, index) => {
    const size = sizes[index] ?? 0
    if (gradient === undefined) return graph.constant(new Float32Array(size), [size])
    return graph.emit('Reshape', [gradient, graph.constant([-1], [1], 'int64')], [{ shape: [size] }])[0]
  })
  return graph.emit('Concat', flat, [{ shape: [total] }], { axis: 0 })[0]
}

function sizeOf({ shape }: Parameter): number {
  return shape.reduce((product, size) => product * size, 1)
}
