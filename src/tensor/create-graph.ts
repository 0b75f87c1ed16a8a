import { AppError } from '../core/errors.ts'
import {
  type Graph,
  type Lookup,
  type Parameter,
  type Result,
  type TapeEntry,
  type Tensor,
  tableName,
} from './graph.ts'
import { bytesOf, type ElementType, type OnnxConstant, type OnnxNode, type OnnxValue } from './onnx-model.ts'
import { describeShape, type Shape } from './shape.ts'

/** A graph with nothing in it; `seed` is that of what it draws by chance. */
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
