/** A tail of purchase counts is cut where fewer than one customer in a million million gets that far. */
export const tailEnd = 1e-12
export const tailLimit = 200_000

/**
 * P(N ≥ k) for k = 1, 2, … of a Poisson count over `time` whose rate is Gamma(shape, rate): negative binomial.
 * Summed in logs from the low end, so that an improbable start does not underflow the rest.
 */
export function negativeBinomialTail(shape: number, rate: number, time: number): Float64Array {
  const lnGrowth = Math.log(time) - Math.log(rate + time)
  const tail: number[] = []
  let lnProbability = -shape * Math.log1p(time / rate)
  let rest = 1
  for (let count = 0; count < tailLimit; count++) {
    const probability = Math.exp(lnProbability)
    rest -= probability
    if (!(rest > tailEnd)) break
    tail.push(rest)
    lnProbability += Math.log((shape + count) / (count + 1)) + lnGrowth
  }
  return Float64Array.from(tail)
}

/** The mean of a count is the sum of its tail. */
export function sumOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}

/** Smallest count that is not exceeded with the given probability, from P(count ≥ k), k = 1, 2, … */
export function countQuantile(tail: Float64Array, probability: number): number {
  const position = tail.findIndex((atLeast) => 1 - atLeast >= probability)
  return position === -1 ? tail.length : position
}
