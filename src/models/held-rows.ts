import { groupedFolds, stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import { type HeldOut, pickLearningRows } from './hold-out.ts'
import type { LearningRows } from './learner.ts'

/**
 * Folds in which whoever has several rows, or a query, is in one alone; where everyone has one row, labels are spread evenly
 * over the folds.
 */
export function holdFolds(rows: LearningRows, foldCount: number, random: Random): HeldOut[] {
  const { dataset, labels, queries } = rows
  const keys = queries ?? dataset.rowIds
  const isRepeated = new Set(keys).size < keys.length
  const folds = isRepeated
    ? groupedFolds(labels, keys, foldCount, random)
    : stratifiedFolds(labels, foldCount, random)
  return Array.from({ length: foldCount }, (_, fold) => {
    const [rest, held]: [number[], number[]] = [[], []]
    for (const [row, own] of folds.entries()) (own === fold ? held : rest).push(row)
    return {
      rest: pickLearningRows(rows, Uint32Array.from(rest)),
      held: pickLearningRows(rows, Uint32Array.from(held)),
    }
  })
}

/**
 * A share of who is in the rows, the same ones within every larger share of one chance: all rows of a person or query, or none.
 * At least two people stay.
 */
export function shareOfRows(rows: LearningRows, share: number, random: Random): LearningRows {
  if (share >= 1) return rows
  const keys = rows.queries ?? rows.dataset.rowIds
  const order = random.fork('share').shuffle([...new Set(keys)])
  const kept = new Set(order.slice(0, Math.max(2, Math.round(share * order.length))))
  const places = Uint32Array.from(keys.keys())
  return pickLearningRows(
    rows,
    places.filter((row) => kept.has(keys[row] ?? '')),
  )
}
