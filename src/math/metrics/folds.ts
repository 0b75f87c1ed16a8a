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

/**
 * The same with rows of one key in one fold, so that what is judged was not learned by heart: each key goes where the class
 * of its first row is due.
 */
export function groupedFolds(
  labels: ArrayLike<number>,
  keys: readonly string[],
  foldCount: number,
  random: Random,
): Uint8Array {
  const firstRows = new Map<string, number>()
  for (const [row, key] of keys.entries()) if (!firstRows.has(key)) firstRows.set(key, row)
  const rows = [...firstRows.values()]
  const folds = stratifiedFolds(
    rows.map((row) => labels[row] ?? 0),
    foldCount,
    random,
  )
  const foldOf = new Map([...firstRows.keys()].map((key, index) => [key, folds[index] ?? 0]))
  return Uint8Array.from(keys, (key) => foldOf.get(key) ?? 0)
}
