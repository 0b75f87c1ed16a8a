import type { SharedMemory } from '../web-assembly.ts'

/** A memory as its elements; an address of bytes is divided by their size first. */
export type Views = {
  readonly floats: Float32Array
  readonly doubles: Float64Array
  readonly words: Uint32Array
}

export function viewsOf({ buffer }: SharedMemory): Views {
  return {
    floats: new Float32Array(buffer),
    doubles: new Float64Array(buffer),
    words: new Uint32Array(buffer),
  }
}

export function floatAt(floats: Float32Array, index: number): number {
  return floats[index] ?? Number.NaN
}

export function doubleAt(doubles: Float64Array, index: number): number {
  return doubles[index] ?? Number.NaN
}

export function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? 0
}
