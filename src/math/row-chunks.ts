/** Rows that one kernel call takes: from the first to before the last, both multiples of four but for the very last. */
export type RowChunk = { readonly index: number; readonly from: number; readonly to: number }

const leastRows = 4096
const mostChunks = 16

/**
 * Parts of rows for threads to share. How many depends on the rows alone, so that sums over parts, added up in their order, are the
 * same on one thread and on many.
 */
export function splitRows(rowCount: number): RowChunk[] {
  const count = Math.min(mostChunks, Math.max(1, Math.ceil(rowCount / leastRows)))
  const size = 4 * Math.ceil(rowCount / count / 4)
  return Array.from({ length: count }, (_, index) => ({
    index,
    from: Math.min(rowCount, index * size),
    to: Math.min(rowCount, (index + 1) * size),
  }))
}
