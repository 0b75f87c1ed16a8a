/** The value below which a share `level` of the sorted values lies, interpolated (type 7 of Hyndman & Fan, 1996). */
export function quantileOfSorted(sorted: ArrayLike<number>, level: number): number {
  const place = level * (sorted.length - 1)
  const below = Math.floor(place)
  const [low = Number.NaN, high = low] = [sorted[below], sorted[below + 1]]
  return low + (high - low) * (place - below)
}
