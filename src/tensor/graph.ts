import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import type { ElementType, OnnxAttribute, OnnxConstant, OnnxNode, OnnxValue } from './onnx-model.ts'
import { describeShape, type Shape } from './shape.ts'

/** A value of a graph: an input, a parameter or what an operation makes. It holds no numbers. */
export type Tensor = {
  readonly graph: Graph
  /** Unique within its graph. */
  readonly name: string
  readonly type: ElementType
  readonly shape: Shape
}

/** First values of a parameter: `shape` elements, row-major. */
export type Initialiser = (random: Random, shape: readonly number[]) => Float32Array

/** A learned tensor as it was declared. */
export type Parameter = {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Initialiser
  /** Whether weight decay pulls it to 0: weights yes; biases, norms and positions no. */
  readonly decays: boolean
}

/**
 * A table of vectors, one an id. Row 0 stands for nothing: it is 0 and stays so. While training, rows are gathered and
 * changed outside of the graph, since a batch reads few of them; the file that serves holds the whole table.
 */
export type Table = {
  readonly name: string
  readonly rowCount: number
  readonly width: number
  readonly initial: Initialiser
}

/** Rows of a table that a graph reads by the ids of one input. */
export type Lookup = { readonly tensor: Tensor; readonly table: Table }

/** What a loss's gradients of outputs say of the inputs, in their order; undefined where there is none. */
type PullBackAll = (gradients: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[]
type PullBack = (gradient: Tensor) => readonly (Tensor | undefined)[]

type TapeEntry = {
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly Tensor[]
  readonly pullBack: PullBackAll
}

type Result = { readonly shape: Shape; readonly type?: ElementType }

/**
 * Operations as they are written down: what runs is the ONNX model made of them. `training` does what only training does
 * (dropout); `inference` reads tables itself, the other two have their rows gathered outside.
 */
export type Graph = {
  readonly mode: 'training' | 'evaluation' | 'inference'
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly OnnxValue[]
  readonly parameters: readonly Parameter[]
  readonly lookups: readonly Lookup[]
  readonly tape: readonly TapeEntry[]
  input(name: string, shape: Shape, type?: ElementType): Tensor
  /** The rows of a table that an input of int32 ids names: [shape × width]. */
  lookup(name: string, shape: Shape, table: Table): Tensor
  /** All rows of a table, to score every id: [rowCount × width]. For `inference` alone. */
  wholeTable(table: Table): Tensor
  /** @throws AppError 'bad_config' for a second parameter of the name within the part. */
  parameter(name: string, shape: readonly number[], initial: Initialiser, decays?: boolean): Tensor
  /** Numbers that never change; equal ones are kept once. */
  constant(values: readonly number[] | Float32Array, shape: readonly number[], type?: ElementType): Tensor
  /** A seed for something that draws by chance in each run: another one for each call. */
  nextSeed(): number
  /** Adds one operation of ONNX and answers its outputs. */
  emit(
    operation: string,
    inputs: readonly (Tensor | undefined)[],
    results: readonly [Result, ...Result[]],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): [Tensor, ...Tensor[]]
  /** Tells how a gradient goes through what was emitted. */
  record(output: Tensor, inputs: readonly Tensor[], pullBack: PullBack): Tensor
  /** The same for what has several outputs: a gradient may be undefined for some of them, not for all. */
  recordAll(outputs: readonly Tensor[], inputs: readonly Tensor[], pullBack: PullBackAll): void
  /** Whether the tensor depends on anything learned. */
  isLearned(tensor: Tensor): boolean
  /** Names a part of the network: its parameters and its errors carry the name. */
  within<T>(part: string, build: () => T): T
  /** @throws AppError 'bad_config' that says in which part of the network something does not fit. */
  fail(
    problem: { readonly en: string; readonly zh: string },
    expected: string,
    received: Shape | string,
  ): never
}

export function createGraph(mode: Graph['mode'], seed = 0): Graph {
  const record = createRecord()
  let drawnSeeds = 0
  const graph: Graph = {
    mode,
    ...record.lists,
    get constants() {
      return [...record.constants.values()].map(({ constant }) => constant)
    },
    ...declarations(record, () => graph),
    ...operations(record, () => graph),
    ...tables(record, () => graph),
    nextSeed: () => seed + ++drawnSeeds,
    isLearned: (tensor) => record.learned.has(tensor.name),
    within(part, build) {
      record.path.push(part)
      try {
        return build()
      } finally {
        record.path.pop()
      }
    },
    fail: (problem, expected, received) => refuse(record.path.join('/'), problem, expected, received),
  }
  return graph
}

type GraphRecord = ReturnType<typeof createRecord>

function createRecord() {
  const lists = {
    nodes: [] as OnnxNode[],
    inputs: [] as OnnxValue[],
    parameters: [] as Parameter[],
    lookups: [] as Lookup[],
    tape: [] as TapeEntry[],
  }
  return {
    lists,
    constants: new Map<string, { readonly tensor: Tensor; readonly constant: OnnxConstant }>(),
    path: [] as string[],
    names: new Set<string>(),
    learned: new Set<string>(),
  }
}

function declare(record: GraphRecord, tensor: Tensor): Tensor {
  const { name, graph } = tensor
  if (record.names.has(name))
    graph.fail({ en: `'${name}' stands twice`, zh: `“${name}”重复` }, 'a name of its own', name)
  record.names.add(name)
  return tensor
}

function pathTo({ path }: GraphRecord, name: string): string {
  return [...path, name].join('/')
}

function declarations(
  record: GraphRecord,
  graph: () => Graph,
): Pick<Graph, 'input' | 'parameter' | 'constant'> {
  const { lists, learned, constants } = record
  const input: Graph['input'] = (name, shape, type = 'float32') => {
    lists.inputs.push({ name, type, shape })
    return declare(record, { graph: graph(), name, type, shape })
  }
  return {
    input,
    parameter(ownName, shape, initial, decays = true) {
      const name = pathTo(record, ownName)
      lists.parameters.push({ name, shape, initial, decays })
      learned.add(name)
      return declare(record, { graph: graph(), name, type: 'float32', shape })
    },
    constant(values, shape, type = 'float32') {
      const bytes = toBytes(values, type)
      const key = `${type} ${shape.join(',')} ${Buffer.from(bytes).toString('latin1')}`
      const known = constants.get(key)
      if (known !== undefined) return known.tensor
      const name = `constant ${constants.size}`
      const tensor = declare(record, { graph: graph(), name, type, shape })
      constants.set(key, { tensor, constant: { name, type, shape, bytes } })
      return tensor
    },
  }
}

function operations(record: GraphRecord, graph: () => Graph): Pick<Graph, 'emit' | 'record' | 'recordAll'> {
  const { nodes, tape } = record.lists
  return {
    emit(operation, inputs, [first, ...more], attributes = {}) {
      const name = `${pathTo(record, operation)} ${nodes.length}`
      const make = ({ shape, type = 'float32' }: Result, ownName: string) =>
        declare(record, { graph: graph(), name: ownName, type, shape })
      const outputs: [Tensor, ...Tensor[]] = [
        make(first, name),
        ...more.map((each, index) => make(each, `${name}.${index + 1}`)),
      ]
      nodes.push({
        operation,
        inputs: inputs.map((tensor) => tensor?.name ?? ''),
        outputs: outputs.map((tensor) => tensor.name),
        attributes,
      })
      return outputs
    },
    record(output, inputs, pullBack) {
      graph().recordAll([output], inputs, ([gradient]) => (gradient === undefined ? [] : pullBack(gradient)))
      return output
    },
    recordAll(outputs, inputs, pullBack) {
      if (!inputs.some((tensor) => record.learned.has(tensor.name))) return
      for (const output of outputs) record.learned.add(output.name)
      tape.push({ outputs, inputs, pullBack })
    },
  }
}

function tables(record: GraphRecord, graph: () => Graph): Pick<Graph, 'lookup' | 'wholeTable'> {
  const wholeTable: Graph['wholeTable'] = (table) => {
    if (graph().mode !== 'inference')
      throw new Error(`the whole table '${table.name}' can be read when training is over`)
    record.names.add(tableName(table))
    return { graph: graph(), name: tableName(table), type: 'float32', shape: [table.rowCount, table.width] }
  }
  return {
    wholeTable,
    lookup(name, shape, table) {
      const full: Shape = [...shape, table.width]
      if (graph().mode === 'inference') {
        const ids = graph().input(name, shape, 'int32')
        const tensor = graph().emit('Gather', [wholeTable(table), ids], [{ shape: full }], { axis: 0 })[0]
        record.lists.lookups.push({ tensor, table })
        return tensor
      }
      const tensor = graph().input(name, full)
      record.lists.lookups.push({ tensor, table })
      record.learned.add(name)
      return tensor
    },
  }
}

/** The name under which a file holds a table. */
export function tableName({ name }: Table): string {
  return `table ${name}`
}

function refuse(
  part: string,
  { en, zh }: Parameters<Graph['fail']>[0],
  expected: string,
  received: Shape | string,
): never {
  throw new AppError(
    'bad_config',
    part === '' ? { en, zh } : { en: `${part}: ${en}`, zh: `${part}：${zh}` },
    {
      ...(part === '' ? {} : { where: part }),
      expected,
      received: typeof received === 'string' ? received : describeShape(received),
    },
  )
}

function toBytes(values: readonly number[] | Float32Array, type: ElementType): Uint8Array {
  switch (type) {
    case 'float32':
      return bytesOf(Float32Array.from(values))
    case 'int32':
      return bytesOf(Int32Array.from(values))
    case 'int64':
      return bytesOf(BigInt64Array.from(Array.from(values, BigInt)))
    case 'bool':
      return Uint8Array.from(values)
    default:
      return type satisfies never
  }
}

/** The memory of an array. Every machine that Node runs on here is little-endian, as ONNX wants it. */
export function bytesOf(values: Float32Array | Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
