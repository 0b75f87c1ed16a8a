import { createHash } from 'node:crypto'
import type { Dataset } from '../core/dataset.ts'
import type { Bilingual } from '../core/language.ts'

/** The rows that a fit learned from: enough to tell whether another fit saw the same. */
export type LearnedRows = {
  readonly rowCount: number
  readonly featureNames: readonly string[]
  /** SHA-256 over names, ids, values and labels, in hex. */
  readonly checksum: string
}

/** What stands behind a fit, beside its weights and its evaluation. */
export type FitRecord = {
  readonly learnedFrom?: LearnedRows
  /** The fit that was in use when this one was made, and those whose answers it reads. */
  readonly parents: readonly string[]
  /** A fit that learned, or a rule that answers where none is worth having. */
  readonly kind: 'fit' | 'rule'
  /** Why it is in use, or is not. */
  readonly reason: Bilingual
  readonly isForced: boolean
  /** Names of the parts that are bytes, with their sizes. */
  readonly parts?: Readonly<Record<string, number>>
}

/** What a fit learned from, in so many words that it can be told from any other. */
export function describeRows({ featureNames, rowIds, values }: Dataset, labels: Float64Array): LearnedRows {
  const hash = createHash('sha256')
  // Lengths stand in front, so that no two tables read the same.
  hash.update(JSON.stringify([featureNames, rowIds]))
  hash.update(bytesOf(values))
  hash.update(bytesOf(labels))
  return { rowCount: rowIds.length, featureNames, checksum: hash.digest('hex') }
}

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
