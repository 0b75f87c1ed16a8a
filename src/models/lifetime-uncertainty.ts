import { AppError } from '../core/errors.ts'
import { type CholeskyFactor, factorCholesky, solveCholesky } from '../math/cholesky.ts'
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
  const factor = factorOrNothing(Float64Array.from(information.flat()), center.length)
  if (factor === undefined) return []
  return Array.from({ length: count }, () => {
    const normals = center.map(() => Math.max(-widestDraw, Math.min(widestDraw, random.normal())))
    const steps = drawNormal(factor, normals)
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

/** Undefined when the matrix is not positive definite. */
function factorOrNothing(values: Float64Array, size: number): CholeskyFactor | undefined {
  try {
    return factorCholesky({ rowCount: size, columnCount: size, values })
  } catch (error) {
    if (error instanceof AppError && error.code === 'diverged') return undefined
    throw error
  }
}

/** A draw with covariance A⁻¹ from standard normals z: A⁻¹ L z = L⁻ᵀ z. */
function drawNormal(factor: CholeskyFactor, normals: readonly number[]): Float64Array {
  const { size, lower } = factor
  const spread = normals.map((_, row) =>
    normals.reduce((sum, normal, k) => (k > row ? sum : sum + (lower[row * size + k] ?? 0) * normal), 0),
  )
  return solveCholesky(factor, spread)
}
