import type { Random } from '../random.ts'

/**
 * A fold for each row: seeded, and each class spread evenly over the folds.
 * @returns the fold of each row, 0..foldCount-1
 */
export function stratifiedFolds(labels: ArrayLike<number>, foldCount: number, random: Random): Uint8Array {
  const folds = new Uint8Array(labels.length)
  const classes = Map.groupBy(
    Array.from({ length: labels.length }, (_, row) => row),
    (row) => labels[row] ?? 0,
  )
  let next = 0
  for (const label of [...classes.keys()].sort((a, b) => a - b)) {
    for (const row of random.shuffle(classes.get(label) ?? [])) folds[row] = next++ % foldCount
  }
  return folds
}
