import { addAll } from './elementwise.ts'
import type { Graph, Tensor } from './graph.ts'

/**
 * Adds what computes the gradient of one number to its graph, and answers the gradient of each wanted tensor; undefined for
 * one that the number does not depend on. Reverse mode: the tape is walked from its end.
 */
export function gradientsOf(loss: Tensor, wanted: readonly Tensor[]): (Tensor | undefined)[] {
  const { graph } = loss
  if (loss.shape.length > 0)
    graph.fail(
      { en: 'a gradient is taken of one number', zh: '只能对单个数求梯度' },
      'one number',
      loss.shape,
    )
  const partial = new Map<string, Tensor[]>([[loss.name, [graph.constant([1], [])]]])
  const total = (name: string) => {
    const terms = partial.get(name)
    return terms === undefined ? undefined : addAll(terms)
  }
  for (const { outputs, inputs, pullBack } of [...graph.tape].reverse()) {
    const gradients = outputs.map(({ name }) => total(name))
    if (gradients.every((gradient) => gradient === undefined)) continue
    for (const { name } of outputs) partial.delete(name)
    for (const [place, part] of pullBack(gradients).entries()) addTerm(graph, partial, inputs[place], part)
  }
  return wanted.map(({ name }) => total(name))
}

function addTerm(
  graph: Graph,
  partial: Map<string, Tensor[]>,
  input: Tensor | undefined,
  term: Tensor | undefined,
): void {
  if (input === undefined || term === undefined || !graph.isLearned(input)) return
  const terms = partial.get(input.name)
  if (terms === undefined) partial.set(input.name, [term])
  else terms.push(term)
}
