import type { Kernels } from '../kernels.ts'
import type { SharedMemory } from '../web-assembly.ts'
import { doubleAt, viewsOf, wordAt } from './views.ts'

/** assembly/logistic.ts in TypeScript, by Math.exp and Math.log1p: equal to some roundoffs of each term. */
export function createLogisticTwins(memory: SharedMemory): Pick<Kernels, 'addLogistic'> {
  return {
    addLogistic(problem, from, to, out) {
      const { doubles, words } = viewsOf(memory)
      const [rows, labels, weights, point, curvature] = [0, 1, 2, 3, 4].map(
        (field) => wordAt(words, problem / 4 + field) / 8,
      ) as [number, number, number, number, number]
      const stride = wordAt(words, problem / 4 + 5)
      doubles.fill(0, out / 8, out / 8 + stride + 1)
      for (let row = from; row < to; row++) {
        const start = rows + row * stride
        let odds = 0
        for (let column = 0; column < stride; column++)
          odds += doubleAt(doubles, start + column) * doubleAt(doubles, point + column)
        const [label, weight] = [doubleAt(doubles, labels + row), doubleAt(doubles, weights + row)]
        const { loss, probability, spread } = readOdds(odds, label)
        const place = out / 8 + stride
        doubles[place] = doubleAt(doubles, place) + weight * loss
        const pull = weight * (probability - label)
        for (let column = 0; column < stride; column++)
          doubles[out / 8 + column] =
            doubleAt(doubles, out / 8 + column) + pull * doubleAt(doubles, start + column)
        if (curvature !== 0) doubles[curvature + row] = weight * spread
      }
    },
  }
}

function readOdds(odds: number, label: number): { loss: number; probability: number; spread: number } {
  // As the kernel: beyond ±708 the lesser probability stays what it is there.
  const small = Math.exp(Math.max(-Math.abs(odds), -708))
  const share = 1 / (1 + small)
  return {
    loss: Math.max(odds, 0) + Math.log1p(small) - label * odds,
    probability: odds < 0 ? small * share : share,
    spread: small * share * share,
  }
}
