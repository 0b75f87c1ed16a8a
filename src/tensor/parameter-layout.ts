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

/** First values of all parameters; each draws from a stream of its own, by its name. */
export function initialise({ parameters, total }: ParameterLayout, random: Random): Float32Array {
  const values = new Float32Array(total)
  let start = 0
  for (const parameter of parameters) {
    values.set(parameter.initial(random.fork(parameter.name), parameter.shape), start)
    start += sizeOf(parameter)
  }
  return values
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
