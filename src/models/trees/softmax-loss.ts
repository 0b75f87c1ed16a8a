import { AppError } from '../../core/errors.ts'
import type { Loss, LossRows } from './loss.ts'

/** The probability of each of several classes; Friedman's (2001) K trees a round with the diagonal of the hessian. */
export function createSoftmaxLoss({ labels, weights }: LossRows, classCount: number): Loss {
  const rowCount = labels.length
  const weightAt = (row: number) => (weights === undefined ? 1 : (weights[row] ?? 0))
  const chances = new Float64Array(classCount)
  return {
    bestConstants() {
      const shares = new Float64Array(classCount)
      for (let row = 0; row < rowCount; row++) {
        const label = labels[row] ?? 0
        shares[label] = (shares[label] ?? 0) + weightAt(row)
      }
      const total = shares.reduce((sum, share) => sum + share, 0)
      const margins = Array.from(shares, (share) => Math.log(Math.max(share / total, 1e-6)))
      if (margins.every(Number.isFinite)) return margins
      throw new AppError('diverged', 'weights are not finite or sum to 0')
    },
    differentiate(margins, { gradients, hessians }) {
      for (let row = 0; row < rowCount; row++) {
        softmaxInto(chances, margins, row, rowCount)
        const [label, weight] = [labels[row] ?? 0, weightAt(row)]
        for (let output = 0, place = row; output < classCount; output++, place += rowCount) {
          const chance = chances[output] ?? 0
          gradients[place] = weight * (chance - (output === label ? 1 : 0))
          hessians[place] = weight * Math.max((classCount / (classCount - 1)) * chance * (1 - chance), 1e-16)
        }
      }
    },
    mean(margins) {
      let [sum, total] = [0, 0]
      for (let row = 0; row < rowCount; row++) {
        const logSum = softmaxInto(chances, margins, row, rowCount)
        sum += weightAt(row) * (logSum - (margins[(labels[row] ?? 0) * rowCount + row] ?? 0))
        total += weightAt(row)
      }
      return sum / total
    },
  }
}

/** Probabilities [rows × classes], row-major, of margins [classes × rows]. */
export function softmaxRows(margins: Float64Array, classCount: number): Float64Array {
  const rowCount = margins.length / classCount
  const probabilities = new Float64Array(margins.length)
  for (let row = 0; row < rowCount; row++)
    softmaxInto(probabilities.subarray(row * classCount, (row + 1) * classCount), margins, row, rowCount)
  return probabilities
}

/** Writes a row's probabilities; returns the logarithm of the sum of its exponentials. */
function softmaxInto(chances: Float64Array, margins: Float64Array, row: number, rowCount: number): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let place = row; place < margins.length; place += rowCount)
    largest = Math.max(largest, margins[place] ?? 0)
  let sum = 0
  for (let output = 0, place = row; output < chances.length; output++, place += rowCount) {
    chances[output] = Math.exp((margins[place] ?? 0) - largest)
    sum += chances[output] ?? 0
  }
  for (let output = 0; output < chances.length; output++) chances[output] = (chances[output] ?? 0) / sum
  return largest + Math.log(sum)
}
