import type { ModelReasons } from './learner.ts'

/**
 * Reasons of a score as reasons of a rising function of it: each part grows or shrinks with how steep the function is between the
 * base and the row's score, so that they sum to the new score as they did to the old one. Exact where the function is a line.
 */
export function mapReasons(
  { base, contributions }: ModelReasons,
  map: (score: number) => number,
): ModelReasons {
  const mappedBase = map(base)
  return {
    base: mappedBase,
    contributions: contributions.map((parts) => {
      const sum = parts.reduce((total, { contribution }) => total + contribution, 0)
      // Parts that cancel out leave nothing to share: the slope at the base does.
      const step = Math.abs(sum) > 1e-9 ? sum : 1e-6
      const slope = (map(base + step) - mappedBase) / step
      return parts.map(({ feature, contribution }) => ({ feature, contribution: slope * contribution }))
    }),
  }
}
