import { AppError } from '../../core/errors.ts'
import type { Derivatives, Loss, LossRows } from './loss.ts'

/** Rows of one query, `start..end`, and what a perfect order of them is worth. */
type Query = {
  readonly start: number
  readonly end: number
  readonly weight: number
  readonly idealGain: number
}

/**
 * LambdaMART (Burges, 2010): each pair of rows of one query with different grades is pushed apart by how much nDCG would
 * change if they swapped places. The pushes of a query are scaled as LightGBM does, by log₂(1 + Σλ) / Σλ, so that queries of many
 * rows do not drown the others. A query weighs what its first row does.
 */
export function createRankingLoss(rows: LossRows, rankCount: number): Loss {
  const { labels } = rows
  const queries = toQueries(rows, rankCount)
  return {
    bestConstants: () => [0],
    differentiate(margins, derivatives) {
      derivatives.gradients.fill(0)
      derivatives.hessians.fill(1e-16)
      for (const query of queries)
        if (query.idealGain > 0) pushApart(query, { labels, margins, rankCount }, derivatives)
    },
    mean(margins) {
      let [sum, total] = [0, 0]
      for (const query of queries) {
        if (query.idealGain === 0) continue
        const order = orderOf(query, margins)
        sum += query.weight * (1 - gainOf(order, labels, rankCount) / query.idealGain)
        total += query.weight
      }
      return total > 0 ? sum / total : 0
    },
  }
}

function toQueries({ labels, weights, queries = [] }: LossRows, rankCount: number): Query[] {
  const found: Query[] = []
  const seen = new Set<string>()
  for (let start = 0; start < labels.length; ) {
    const name = queries[start] ?? ''
    if (seen.has(name))
      throw new AppError('bad_input', 'rows of one query must stand next to each other', {
        where: `row ${start}`,
        received: name,
      })
    seen.add(name)
    let end = start + 1
    while (end < labels.length && queries[end] === name) end++
    const ideal = Array.from({ length: end - start }, (_, place) => start + place).sort(
      (a, b) => (labels[b] ?? 0) - (labels[a] ?? 0),
    )
    const weight = weights === undefined ? 1 : (weights[start] ?? 0)
    found.push({ start, end, weight, idealGain: gainOf(ideal, labels, rankCount) })
    start = end
  }
  return found
}

/** The query's rows, highest margin first; equal ones in row order. */
function orderOf({ start, end }: Query, margins: Float64Array): number[] {
  const order = Array.from({ length: end - start }, (_, place) => start + place)
  return order.sort((a, b) => (margins[b] ?? 0) - (margins[a] ?? 0) || a - b)
}

/** Discounted cumulative gain of the first ranks: Σ (2^grade − 1) / log₂(rank + 1). */
function gainOf(order: readonly number[], labels: ArrayLike<number>, rankCount: number): number {
  let sum = 0
  for (let rank = 0; rank < Math.min(rankCount, order.length); rank++)
    sum += (2 ** (labels[order[rank] ?? 0] ?? 0) - 1) * discountOf(rank, rankCount)
  return sum
}

function discountOf(rank: number, rankCount: number): number {
  return rank < rankCount ? 1 / Math.log2(rank + 2) : 0
}

type Scores = {
  readonly labels: ArrayLike<number>
  readonly margins: Float64Array
  readonly rankCount: number
}

function pushApart(
  query: Query,
  { labels, margins, rankCount }: Scores,
  { gradients, hessians }: Derivatives,
): void {
  const order = orderOf(query, margins)
  let total = 0
  for (let high = 0; high < Math.min(rankCount, order.length); high++) {
    for (let low = high + 1; low < order.length; low++) {
      const [first, second] = [order[high] ?? 0, order[low] ?? 0]
      const gap = 2 ** (labels[first] ?? 0) - 2 ** (labels[second] ?? 0)
      if (gap === 0) continue
      const discount = discountOf(high, rankCount) - discountOf(low, rankCount)
      const worth = Math.abs(gap * discount) / query.idealGain
      const [better, worse] = gap > 0 ? [first, second] : [second, first]
      const wrong = 1 / (1 + Math.exp((margins[better] ?? 0) - (margins[worse] ?? 0)))
      const [push, curve] = [worth * wrong, worth * wrong * (1 - wrong)]
      gradients[better] = (gradients[better] ?? 0) - push
      gradients[worse] = (gradients[worse] ?? 0) + push
      hessians[better] = (hessians[better] ?? 0) + curve
      hessians[worse] = (hessians[worse] ?? 0) + curve
      total += 2 * push
    }
  }
  if (total === 0) return
  const scale = (query.weight * Math.log2(1 + total)) / total
  for (let row = query.start; row < query.end; row++) {
    gradients[row] = (gradients[row] ?? 0) * scale
    hessians[row] = (hessians[row] ?? 0) * scale
  }
}
