import { createGraph } from './create-graph.ts'
import { type Graph, type Table, type Tensor, tableName } from './graph.ts'
import { bytesOf, encodeOnnxModel, type OnnxConstant, type OnnxNode, type OnnxValue } from './onnx-model.ts'
import { cutParameters, layOut } from './parameter-layout.ts'

/** What a network computes of its inputs. */
export type NetworkValues = {
  /** One number, which training makes small. */
  readonly loss: Tensor
  /** By name, what the network answers. */
  readonly outputs: Readonly<Record<string, Tensor>>
}

/** Writes a network down in a graph, once for training and once, without labels and chance, for answering. */
export type Network = (graph: Graph) => NetworkValues

/** All that a network has learned. */
export type NetworkWeights = {
  /** By their names, which begin with the parts of the network that they belong to. */
  readonly parameters: Readonly<Record<string, Float32Array>>
  /** Vectors of each table by its name, [rowCount × width]. */
  readonly tables: Readonly<Record<string, Float32Array>>
}

/** The network as the bytes of an .onnx file that holds its weights; its inputs are those that its outputs read. */
export function exportNetwork(network: Network, { parameters, tables }: NetworkWeights): Uint8Array {
  const graph = createGraph('inference')
  const { outputs } = network(graph)
  const constants = graph.parameters.map(({ name, shape }): OnnxConstant => {
    const values = parameters[name]
    if (values === undefined) throw new Error(`no weights of '${name}' are given`)
    return { name, type: 'float32', shape, bytes: bytesOf(values) }
  })
  const whole = tablesOf(graph).map((table): OnnxConstant => {
    const values = tables[table.name]
    if (values === undefined) throw new Error(`no vectors of the table '${table.name}' are given`)
    const shape = [table.rowCount, table.width]
    return { name: tableName(table), type: 'float32', shape, bytes: bytesOf(values) }
  })
  return encodeGraph(graph, { outputs, constants: [...constants, ...whole] })
}

/** The network with its parameters as an input `parameters`, for answers in the midst of training. */
export function encodeWithParameters(network: Network): Uint8Array {
  const graph = createGraph('evaluation')
  const { loss, outputs } = network(graph)
  const layout = layOut(graph.parameters)
  graph.input('parameters', [layout.total])
  return encodeGraph(graph, {
    outputs: { loss, ...outputs },
    before: cutParameters('parameters', layout, graph),
  })
}

/** Each table that a graph looks up, once. */
export function tablesOf({ lookups }: Graph): Table[] {
  return [...new Map(lookups.map(({ table }) => [table.name, table])).values()]
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
  const all = [...graph.inputs, ...graph.constants, ...constants]
  const taken = nodes.flatMap((node) => node.outputs).concat(all.map(({ name }) => name))
  const twice = taken.find((name, place) => name in outputs && taken.indexOf(name) !== place)
  if (twice !== undefined)
    graph.fail(
      { en: `an output and another part are both named '${twice}'`, zh: `输出与其他部分同名：“${twice}”` },
      'a name of its own',
      twice,
    )
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
