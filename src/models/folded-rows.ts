import { pickSequences } from './event-sequences.ts'
import type { ModelRows } from './learner.ts'

/** The rows at the given places, with their events where they have some. */
export function pickRows({ featureNames, rowIds, values, events }: ModelRows, rows: Uint32Array): ModelRows {
  const width = featureNames.length
  const picked = new Float64Array(rows.length * width)
  for (const [index, row] of rows.entries())
    picked.set(values.subarray(row * width, (row + 1) * width), index * width)
  return {
    featureNames,
    rowIds: Array.from(rows, (row) => rowIds[row] ?? ''),
    values: picked,
    ...(events && { events: pickSequences(events, rows) }),
  }
}
