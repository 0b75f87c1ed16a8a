import type { Random } from '../math/random.ts'
import { pickRows } from './folded-rows.ts'
import type { LearningRows } from './learner.ts'

/** Rows to learn from and rows kept apart. */
export type HeldOut = { readonly rest: LearningRows; readonly held: LearningRows }

/**
 * Keeps a seeded share of people apart with all their rows, or of queries where rows have them; undefined where there are too few
 * to leave one on each side.
 */
export function holdOut(rows: LearningRows, share: number, random: Random): HeldOut | undefined {
  const keys = rows.queries ?? rows.dataset.rowIds
  const drawn = random.shuffle([...new Set(keys)])
  const heldCount = Math.round(share * drawn.length)
  if (heldCount === 0 || heldCount === drawn.length) return undefined
  const held = new Set(drawn.slice(0, heldCount))
  const places = Uint32Array.from(keys, (_, row) => row)
  return {
    rest: pickLearningRows(
      rows,
      places.filter((row) => !held.has(keys[row] ?? '')),
    ),
    held: pickLearningRows(
      rows,
      places.filter((row) => held.has(keys[row] ?? '')),
    ),
  }
}

/** The rows at the given places, with their labels, weights and queries. */
export function pickLearningRows(rows: LearningRows, places: Uint32Array): LearningRows {
  const { dataset, labels, categorical, weights, queries } = rows
  return {
    dataset: pickRows(dataset, places),
    labels: Float64Array.from(places, (row) => labels[row] ?? Number.NaN),
    ...(categorical && { categorical }),
    ...(weights && { weights: Float64Array.from(places, (row) => weights[row] ?? Number.NaN) }),
    ...(queries && { queries: Array.from(places, (row) => queries[row] ?? '') }),
  }
}
