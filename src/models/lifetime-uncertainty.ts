import type { Random } from '../math/random.ts'
import { type OrderModel, orderLogLikelihood, orderParameters, withParameters } from './lifetime-orders.ts'
import type { HistoryCount } from './lifetime-summaries.ts'

const hessianStep = 1e-3
/** Draws stay within this many standard-normal lengths, so that a flat likelihood does not throw them off the map. */
const widestDraw = 3

/**
 * Draws parameters from how uncertain a fit left them: log-parameters are normal around the maximum, with the inverse of
 * the observed information as covariance. Empty when the likelihood is flat in some direction, so that it has none.
 * Source: the asymptotic law of maximum likelihood, e.g. Cox & Hinkley (1974), ch. 9.
 */
export function drawParameters(
  model: OrderModel,
  histories: readonly HistoryCount[],
  { count, random }: { readonly count: number; readonly random: Random },
): readonly (readonly number[])[] {
  if (count === 0) return []
  const center = orderParameters(model).map(Math.log)
  const information = negativeHessian(center, (point) =>
    orderLogLikelihood(withParameters(model, point.map(Math.exp)), histories),
  )
  const factor = choleskyFactor(information)
  if (factor === undefined) return []
  return Array.from({ length: count }, () => {
    const normals = center.map(() => Math.max(-widestDraw, Math.min(widestDraw, random.normal())))
    const steps = solveTransposed(factor, normals)
    return center.map((value, k) => Math.exp(value + (steps[k] ?? 0)))
  })
}

/** Minus the matrix of second derivatives, by central differences. */
function negativeHessian(center: readonly number[], f: (point: readonly number[]) => number): number[][] {
  const at = (...moves: readonly (readonly [number, number])[]) => {
    const point = [...center]
    for (const [k, sign] of moves) point[k] = (point[k] ?? 0) + sign * hessianStep
    return f(point)
  }
  return center.map((_, i) =>
    center.map((_, j) => {
      const cross = at([i, 1], [j, 1]) - at([i, 1], [j, -1]) - at([i, -1], [j, 1]) + at([i, -1], [j, -1])
      return -cross / (4 * hessianStep * hessianStep)
    }),
  )
}

/** Lower factor L with L Lᵀ = the matrix; undefined when that is not positive definite. */
function choleskyFactor(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const factor: number[][] = []
  for (const [i, row] of matrix.entries()) {
    const line: number[] = []
    for (let j = 0; j <= i; j++) {
      const other = j < i ? (factor[j] ?? []) : line
      const rest = line.reduce((sum, value, k) => (k < j ? sum - value * (other[k] ?? 0) : sum), row[j] ?? 0)
      if (j < i) line.push(rest / (other[j] ?? 1))
      else if (rest > 0) line.push(Math.sqrt(rest))
      else return undefined
    }
    factor.push(line)
  }
  return factor
}

/** Solves Lᵀ x = values. */
function solveTransposed(factor: readonly (readonly number[])[], values: readonly number[]): number[] {
  const solution = [...values]
  for (let i = values.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < values.length; k++)
      solution[i] = (solution[i] ?? 0) - (factor[k]?.[i] ?? 0) * (solution[k] ?? 0)
    solution[i] = (solution[i] ?? 0) / (factor[i]?.[i] ?? 1)
  }
  return solution
}
