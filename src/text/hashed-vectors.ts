import { AppError } from '../core/errors.ts'
import { hashTerm } from './hash-term.ts'

/** What was learned of the terms of many documents: plain data for JSON. */
export type TermWeights = {
  readonly formatVersion: 1
  readonly seed: number
  /** Terms are hashed into this many buckets; those that share one are one to every model. */
  readonly bucketCount: number
  readonly documentCount: number
  /** The buckets in use, ascending; the columns of every vector are positions in this list. */
  readonly buckets: readonly number[]
  /** Inverse document frequency of each bucket: ln((1 + n) / (1 + n_t)) + 1. */
  readonly inverseFrequencies: readonly number[]
  /** The most frequent term of each bucket, for names. */
  readonly terms: readonly string[]
}

export type TermWeightsOptions = {
  readonly seed?: number
  readonly bucketCount?: number
  /** Rarer terms tell documents apart but say nothing of what they share. */
  readonly minDocumentCount?: number
  /** Terms in more than this share of the documents are left out. */
  readonly maxDocumentShare?: number
}

/** Sparse rows of length 1 (or 0, for a document without a known term), as compressed rows. */
export type SparseRows = {
  readonly columnCount: number
  /** [rows + 1] where each row starts in the two below. */
  readonly rowStarts: Uint32Array
  /** Ascending within a row. */
  readonly columns: Uint32Array
  readonly values: Float32Array
}

/** Learns the weights of hashed terms (Weinberger et al., 2009) from tokenised documents. */
export function fitTermWeights(
  documents: readonly (readonly string[])[],
  options: TermWeightsOptions = {},
): TermWeights {
  const { seed = 0x5eed, bucketCount = 2 ** 20, minDocumentCount = 1, maxDocumentShare = 1 } = options
  if (!(bucketCount >= 1 && bucketCount <= 2 ** 32))
    throw new AppError('bad_input', `there must be 1 to 2^32 buckets, got ${bucketCount}`)
  const counts = new Map<string, number>()
  for (const document of documents)
    for (const term of new Set(document)) counts.set(term, (counts.get(term) ?? 0) + 1)
  const byBucket = new Map<number, { term: string; termCount: number; count: number }>()
  for (const [term, count] of counts) {
    const bucket = hashTerm(term, seed) % bucketCount
    const known = byBucket.get(bucket)
    if (known === undefined) byBucket.set(bucket, { term, termCount: count, count })
    else {
      known.count = Math.min(documents.length, known.count + count)
      if (count > known.termCount) Object.assign(known, { term, termCount: count })
    }
  }
  const kept = [...byBucket]
    .filter(([, { count }]) => count >= minDocumentCount && count <= maxDocumentShare * documents.length)
    .sort(([a], [b]) => a - b)
  return {
    formatVersion: 1,
    seed,
    bucketCount,
    documentCount: documents.length,
    buckets: kept.map(([bucket]) => bucket),
    inverseFrequencies: kept.map(([, { count }]) => Math.log((1 + documents.length) / (1 + count)) + 1),
    terms: kept.map(([, { term }]) => term),
  }
}

/** Makes the vectors of tokenised documents. */
export type RowBuilder = (documents: readonly (readonly string[])[]) => SparseRows

/** TF-IDF vectors with logarithmic term frequency, (1 + ln tf) · idf, scaled to length 1. */
export function buildSparseRows(weights: TermWeights, documents: readonly (readonly string[])[]): SparseRows {
  return createRowBuilder(weights)(documents)
}

/** `buildSparseRows` prepared once, for those who ask for one document at a time. */
export function createRowBuilder(weights: TermWeights): RowBuilder {
  const columnOf = new Map(weights.buckets.map((bucket, column) => [bucket, column]))
  return (documents) => buildRows(weights, columnOf, documents)
}

function buildRows(
  weights: TermWeights,
  columnOf: ReadonlyMap<number, number>,
  documents: readonly (readonly string[])[],
): SparseRows {
  const rowStarts = new Uint32Array(documents.length + 1)
  const columns: number[] = []
  const values: number[] = []
  const known = new Map<string, number | undefined>()
  const lookUp = (term: string) => {
    if (!known.has(term)) known.set(term, columnOf.get(hashTerm(term, weights.seed) % weights.bucketCount))
    return known.get(term)
  }
  for (const [row, document] of documents.entries()) {
    const counts = new Map<number, number>()
    for (const term of document) {
      const column = lookUp(term)
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1)
    }
    const entries = [...counts]
      .map(([column, count]) => ({
        column,
        value: (1 + Math.log(count)) * (weights.inverseFrequencies[column] ?? 0),
      }))
      .sort((a, b) => a.column - b.column)
    const length = Math.hypot(...entries.map((entry) => entry.value))
    for (const { column, value } of entries) {
      columns.push(column)
      values.push(value / length)
    }
    rowStarts[row + 1] = columns.length
  }
  return {
    columnCount: weights.buckets.length,
    rowStarts,
    columns: Uint32Array.from(columns),
    values: Float32Array.from(values),
  }
}
