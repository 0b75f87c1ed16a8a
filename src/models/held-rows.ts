import type { Dataset } from '../core/dataset.ts'
import { itemAt } from '../math/matrix.ts'
import { groupedFolds, stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'
import type { LearningRows } from './learner.ts'

/** Rows to learn from, and rows that tell how well that went. */
export type HeldRows = { readonly rest: LearningRows; readonly held: LearningRows }

/** The given rows, with their labels, weights and queries. */
export function pickRows(rows: LearningRows, picked: readonly number[]): LearningRows {
  const { dataset, labels, categorical, weights, queries } = rows
  return {
    dataset: pickDataset(dataset, picked),
    labels: Float64Array.from(picked, (row) => itemAt(labels, row)),
    ...(categorical && { categorical }),
    ...(weights && { weights: Float64Array.from(picked, (row) => itemAt(weights, row)) }),
    ...(queries && { queries: picked.map((row) => queries[row] ?? '') }),
  }
}

function pickDataset({ featureNames, rowIds, values }: Dataset, picked: readonly number[]): Dataset {
  const width = featureNames.length
  const kept = new Float64Array(picked.length * width)
  for (const [place, row] of picked.entries())
    kept.set(values.subarray(row * width, (row + 1) * width), place * width)
  return { featureNames, rowIds: picked.map((row) => rowIds[row] ?? ''), values: kept }
}

/**
 * Folds in which whoever has several rows, or a query, is in one alone; where everyone has one row, labels are spread evenly
 * over the folds.
 */
export function holdFolds(rows: LearningRows, foldCount: number, random: Random): HeldRows[] {
  const { dataset, labels, queries } = rows
  const keys = queries ?? dataset.rowIds
  const isRepeated = new Set(keys).size < keys.length
  const folds = isRepeated
    ? groupedFolds(labels, keys, foldCount, random)
    : stratifiedFolds(labels, foldCount, random)
  return Array.from({ length: foldCount }, (_, fold) => {
    const [rest, held]: [number[], number[]] = [[], []]
    for (const [row, own] of folds.entries()) (own === fold ? held : rest).push(row)
    return { rest: pickRows(rows, rest), held: pickRows(rows, held) }
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
  return pickRows(
    rows,
    [...keys.keys()].filter((row) => kept.has(keys[row] ?? '')),
  )
}
