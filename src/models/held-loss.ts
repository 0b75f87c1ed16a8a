import { AppError } from '../core/errors.ts'
import { elementAt, itemAt } from '../math/matrix.ts'
import { logLoss } from '../math/metrics/classification.ts'
import { poissonDeviance } from '../math/metrics/regression.ts'
import type { LearningRows, Task } from './learner.ts'

/** What predictions of held rows cost: less is better. */
export type HeldLoss = (rows: LearningRows, predicted: Float64Array) => number

const depth = 10

/**
 * The loss that a task is tuned by: the mean squared error of amounts, the Poisson deviance of counts, the log-loss of chances and
 * classes, and 1 − nDCG@10 of an order.
 */
export function lossOfTask(task: Task): HeldLoss {
  switch (task.kind) {
    case 'amount':
      return ({ labels }, predicted) =>
        predicted.reduce((sum, value, row) => sum + (value - itemAt(labels, row)) ** 2, 0) / predicted.length
    case 'count':
      return ({ labels }, predicted) => poissonDeviance(labels, predicted)
    case 'chance':
      return ({ labels }, predicted) => logLoss(labels, predicted)
    case 'class':
      return ({ labels }, predicted) => classLoss(labels, predicted, task.classCount)
    case 'order':
      return (rows, predicted) => 1 - orderGain(rows, predicted)
    default:
      return task satisfies never
  }
}

/** Mean of −ln of the probability given to the class that came, kept 1e-15 away from 0. */
function classLoss(labels: ArrayLike<number>, predicted: Float64Array, classCount: number): number {
  let sum = 0
  for (let row = 0; row < labels.length; row++)
    sum -= Math.log(Math.max(1e-15, elementAt(predicted, row * classCount + itemAt(labels, row))))
  return sum / labels.length
}

/** Mean nDCG@10 with gains of 2^grade − 1, over the queries that have a grade above 0 (Järvelin & Kekäläinen, 2002). */
function orderGain({ labels, queries }: LearningRows, predicted: Float64Array): number {
  if (queries === undefined) throw new AppError('bad_input', 'rows of an order task need their queries')
  const gains: number[] = []
  for (const rows of Map.groupBy(queries.keys(), (row) => queries[row]).values()) {
    const ideal = gainOf(rows.map((row) => itemAt(labels, row)).sort((a, b) => b - a))
    const ranked = rows.toSorted((a, b) => elementAt(predicted, b) - elementAt(predicted, a))
    if (ideal > 0) gains.push(gainOf(ranked.map((row) => itemAt(labels, row))) / ideal)
  }
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length
}

function gainOf(grades: readonly number[]): number {
  return grades.slice(0, depth).reduce((sum, grade, rank) => sum + (2 ** grade - 1) / Math.log2(rank + 2), 0)
}
