import type { Kernels } from '../kernels.ts'
import type { SharedMemory } from '../web-assembly.ts'
import { floatAt, viewsOf } from './views.ts'

const { fround } = Math

/** assembly/vectors.ts in TypeScript, to the bit: every step rounds to float32 and sums keep the order of the lanes. */
export function createVectorTwins(
  memory: SharedMemory,
): Pick<Kernels, 'dot32' | 'addScaled32' | 'multiplyVector32'> {
  return {
    dot32: (a, b, length) => dot(viewsOf(memory).floats, a / 4, b / 4, length),
    addScaled32(target, factor, vector, length) {
      const { floats } = viewsOf(memory)
      const rounded = fround(factor)
      for (let index = 0; index < length; index++) {
        const product = fround(rounded * floatAt(floats, vector / 4 + index))
        floats[target / 4 + index] = floatAt(floats, target / 4 + index) + product
      }
    },
    multiplyVector32(rows, rowCount, columnCount, vector, out) {
      const { floats } = viewsOf(memory)
      const tiled = rowCount - (rowCount % 4)
      for (let row = 0; row < rowCount; row++) {
        const start = rows / 4 + row * columnCount
        const product = row < tiled ? dotOfFour : dot
        floats[out / 4 + row] = product(floats, start, vector / 4, columnCount)
      }
    },
  }
}

/** Two times four lanes, as `dot32` sums. */
function dot(floats: Float32Array, a: number, b: number, length: number): number {
  const lanes = new Float32Array(8)
  const whole = length - (length % 8)
  for (let index = 0; index < whole; index++) {
    const product = fround(floatAt(floats, a + index) * floatAt(floats, b + index))
    lanes[index % 8] = floatAt(lanes, index % 8) + product
  }
  for (let lane = 0; lane < 4; lane++) lanes[lane] = floatAt(lanes, lane) + floatAt(lanes, lane + 4)
  return addRest(floats, { a, b, from: whole, length }, sumLanes(lanes))
}

/** Four lanes, as the tile of four rows sums each. */
function dotOfFour(floats: Float32Array, a: number, b: number, length: number): number {
  const lanes = new Float32Array(4)
  const whole = length - (length % 4)
  for (let index = 0; index < whole; index++) {
    const product = fround(floatAt(floats, a + index) * floatAt(floats, b + index))
    lanes[index % 4] = floatAt(lanes, index % 4) + product
  }
  return addRest(floats, { a, b, from: whole, length }, sumLanes(lanes))
}

function addRest(
  floats: Float32Array,
  { a, b, from, length }: { a: number; b: number; from: number; length: number },
  start: number,
): number {
  let sum = start
  for (let index = from; index < length; index++)
    sum = fround(sum + fround(floatAt(floats, a + index) * floatAt(floats, b + index)))
  return sum
}

function sumLanes(lanes: Float32Array): number {
  const [low, high] = [
    fround(floatAt(lanes, 0) + floatAt(lanes, 1)),
    fround(floatAt(lanes, 2) + floatAt(lanes, 3)),
  ]
  return fround(low + high)
}
