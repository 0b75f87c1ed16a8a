import type { Dataset } from '../core/dataset.ts'
import { stratifiedFolds } from '../math/metrics/folds.ts'
import type { Random } from '../math/random.ts'

/** One fold held back, and the rest to learn from. */
export type Fold = {
  readonly rest: Dataset
  readonly restLabels: Float64Array
  readonly held: Dataset
  readonly heldLabels: Float64Array
  /** Where the held rows stand in the whole dataset. */
  readonly heldRows: Uint32Array
}

/** Rows in seeded folds with both classes spread evenly: what is predicted of a held fold was not learned from it. */
export function foldRows(
  dataset: Dataset,
  labels: ArrayLike<number>,
  foldCount: number,
  random: Random,
): Fold[] {
  const folds = stratifiedFolds(labels, foldCount, random)
  const pickLabels = (chosen: Uint32Array) => Float64Array.from(chosen, (row) => labels[row] ?? Number.NaN)
  const rows = Uint32Array.from(folds, (_, row) => row)
  return Array.from({ length: foldCount }, (_, fold) => {
    const restRows = rows.filter((row) => folds[row] !== fold)
    const heldRows = rows.filter((row) => folds[row] === fold)
    return {
      rest: pickRows(dataset, restRows),
      restLabels: pickLabels(restRows),
      held: pickRows(dataset, heldRows),
      heldLabels: pickLabels(heldRows),
      heldRows,
    }
  })
}

/** The dataset's rows at the given places. */
export function pickRows({ featureNames, rowIds, values }: Dataset, rows: Uint32Array): Dataset {
  const width = featureNames.length
  const picked = new Float64Array(rows.length * width)
  for (const [index, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), index * width)
  return { featureNames, rowIds: Array.from(rows, (row) => rowIds[row] ?? ''), values: picked }
}

/** What was said of each held fold, in the order of the whole dataset. */
export function joinHeld(folds: readonly Fold[], said: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(folds.reduce((sum, { heldRows }) => sum + heldRows.length, 0))
  for (const [index, { heldRows }] of folds.entries())
    for (const [place, row] of heldRows.entries()) joined[row] = said[index]?.[place] ?? Number.NaN
  return joined
}
