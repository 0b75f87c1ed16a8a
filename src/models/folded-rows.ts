import type { Dataset } from '../core/dataset.ts'

/** The dataset's rows at the given places. */
export function pickRows({ featureNames, rowIds, values }: Dataset, rows: Uint32Array): Dataset {
  const width = featureNames.length
  const picked = new Float64Array(rows.length * width)
  for (const [index, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), index * width)
  return { featureNames, rowIds: Array.from(rows, (row) => rowIds[row] ?? ''), values: picked }
}
