import { PbfWriter } from 'pbf'

/** What the elements of a tensor are. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool'

/** A size that is known when the graph is built, or the name of one that each run brings. */
export type Dimension = number | string

export type OnnxAttribute = number | readonly number[] | string | { readonly float: number }

/** One operation of ONNX's own set; an empty name stands for an input that is left out. */
export type OnnxNode = {
  readonly operation: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** A plain number is an integer to ONNX; `{ float }` is not. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export type OnnxValue = {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly Dimension[]
}

export type OnnxConstant = {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  /** The elements as they lie in memory, little-endian. */
  readonly bytes: Uint8Array
}

export type OnnxModel = {
  readonly name: string
  /** In an order in which each node finds what it reads. */
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

/** The operators' version (2023-10) and the format's that came with it; every runtime since reads both. */
const operatorSetVersion = 20
const formatVersion = 9

const elementCodes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }
const attributeCodes = { float: 1, int: 2, text: 3, ints: 7 } as const

/** A model as the bytes of an .onnx file. Field numbers: onnx.proto of the ONNX project, `ModelProto` and what it holds. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, formatVersion)
  writer.writeStringField(2, 'likeness')
  writer.writeMessage(7, writeGraph, model)
  writer.writeMessage(8, writeOperatorSet, operatorSetVersion)
  return writer.finish()
}

function writeOperatorSet(version: number, writer: PbfWriter): void {
  writer.writeStringField(1, '')
  writer.writeVarintField(2, version)
}

function writeGraph(model: OnnxModel, writer: PbfWriter): void {
  for (const node of model.nodes) writer.writeMessage(1, writeNode, node)
  writer.writeStringField(2, model.name)
  for (const constant of model.constants) writer.writeMessage(5, writeConstant, constant)
  for (const input of model.inputs) writer.writeMessage(11, writeValue, input)
  for (const output of model.outputs) writer.writeMessage(12, writeValue, output)
}

function writeNode(node: OnnxNode, writer: PbfWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input)
  for (const output of node.outputs) writer.writeStringField(2, output)
  writer.writeStringField(4, node.operation)
  for (const attribute of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, attribute)
}

function writeAttribute([name, value]: readonly [string, OnnxAttribute], writer: PbfWriter): void {
  writer.writeStringField(1, name)
  if (typeof value === 'number') {
    writer.writeVarintField(3, value)
    writer.writeVarintField(20, attributeCodes.int)
  } else if (typeof value === 'string') {
    writer.writeStringField(4, value)
    writer.writeVarintField(20, attributeCodes.text)
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float)
    writer.writeVarintField(20, attributeCodes.float)
  } else {
    for (const each of value) writer.writeVarintField(8, each)
    writer.writeVarintField(20, attributeCodes.ints)
  }
}

function writeConstant({ name, type, shape, bytes }: OnnxConstant, writer: PbfWriter): void {
  for (const size of shape) writer.writeVarintField(1, size)
  writer.writeVarintField(2, elementCodes[type])
  writer.writeStringField(8, name)
  writer.writeBytesField(9, bytes)
}

function writeValue({ name, type, shape }: OnnxValue, writer: PbfWriter): void {
  const writeSize = (size: Dimension, to: PbfWriter) =>
    typeof size === 'number' ? to.writeVarintField(1, size) : to.writeStringField(2, size)
  const writeShape = (sizes: readonly Dimension[], to: PbfWriter) => {
    for (const size of sizes) to.writeMessage(1, writeSize, size)
  }
  const writeTensorType = (_: undefined, to: PbfWriter) => {
    to.writeVarintField(1, elementCodes[type])
    to.writeMessage(2, writeShape, shape)
  }
  writer.writeStringField(1, name)
  writer.writeMessage(
    2,
    (_: undefined, to: PbfWriter) => to.writeMessage(1, writeTensorType, undefined),
    undefined,
  )
}

/** The memory of an array. Every machine that Node runs on here is little-endian, as ONNX wants it. */
export function bytesOf(values: Float32Array | Int32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
