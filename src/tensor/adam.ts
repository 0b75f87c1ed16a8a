import { add, addNumber, divide, multiply, scale, square, squareRoot, subtract } from './elementwise.ts'
import type { Graph, Tensor } from './graph.ts'
import type { ParameterLayout } from './parameter-layout.ts'
import { sumOfAll } from './reduce.ts'

export type AdamSettings = {
  readonly learningRate: number
  /** How much of a weight each step takes off, times the learning rate; 0 by default. */
  readonly weightDecay?: number
  /** The gradient is scaled down to this norm where it is longer; no limit by default. */
  readonly clipNorm?: number
  /** Memory of the gradient and of its square; .9 and .999 by default. */
  readonly memory?: readonly [number, number]
  /** 1e-8 by default. */
  readonly epsilon?: number
}

/** Mean and mean square of past gradients, one for each parameter. */
export type AdamState = { readonly values: Tensor; readonly mean: Tensor; readonly meanSquare: Tensor }

/** What a step needs beside the state: it changes from step to step. */
export type AdamStep = {
  readonly learningRate: Tensor
  /** 1 / (1 − βᵗ) of the two memories, in step t. */
  readonly corrections: readonly [Tensor, Tensor]
}

/**
 * Adam with decoupled weight decay, as operations on the vector of all parameters. Source: Loshchilov & Hutter (2019),
 * algorithm 2, the decay scaled by the learning rate as there.
 */
export function stepAdam(
  state: AdamState,
  gradient: Tensor,
  step: AdamStep,
  settings: AdamSettings,
  layout: ParameterLayout,
): AdamState {
  const [first, second] = settings.memory ?? [0.9, 0.999]
  const mean = add(scale(state.mean, first), scale(gradient, 1 - first))
  const meanSquare = add(scale(state.meanSquare, second), scale(square(gradient), 1 - second))
  const root = addNumber(squareRoot(multiply(meanSquare, step.corrections[1])), settings.epsilon ?? 1e-8)
  const direction = divide(multiply(mean, step.corrections[0]), root)
  const decayed = addDecay(direction, state.values, settings.weightDecay ?? 0, layout)
  return { values: subtract(state.values, multiply(decayed, step.learningRate)), mean, meanSquare }
}

/** min(1, limit / norm) over all gradients together; undefined without a limit. */
export function clipFactor(gradients: readonly Tensor[], clipNorm: number | undefined): Tensor | undefined {
  const [first, ...more] = gradients.map((gradient) => sumOfAll(square(gradient)))
  if (first === undefined || clipNorm === undefined) return undefined
  const { graph } = first
  const norm = squareRoot(more.reduce(add, first))
  const [longer] = graph.emit('Max', [norm, graph.constant([clipNorm], [])], [{ shape: [] }])
  return divide(graph.constant([clipNorm], []), longer)
}

function addDecay(direction: Tensor, values: Tensor, decay: number, layout: ParameterLayout): Tensor {
  if (decay === 0) return direction
  const factors = new Float32Array(layout.total).fill(decay, 0, layout.decayingTotal)
  return add(direction, multiply(values, constantOf(direction.graph, factors)))
}

function constantOf(graph: Graph, values: Float32Array): Tensor {
  return graph.constant(values, [values.length])
}
