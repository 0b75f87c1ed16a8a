import { AppError } from '../core/errors.ts'
import type { LearningRows, Task } from './learner.ts'

/**
 * Each row's loss times its weight: squared error of amounts, Poisson deviance of counts, log-loss of chances and classes.
 * @param said answers, of a `class` task [rows × classes]
 * @throws AppError 'bad_input' for a task of order, which has no loss of single rows.
 */
export function rowLosses(
  task: Task,
  { labels, weights }: Pick<LearningRows, 'labels' | 'weights'>,
  said: Float64Array,
): Float64Array {
  return Float64Array.from(labels, (label, row) => {
    const weight = weights === undefined ? 1 : (weights[row] ?? 0)
    return weight * lossOf(task, label, said, row)
  })
}

function lossOf(task: Task, label: number, said: Float64Array, row: number): number {
  const answer = said[row] ?? Number.NaN
  switch (task.kind) {
    case 'amount':
      return (label - answer) ** 2
    case 'count': {
      const mean = Math.max(answer, 1e-12)
      return 2 * ((label === 0 ? 0 : label * Math.log(label / mean)) - (label - mean))
    }
    case 'chance':
      return -Math.log(Math.max(label === 1 ? answer : 1 - answer, 1e-12))
    case 'class':
      return -Math.log(Math.max(said[row * task.classCount + label] ?? Number.NaN, 1e-12))
    case 'order':
      throw new AppError('bad_input', {
        en: 'an order has no loss of single rows: its importance cannot be told by shuffling',
        zh: '排序任务没有逐行的损失，无法用置换衡量特征重要性',
      })
    default:
      return task satisfies never
  }
}
