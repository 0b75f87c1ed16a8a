import { PbfReader } from 'pbf'
import { tablePrefix } from './graph.ts'
import type { NetworkWeights } from './network.ts'

/**
 * The weights of a network out of the .onnx file that holds it, so that another one can go on from them. What is no weight but a
 * constant of the graph is left out. Field numbers as in `onnx-model.ts`.
 */
export function readWeights(onnx: Uint8Array): NetworkWeights {
  const [parameters, tables]: [Record<string, Float32Array>, Record<string, Float32Array>] = [{}, {}]
  const readGraph = (field: number, _: undefined, reader: PbfReader) => {
    if (field !== 5) return
    const { name, type, bytes } = reader.readMessage(readConstant, {
      name: '',
      type: 0,
      bytes: new Uint8Array(),
    })
    if (type !== 1 || /^constant \d+$/.test(name)) return
    const values = new Float32Array(Uint8Array.from(bytes).buffer)
    if (name.startsWith(tablePrefix)) tables[name.slice(tablePrefix.length)] = values
    else parameters[name] = values
  }
  new PbfReader(onnx).readFields((field, _, reader) => {
    if (field === 7) reader.readMessage(readGraph, undefined)
  }, undefined)
  return { parameters, tables }
}

type Constant = { name: string; type: number; bytes: Uint8Array }

function readConstant(field: number, constant: Constant, reader: PbfReader): void {
  if (field === 2) constant.type = reader.readVarint()
  else if (field === 8) constant.name = reader.readString()
  else if (field === 9) constant.bytes = reader.readBytes()
}
