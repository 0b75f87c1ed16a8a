import type { Dataset } from '../core/dataset.ts'
import { AppError } from '../core/errors.ts'
import { itemAt } from '../math/matrix.ts'
import type { Learner, LearningRows, SavedModel, Task } from './learner.ts'

/**
 * What every learner asks of rows before it learns.
 * @throws AppError 'too_little_data' without rows that count, or with one class alone for a chance or a class; 'bad_input' for a
 *   task that the learner does not know, labels that do not fit the task or the rows, infinite values, and weights below 0.
 */
export function checkLearning(
  { kind, tasks }: Pick<Learner<object>, 'kind' | 'tasks'>,
  task: Task,
  rows: LearningRows,
): void {
  if (!tasks.includes(task.kind))
    throw new AppError('bad_input', `a model of kind '${kind}' cannot be asked for ${task.kind}`, {
      expected: tasks.join(', '),
      received: task.kind,
    })
  checkRows(task, rows)
  const counted = countedLabels(rows)
  if (counted.length === 0)
    throw new AppError('too_little_data', {
      en: 'there are no rows to learn from',
      zh: '没有可供学习的数据行',
    })
  if (task.kind !== 'chance' && task.kind !== 'class') return
  if (counted.some((label) => label !== counted[0])) return
  throw new AppError('too_little_data', {
    en: `all ${counted.length} rows have the same label: there is nothing to tell apart`,
    zh: `全部 ${counted.length} 行的标签相同：无可区分`,
  })
}

/**
 * That rows are whole and their labels fit the task; for rows that tell when to stop as well.
 * @throws AppError 'bad_input' saying which row or column is wrong.
 */
export function checkRows(task: Task, rows: LearningRows): void {
  const { dataset, labels, weights, queries, categorical = [] } = rows
  const { length: rowCount } = dataset.rowIds
  checkValues(dataset)
  checkLength('labels', labels.length, rowCount)
  if (weights !== undefined) checkLength('weights', weights.length, rowCount)
  if (task.kind === 'order') checkLength('queries', queries?.length ?? 0, rowCount)
  for (let row = 0; row < rowCount; row++) {
    const label = itemAt(labels, row)
    if (!fitsTask(task, label)) throw wrongNumber('label', row, expectedOf(task), label)
    const weight = weights === undefined ? 1 : itemAt(weights, row)
    if (!(weight >= 0 && Number.isFinite(weight)))
      throw wrongNumber('weight', row, 'a number of at least 0', weight)
  }
  const unknown = categorical.find((name) => !dataset.featureNames.includes(name))
  if (unknown !== undefined)
    throw new AppError('bad_input', `categorical feature '${unknown}' is not in the dataset`)
}

/** The weight of each row; 1 where none are given. */
export function weightsOf({ labels, weights }: Pick<LearningRows, 'labels' | 'weights'>): Float64Array {
  return weights === undefined ? new Float64Array(labels.length).fill(1) : Float64Array.from(weights)
}

/**
 * That a saved model is one that the learner can read.
 * @throws AppError 'bad_config' for another kind or a format of a newer version.
 */
export function checkSaved(
  saved: Pick<SavedModel, 'kind' | 'formatVersion'>,
  kind: string,
  formatVersion: number,
): void {
  const wayOut = { en: 'Train the model again.', zh: '请重新训练该模型。' }
  if (saved.kind !== kind)
    throw new AppError('bad_config', `a saved model of kind '${saved.kind}' is not one of kind '${kind}'`, {
      expected: kind,
      received: saved.kind,
      wayOut,
    })
  if (saved.formatVersion >= 1 && saved.formatVersion <= formatVersion) return
  throw new AppError('bad_config', `the format of a saved model of kind '${kind}' is not known here`, {
    expected: `version 1..${formatVersion}`,
    received: String(saved.formatVersion),
    wayOut,
  })
}

function countedLabels({ labels, weights }: LearningRows): number[] {
  return Array.from(labels).filter((_, row) => weights === undefined || itemAt(weights, row) > 0)
}

function checkValues({ featureNames, rowIds, values }: Dataset): void {
  checkLength('values', values.length, rowIds.length * featureNames.length)
  const wrong = values.findIndex(
    (value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY,
  )
  if (wrong === -1) return
  const row = Math.floor(wrong / featureNames.length)
  throw new AppError('bad_input', 'a value is infinite', {
    where: `row ${row}, column '${featureNames[wrong % featureNames.length]}'`,
    expected: 'a finite number, or NaN where it is missing',
    received: String(values[wrong]),
  })
}

function checkLength(what: string, received: number, expected: number): void {
  if (received === expected) return
  throw new AppError('bad_input', `${received} ${what} stand where ${expected} belong`, {
    expected: String(expected),
    received: String(received),
  })
}

function fitsTask(task: Task, label: number): boolean {
  switch (task.kind) {
    case 'amount':
    case 'order':
      return Number.isFinite(label)
    case 'count':
      return Number.isFinite(label) && label >= 0
    case 'chance':
      return label === 0 || label === 1
    case 'class':
      return Number.isInteger(label) && label >= 0 && label < task.classCount
    default:
      return task satisfies never
  }
}

function expectedOf(task: Task): string {
  switch (task.kind) {
    case 'amount':
    case 'order':
      return 'a finite number'
    case 'count':
      return 'a number of at least 0'
    case 'chance':
      return '0 or 1'
    case 'class':
      return `a whole number in 0..${task.classCount - 1}`
    default:
      return task satisfies never
  }
}

function wrongNumber(what: string, row: number, expected: string, received: number): AppError {
  return new AppError('bad_input', `the ${what} of row ${row} does not fit`, {
    where: `row ${row}`,
    expected,
    received: String(received),
  })
}
