import { elementAt } from '../../math/matrix.ts'

/**
 * Where bins of about equally many values end: each at a value that is there and below the greatest, so that no bin is empty;
 * fewer than wanted where values repeat.
 */
export function quantileEdges(sorted: Float64Array, wanted: number): Float64Array {
  const [lowest, highest] = [elementAt(sorted, 0), elementAt(sorted, sorted.length - 1)]
  const edges: number[] = []
  for (let part = 1; part < wanted; part++) {
    const edge = elementAt(sorted, Math.floor((part / wanted) * (sorted.length - 1)))
    if (edge !== edges.at(-1) && edge < highest) edges.push(edge)
  }
  if (edges.length === 0 && lowest < highest) edges.push(lowest)
  return Float64Array.from(edges)
}

/** The bin of a value: how many edges lie below it. */
export function findBin(edges: Float64Array, value: number): number {
  let bin = 0
  while (bin < edges.length && value > elementAt(edges, bin)) bin++
  return bin
}
