import { addScaled, dot, elementAt } from './matrix.ts'

/** Value at a point; writes the gradient there into `gradient`. */
export type DifferentiableFunction = (point: Float64Array, gradient: Float64Array) => number

export type LbfgsOptions = {
  /** 200 by default. */
  readonly maxIterations?: number
  /** Ends when no component of the gradient is larger; 1e-6 by default. */
  readonly gradientTolerance?: number
  /** Pairs of steps remembered; 10 by default. */
  readonly memory?: number
}

/** The point found; `hasConverged` tells whether the gradient vanished. */
export type LbfgsMinimum = {
  readonly point: Float64Array
  readonly value: number
  readonly iterations: number
  readonly hasConverged: boolean
}

type Pair = { readonly step: Float64Array; readonly change: Float64Array; readonly curvature: number }
type Place = { readonly point: Float64Array; readonly gradient: Float64Array; readonly value: number }

/**
 * Limited-memory BFGS with a line search that meets the strong Wolfe conditions.
 * Source: Nocedal & Wright (2006), algorithms 7.4, 7.5, 3.5 and 3.6.
 */
export function minimiseLbfgs(
  f: DifferentiableFunction,
  start: ArrayLike<number>,
  options: LbfgsOptions = {},
): LbfgsMinimum {
  const iterations = iterateLbfgs(f, start, options)
  let step = iterations.next()
  while (!step.done) step = iterations.next()
  return step.value
}

/** The same for functions that take long: hands over after each iteration, so that others may have their turn. */
export function* iterateLbfgs(
  f: DifferentiableFunction,
  start: ArrayLike<number>,
  { maxIterations = 200, gradientTolerance = 1e-6, memory = 10 }: LbfgsOptions = {},
): Generator<void, LbfgsMinimum> {
  let place = placeAt(f, Float64Array.from(start))
  const pairs: Pair[] = []
  let iterations = 0
  while (iterations < maxIterations && largest(place.gradient) > gradientTolerance) {
    const direction = descentDirection(place.gradient, pairs)
    const firstStep = pairs.length === 0 ? Math.min(1, 1 / largest(place.gradient)) : 1
    const next = searchLine(f, place, direction, firstStep)
    if (next === undefined) break
    remember(pairs, place, next, memory)
    place = next
    iterations++
    yield
  }
  return {
    point: place.point,
    value: place.value,
    iterations,
    hasConverged: largest(place.gradient) <= gradientTolerance,
  }
}

function placeAt(f: DifferentiableFunction, point: Float64Array): Place {
  const gradient = new Float64Array(point.length)
  return { point, value: f(point, gradient), gradient }
}

/** −H∇f by the two-loop recursion. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value)
  const factors: number[] = []
  for (const { step, change, curvature } of pairs.toReversed()) {
    const factor = inner(step, direction) / curvature
    factors.push(factor)
    addScaled(direction, -factor, change)
  }
  const last = pairs.at(-1)
  if (last) scale(direction, last.curvature / inner(last.change, last.change))
  for (const { step, change, curvature } of pairs)
    addScaled(direction, (factors.pop() ?? 0) - inner(change, direction) / curvature, step)
  return direction
}

function remember(pairs: Pair[], from: Place, to: Place, memory: number): void {
  const step = to.point.map((value, index) => value - elementAt(from.point, index))
  const change = to.gradient.map((value, index) => value - elementAt(from.gradient, index))
  const curvature = inner(step, change)
  if (!(curvature > 1e-14 * inner(change, change))) return
  pairs.push({ step, change, curvature })
  if (pairs.length > memory) pairs.shift()
}

type Trial = Place & { readonly length: number; readonly slope: number }

/** A point along the direction with enough decrease (1e-4) and a flat enough slope (.9); undefined when none is found. */
function searchLine(
  f: DifferentiableFunction,
  from: Place,
  direction: Float64Array,
  firstStep: number,
): Place | undefined {
  const startSlope = inner(from.gradient, direction)
  if (!(startSlope < 0)) return undefined
  const at = (length: number): Trial => {
    const place = placeAt(
      f,
      from.point.map((value, index) => value + length * elementAt(direction, index)),
    )
    return { ...place, length, slope: inner(place.gradient, direction) }
  }
  const isTooHigh = (trial: Trial) => !(trial.value <= from.value + 1e-4 * trial.length * startSlope)
  const isFlat = (trial: Trial) => Math.abs(trial.slope) <= -0.9 * startSlope
  let low: Trial = { ...from, length: 0, slope: startSlope }
  for (let length = firstStep, round = 0; round < 30; round++, length *= 2) {
    const trial = at(length)
    if (isTooHigh(trial) || (round > 0 && trial.value >= low.value)) return zoom(low, trial)
    if (isFlat(trial)) return trial
    if (trial.slope >= 0) return zoom(trial, low)
    low = trial
  }
  return low.length > 0 ? low : undefined

  function zoom(lowest: Trial, other: Trial): Place | undefined {
    let [best, far] = [lowest, other]
    for (let round = 0; round < 40; round++) {
      const trial = at(between(best, far))
      if (isTooHigh(trial) || trial.value >= best.value) far = trial
      else {
        if (isFlat(trial)) return trial
        if (trial.slope * (far.length - best.length) >= 0) far = best
        best = trial
      }
    }
    return best.length > 0 ? best : undefined
  }
}

/** The minimum of the parabola through one end's value and slope and the other's value, kept off the ends. */
function between(a: Trial, b: Trial): number {
  const width = b.length - a.length
  const denominator = 2 * (b.value - a.value - a.slope * width)
  const parabola = a.length - (a.slope * width * width) / denominator
  const [least, most] = [Math.min(a.length, b.length), Math.max(a.length, b.length)]
  const margin = 0.1 * (most - least)
  const isInside = parabola > least + margin && parabola < most - margin
  return isInside ? parabola : (a.length + b.length) / 2
}

function inner(a: Float64Array, b: Float64Array): number {
  return dot(a, 0, b, 0, a.length)
}

function scale(vector: Float64Array, factor: number): void {
  for (const [index, value] of vector.entries()) vector[index] = value * factor
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
