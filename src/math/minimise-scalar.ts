/** Where a function of one number is least. */
export type ScalarMinimum = { readonly point: number; readonly value: number }

const golden = (3 - Math.sqrt(5)) / 2
const maxIterations = 200

/**
 * The minimum of a function with one valley between two bounds, without derivatives: parabolas through the three best
 * points, golden sections where these do not help.
 * Source: Brent (1973), Algorithms for Minimization without Derivatives, ch. 5 (`localmin`).
 * @param f may return +Infinity outside its domain
 */
export function minimiseScalar(
  f: (point: number) => number,
  low: number,
  high: number,
  tolerance = 1e-9,
): ScalarMinimum {
  let [from, to] = [low, high]
  const first = from + golden * (to - from)
  let [best, second, third] = [first, first, first]
  let [atBest, atSecond, atThird] = [f(best), f(best), f(best)]
  let [step, stepBefore] = [0, 0]
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const middle = (from + to) / 2
    const near = tolerance * Math.abs(best) + tolerance / 10
    if (Math.abs(best - middle) <= 2 * near - (to - from) / 2) break
    const places = { best, second, third, atBest, atSecond, atThird }
    const parabola = Math.abs(stepBefore) > near ? parabolicStep(places) : undefined
    const isUsable =
      parabola !== undefined &&
      Math.abs(parabola) < Math.abs(stepBefore) / 2 &&
      best + parabola > from &&
      best + parabola < to
    const rest = best < middle ? to - best : from - best
    ;[stepBefore, step] = isUsable ? [step, parabola] : [rest, golden * rest]
    const point = best + (Math.abs(step) >= near ? step : Math.sign(step) * near)
    const value = f(point)
    if (value <= atBest) {
      if (point < best) to = best
      else from = best
      ;[third, atThird, second, atSecond, best, atBest] = [second, atSecond, best, atBest, point, value]
      continue
    }
    if (point < best) from = point
    else to = point
    if (value <= atSecond || second === best)
      [third, atThird, second, atSecond] = [second, atSecond, point, value]
    else if (value <= atThird || third === best || third === second) [third, atThird] = [point, value]
  }
  return { point: best, value: atBest }
}

type Places = Readonly<Record<'best' | 'second' | 'third' | 'atBest' | 'atSecond' | 'atThird', number>>

/** From the best point to the lowest of the parabola through the three; undefined when they lie on a line. */
function parabolicStep({ best, second, third, atBest, atSecond, atThird }: Places): number | undefined {
  const left = (best - second) * (atBest - atThird)
  const right = (best - third) * (atBest - atSecond)
  const below = 2 * (right - left)
  const above = (best - third) * right - (best - second) * left
  return below === 0 || !Number.isFinite(above / below) ? undefined : -above / below
}
