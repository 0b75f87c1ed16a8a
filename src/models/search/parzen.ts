import type { Random } from '../../math/random.ts'
import { choiceAt, type Dimension, drawPoint } from '../search-space.ts'

/** A point of the unit cube that was tried, and what it cost. */
export type TriedPoint = { readonly point: readonly number[]; readonly loss: number }

/** So many are drawn where the good ones lie dense; the best of them is proposed. */
const candidateCount = 48
/** The share of what was tried that counts as good, and how many at most. */
const goodShare = 0.15
const mostGood = 25
/**
 * Kernels are as wide as the gap between so many points, lest a search settle on its first luck, and narrower than Scott's rule,
 * which lumps several good places into one.
 */
const leastWidth = 0.7
const spreadShare = 0.35
/** The chance that a choice's kernel gives to all other values together. */
const otherShare = 0.25

/**
 * A point where good ones lie dense and others do not, by a tree-structured Parzen estimator: the largest ratio of the
 * density of the good points to that of the rest. Kernels are of all settings together, as what is good of one may hang on another.
 * Source: Bergstra, Bardenet, Bengio & Kégl (2011), "Algorithms for hyper-parameter optimization", section 4, where the prior
 * counts as one point; joint kernels: Falkner, Klein & Hutter (2018), "BOHB", section 3.2.
 */
export function proposeByParzen(
  dimensions: readonly Dimension[],
  tried: readonly TriedPoint[],
  random: Random,
): number[] {
  const ordered = tried.toSorted((a, b) => a.loss - b.loss)
  const goodCount = Math.min(mostGood, Math.max(dimensions.length + 1, Math.ceil(goodShare * ordered.length)))
  const pointsOf = (part: readonly TriedPoint[]) => part.map(({ point }) => point)
  const good = createDensity(dimensions, pointsOf(ordered.slice(0, goodCount)))
  const rest = createDensity(dimensions, pointsOf(ordered.slice(goodCount)))
  let best = { point: drawPoint(dimensions, random), ratio: Number.NEGATIVE_INFINITY }
  for (let draw = 0; draw < candidateCount; draw++) {
    const point = good.draw(random)
    const ratio = good.at(point) / rest.at(point)
    if (ratio > best.ratio) best = { point, ratio }
  }
  return best.point
}

/** A density on the unit cube that is above 0 everywhere: a kernel at each point, and the uniform prior as one more. */
type Density = { at(point: readonly number[]): number; draw(random: Random): number[] }

function createDensity(dimensions: readonly Dimension[], points: readonly (readonly number[])[]): Density {
  const kernels = dimensions.map((dimension, index) =>
    dimension.kind === 'choice'
      ? choiceKernel(dimension.values.length, (coordinate) => choiceAt(dimension, coordinate))
      : normalKernel(
          points.map((point) => point[index] ?? 0),
          dimensions.length,
        ),
  )
  return {
    at: (point) =>
      points.reduce(
        (sum, centre) =>
          sum +
          kernels.reduce(
            (product, kernel, index) => product * kernel.at(point[index] ?? 0, centre[index] ?? 0),
            1,
          ),
        1,
      ) /
      (points.length + 1),
    draw: (random) => {
      const centre = points[random.integer(points.length + 1)]
      if (centre === undefined) return drawPoint(dimensions, random)
      return kernels.map((kernel, index) => kernel.draw(centre[index] ?? 0, random))
    },
  }
}

type Kernel = { at(coordinate: number, centre: number): number; draw(centre: number, random: Random): number }

/** Most of the chance stays at the value, the rest is shared by the others (Aitchison & Aitken, 1976). */
function choiceKernel(valueCount: number, indexOf: (coordinate: number) => number): Kernel {
  if (valueCount === 1) return { at: () => 1, draw: (centre) => centre }
  return {
    at: (coordinate, centre) =>
      valueCount * (indexOf(coordinate) === indexOf(centre) ? 1 - otherShare : otherShare / (valueCount - 1)),
    draw: (centre, random) => {
      if (random.next() >= otherShare) return centre
      const other = random.integer(valueCount - 1)
      return ((other < indexOf(centre) ? other : other + 1) + 0.5) / valueCount
    },
  }
}

/** A normal kernel cut at 0 and 1; its width follows the number of the points and, by Scott's rule, their spread. */
function normalKernel(points: readonly number[], dimensionCount: number): Kernel {
  const mean = points.reduce((sum, point) => sum + point, 0) / points.length
  const spread = Math.sqrt(points.reduce((sum, point) => sum + (point - mean) ** 2, 0) / points.length)
  const width = Math.max(
    leastWidth / (1 + points.length),
    spreadShare * spread * points.length ** (-1 / (dimensionCount + 4)),
  )
  return {
    at: (coordinate, centre) =>
      normalAt((coordinate - centre) / width) /
      width /
      (shareBelow(1, centre, width) - shareBelow(0, centre, width)),
    draw: (centre, random) => {
      for (;;) {
        const coordinate = centre + width * random.normal()
        if (coordinate >= 0 && coordinate < 1) return coordinate
      }
    },
  }
}

function normalAt(deviation: number): number {
  return Math.exp(-0.5 * deviation * deviation) / Math.sqrt(2 * Math.PI)
}

/** The normal distribution function by its logistic approximation, right to .01. */
function shareBelow(coordinate: number, centre: number, width: number): number {
  return 1 / (1 + Math.exp((-1.702 * (coordinate - centre)) / width))
}
