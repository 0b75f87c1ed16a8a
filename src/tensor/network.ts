import { bytesOf, createGraph, type Graph, type Tensor } from './graph.ts'
import { encodeOnnxModel, type OnnxConstant, type OnnxNode, type OnnxValue } from './onnx-model.ts'
import { cutParameters, layOut, type ParameterLayout } from './parameter-layout.ts'

/** What a network computes of its inputs. */
export type NetworkValues = {
  /** One number, which training makes small. */
  readonly loss: Tensor
  /** By name, what the network answers. */
  readonly outputs: Readonly<Record<string, Tensor>>
}

/** Writes a network down in a graph, once for training and once, without labels and chance, for answering. */
export type Network = (graph: Graph) => NetworkValues

/** Where the parameters of a network lie in its vector. */
export function layoutOf(network: Network): ParameterLayout {
  const graph = createGraph('inference')
  network(graph)
  return layOut(graph.parameters)
}

/**
 * The network as the bytes of an .onnx file that holds its parameters; its inputs are those that its outputs read.
 * `values`: one vector, as the layout has it.
 */
export function exportNetwork(network: Network, values: Float32Array): Uint8Array {
  const graph = createGraph('inference')
  const { outputs } = network(graph)
  const layout = layOut(graph.parameters)
  let start = 0
  const parameters = layout.parameters.map(({ name, shape }, index): OnnxConstant => {
    const size = layout.sizes[index] ?? 0
    const bytes = bytesOf(values.slice(start, start + size))
    start += size
    return { name, type: 'float32', shape, bytes }
  })
  return encodeGraph(graph, { outputs, constants: parameters })
}

/** The network with its parameters as an input `parameters`, for answers in the midst of training. */
export function encodeWithParameters(network: Network): Uint8Array {
  const graph = createGraph('inference')
  const { loss, outputs } = network(graph)
  const layout = layOut(graph.parameters)
  graph.input('parameters', [layout.total])
  return encodeGraph(graph, {
    outputs: { loss, ...outputs },
    before: cutParameters('parameters', layout, graph),
  })
}

type Encoding = {
  readonly outputs: Readonly<Record<string, Tensor>>
  readonly constants?: readonly OnnxConstant[]
  /** Nodes that come first. */
  readonly before?: readonly OnnxNode[]
}

/** The part of a graph that the outputs read, as the bytes of an .onnx file. */
export function encodeGraph(graph: Graph, { outputs, constants = [], before = [] }: Encoding): Uint8Array {
  const named = Object.entries(outputs).map(([name, tensor]): { value: OnnxValue; node: OnnxNode } => ({
    value: { name, type: tensor.type, shape: tensor.shape },
    node: { operation: 'Identity', inputs: [tensor.name], outputs: [name], attributes: {} },
  }))
  const nodes = [...before, ...graph.nodes, ...named.map(({ node }) => node)]
  const read = new Set(named.map(({ value }) => value.name))
  const needed = nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((output) => read.has(output))
    if (isNeeded) for (const input of node.inputs) read.add(input)
    return isNeeded
  })
  return encodeOnnxModel({
    name: 'network',
    nodes: needed.toReversed(),
    constants: [...graph.constants, ...constants].filter(({ name }) => read.has(name)),
    inputs: graph.inputs.filter(({ name }) => read.has(name)),
    outputs: named.map(({ value }) => value),
  })
}
