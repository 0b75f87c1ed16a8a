import type { Random } from '../../math/random.ts'

export type SampledRows = { readonly rows: Int32Array; readonly others: Int32Array }

/** A seeded share of 0..count-1 without replacement, at least one, and those that were not drawn; both in order. */
export function sampleRows(count: number, share: number, random: Random): SampledRows {
  const size = Math.min(count, Math.max(1, Math.round(count * share)))
  const [rows, others] = [new Int32Array(size), new Int32Array(count - size)]
  let filled = 0
  if (size === count) return { rows: rows.map((_, index) => index), others }
  for (let index = 0; index < count; index++) {
    // Selection sampling: each index with the probability that leaves the right number (Knuth, vol. 2, 3.4.2 S).
    const isDrawn = random.next() * (count - index) < size - filled
    if (isDrawn) rows[filled++] = index
    else others[index - filled] = index
  }
  return { rows, others }
}
