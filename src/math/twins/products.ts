import type { Kernels } from '../kernels.ts'
import type { SharedMemory } from '../web-assembly.ts'
import { doubleAt, floatAt, viewsOf } from './views.ts'

const { fround } = Math

/** assembly/products.ts in TypeScript, to the bit. */
export function createProductTwins(memory: SharedMemory): Pick<Kernels, 'multiplyBlock32' | 'addGram64'> {
  return {
    multiplyBlock32(left, right, out, rowCount, innerCount, columnCount) {
      const { floats } = viewsOf(memory)
      for (let row = 0; row < rowCount; row++)
        for (let column = 0; column < columnCount; column++) {
          let sum = 0
          for (let inner = 0; inner < innerCount; inner++) {
            const factor = floatAt(floats, right / 4 + inner * columnCount + column)
            sum = fround(sum + fround(floatAt(floats, left / 4 + row * innerCount + inner) * factor))
          }
          const place = out / 4 + row * columnCount + column
          floats[place] = floatAt(floats, place) + sum
        }
    },
    addGram64(rows, weights, from, to, stride, out) {
      const { doubles } = viewsOf(memory)
      const product = (row: number, i: number, j: number) => {
        const start = rows / 8 + row * stride
        return (
          doubleAt(doubles, start + i) * doubleAt(doubles, weights / 8 + row) * doubleAt(doubles, start + j)
        )
      }
      for (let row = from; row < to; row += 4)
        for (let i = 0; i < stride; i++)
          for (let j = 0; j <= (i | 1); j++) {
            const low = product(row, i, j) + product(row + 1, i, j)
            const high = product(row + 2, i, j) + product(row + 3, i, j)
            const place = out / 8 + i * stride + j
            doubles[place] = doubleAt(doubles, place) + (low + high)
          }
    },
  }
}
