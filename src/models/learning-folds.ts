import { AppError } from '../core/errors.ts'
import { stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { pickLearningRows } from './hold-out.ts'
import type { LearningRows, Task } from './learner.ts'

/** One fold held back, and the rest to learn from. */
export type LearningFold = {
  readonly rest: LearningRows
  readonly held: LearningRows
  /** Where the held rows stand in the whole. */
  readonly heldRows: Uint32Array
}

/**
 * Rows in seeded folds, classes spread evenly where the task has them.
 * @throws AppError 'too_little_data' with fewer rows than folds, or a class with fewer than two rows.
 */
export function foldLearningRows(
  task: Task,
  rows: LearningRows,
  foldCount: number,
  random: Random,
): LearningFold[] {
  const rowCount = rows.labels.length
  if (rowCount < foldCount)
    throw new AppError('too_little_data', {
      en: `${rowCount} rows are too few for ${foldCount} folds`,
      zh: `${rowCount} 行太少，无法分成 ${foldCount} 折`,
    })
  const hasClasses = task.kind === 'chance' || task.kind === 'class'
  const folds = hasClasses
    ? stratifiedFolds(rows.labels, foldCount, random)
    : evenFolds(rowCount, foldCount, random)
  const places = Uint32Array.from(folds, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => {
    const heldRows = places.filter((row) => folds[row] === fold)
    return {
      rest: pickLearningRows(
        rows,
        places.filter((row) => folds[row] !== fold),
      ),
      held: pickLearningRows(rows, heldRows),
      heldRows,
    }
  })
}

function evenFolds(rowCount: number, foldCount: number, random: Random): Uint32Array {
  const folds = new Uint32Array(rowCount)
  const order = random.shuffle(Uint32Array.from(folds, (_, row) => row))
  for (const [rank, row] of order.entries()) folds[row] = rank % foldCount
  return folds
}

/** What was said of each held fold, in the order of the whole. */
export function joinFolds(folds: readonly LearningFold[], said: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(folds.reduce((sum, { heldRows }) => sum + heldRows.length, 0))
  for (const [index, { heldRows }] of folds.entries())
    for (const [place, row] of heldRows.entries()) joined[row] = said[index]?.[place] ?? Number.NaN
  return joined
}
