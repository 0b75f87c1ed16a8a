import { AppError } from '../../src/core/errors.ts'
import { groupedFolds } from '../../src/math/metrics/folds.ts'
import type { Random } from '../../src/math/random.ts'

/** Rows whose texts are read without labels, and rows that are judged on. */
export type TransferSplit = { readonly known: Uint32Array; readonly test: Uint32Array }

/** A fifth apart by chance, equal texts together, as `sentiment` does; of it `testRows` at most are judged on. */
export function splitTexts(
  { texts, labels }: { readonly texts: readonly string[]; readonly labels: Uint8Array },
  testRows: number,
  random: Random,
): TransferSplit {
  const folds = groupedFolds(labels, texts, 5, random.fork('folds'))
  const rows = Uint32Array.from(folds.keys())
  const test = random.fork('test').shuffle(rows.filter((row) => folds[row] === 0))
  return { known: rows.filter((row) => folds[row] !== 0), test: test.slice(0, testRows).sort() }
}

/**
 * So many rows by chance, each label as often among them as among all.
 * @throws AppError 'bad_usage' where there are fewer.
 */
export function drawLabels(
  known: Uint32Array,
  labels: Uint8Array,
  count: number,
  random: Random,
): Uint32Array {
  if (count > known.length)
    throw new AppError('bad_usage', `${count} labels are asked for and ${known.length} are there`)
  const sides = [0, 1].map((side) => random.shuffle(known.filter((row) => labels[row] === side)))
  const good = Math.round((count * (sides[1]?.length ?? 0)) / known.length)
  return Uint32Array.from([...(sides[0]?.slice(0, count - good) ?? []), ...(sides[1]?.slice(0, good) ?? [])])
}
