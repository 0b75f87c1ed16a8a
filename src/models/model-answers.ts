import { AppError } from '../core/errors.ts'
import type { FittedModel, ModelRows, Task } from './learner.ts'

/** Which of a model's answers is looked at: the only one, or that of a class. */
export type AnswerChoice = { readonly task: Task; readonly classIndex?: number }

/** One number a row: the answer, of a `class` task the probability of the chosen class. @throws AppError 'bad_input'. */
export async function predictOne(
  model: FittedModel,
  { task, classIndex }: AnswerChoice,
  dataset: ModelRows,
): Promise<Float64Array> {
  const said = await model.predict(dataset)
  if (task.kind !== 'class') return said
  if (classIndex === undefined || !(classIndex >= 0 && classIndex < task.classCount))
    throw new AppError('bad_input', 'say which class is looked at', {
      expected: `0..${task.classCount - 1}`,
      received: String(classIndex),
    })
  return Float64Array.from(dataset.rowIds, (_, row) => said[row * task.classCount + classIndex] ?? Number.NaN)
}

/** The score of an answer, before the link: log-odds of a probability, the log of a mean count, else the number itself. */
export function scoreOfAnswer(kind: Task['kind'], answer: number): number {
  switch (kind) {
    case 'chance':
    case 'class': {
      const inside = Math.min(1 - 1e-12, Math.max(1e-12, answer))
      return Math.log(inside / (1 - inside))
    }
    case 'count':
      return Math.log(Math.max(answer, 1e-12))
    case 'amount':
    case 'order':
      return answer
    default:
      return kind satisfies never
  }
}

/** The dataset with one column changed. */
export function withColumn(
  { featureNames, rowIds, values, events }: ModelRows,
  column: number,
  valueAt: (row: number) => number,
): ModelRows {
  const changed = values.slice()
  for (let row = 0; row < rowIds.length; row++) changed[row * featureNames.length + column] = valueAt(row)
  return { featureNames, rowIds, values: changed, ...(events && { events }) }
}
