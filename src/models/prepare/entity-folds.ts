import type { Random } from '../../math/random.ts'

/**
 * A fold for each row, drawn by the ids of the rows: rows of one person are in one fold, so that none is judged by a twin. As
 * many folds as asked for, or as there are ids.
 */
export function entityFolds(
  rowIds: readonly string[],
  foldCount: number,
  random: Random,
): { readonly foldOf: Uint8Array; readonly foldCount: number } {
  const ids = random.shuffle([...new Set(rowIds)])
  const count = Math.max(1, Math.min(foldCount, ids.length))
  const places = new Map(ids.map((id, place) => [id, place % count]))
  return { foldOf: Uint8Array.from(rowIds, (id) => places.get(id) ?? 0), foldCount: count }
}
