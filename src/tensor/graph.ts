import type { Random } from '../math/random.ts'
import type { ElementType, OnnxAttribute, OnnxConstant, OnnxNode, OnnxValue } from './onnx-model.ts'
import type { Shape } from './shape.ts'

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

export type TapeEntry = {
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly Tensor[]
  readonly pullBack: PullBackAll
}

export type Result = { readonly shape: Shape; readonly type?: ElementType }

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

/** The name under which a file holds a table begins so. */
export const tablePrefix = 'table '

export function tableName({ name }: Table): string {
  return tablePrefix + name
}
