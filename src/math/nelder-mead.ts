export type NelderMeadOptions = {
  /** 2000 by default. */
  readonly maxIterations?: number
  /** Ends when the values of the simplex differ by less than this, relative to the best; 1e-10 by default. */
  readonly tolerance?: number
}

/** The best point found. `hasConverged` is false when the iterations ran out first. */
export type Minimum = {
  readonly point: Float64Array
  readonly value: number
  readonly iterations: number
  readonly hasConverged: boolean
}

type Vertex = { readonly point: Float64Array; readonly value: number }

/**
 * Minimises without derivatives (Nelder & Mead, 1965; coefficients 1, 2, ½, ½). For a handful of parameters; may be
 * begun again where it ended, which is the usual guard against a collapsed simplex.
 * @param f may return +Infinity outside its domain
 */
export function minimiseNelderMead(
  f: (point: Float64Array) => number,
  start: ArrayLike<number>,
  { maxIterations = 2000, tolerance = 1e-10 }: NelderMeadOptions = {},
): Minimum {
  const simplex = firstSimplex(f, start)
  let iterations = 0
  for (; iterations < maxIterations; iterations++) {
    simplex.sort((a, b) => a.value - b.value)
    if (hasSettled(simplex, tolerance)) break
    step(f, simplex)
  }
  simplex.sort((a, b) => a.value - b.value)
  const best = vertexAt(simplex, 0)
  return { point: best.point, value: best.value, iterations, hasConverged: iterations < maxIterations }
}

function firstSimplex(f: (point: Float64Array) => number, start: ArrayLike<number>): Vertex[] {
  const points = [Float64Array.from(start)]
  for (let axis = 0; axis < start.length; axis++) {
    const point = Float64Array.from(start)
    const value = point[axis] ?? 0
    point[axis] = value + (Math.abs(value) > 1e-3 ? 0.05 * Math.abs(value) + 0.05 : 0.1)
    points.push(point)
  }
  return points.map((point) => ({ point, value: f(point) }))
}

function hasSettled(simplex: readonly Vertex[], tolerance: number): boolean {
  const [best, worst] = [vertexAt(simplex, 0).value, vertexAt(simplex, simplex.length - 1).value]
  return worst - best <= tolerance * (Math.abs(best) + 1e-12)
}

/** Replaces the worst vertex of a sorted simplex, or shrinks towards the best. */
function step(f: (point: Float64Array) => number, simplex: Vertex[]): void {
  const last = simplex.length - 1
  const [best, secondWorst, worst] = [
    vertexAt(simplex, 0),
    vertexAt(simplex, last - 1),
    vertexAt(simplex, last),
  ]
  const centre = centreOf(simplex.slice(0, last))
  const at = (distance: number): Vertex => {
    const point = centre.map((value, axis) => value + distance * ((worst.point[axis] ?? 0) - value))
    return { point, value: f(point) }
  }
  const reflected = at(-1)
  if (reflected.value < best.value) {
    const expanded = at(-2)
    simplex[last] = expanded.value < reflected.value ? expanded : reflected
  } else if (reflected.value < secondWorst.value) {
    simplex[last] = reflected
  } else {
    const contracted = reflected.value < worst.value ? at(-0.5) : at(0.5)
    if (contracted.value < Math.min(reflected.value, worst.value)) simplex[last] = contracted
    else shrink(f, simplex, best)
  }
}

function shrink(f: (point: Float64Array) => number, simplex: Vertex[], best: Vertex): void {
  for (let index = 1; index < simplex.length; index++) {
    const point = vertexAt(simplex, index).point.map((value, axis) => ((best.point[axis] ?? 0) + value) / 2)
    simplex[index] = { point, value: f(point) }
  }
}

function centreOf(vertices: readonly Vertex[]): Float64Array {
  const centre = new Float64Array(vertexAt(vertices, 0).point.length)
  for (const { point } of vertices)
    for (const [axis, value] of point.entries()) centre[axis] = (centre[axis] ?? 0) + value / vertices.length
  return centre
}

function vertexAt(simplex: readonly Vertex[], index: number): Vertex {
  const vertex = simplex[index]
  if (!vertex) throw new Error(`a simplex of ${simplex.length} has no vertex ${index}`)
  return vertex
}
