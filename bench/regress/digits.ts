/** Digits of `computed` that are right: the least over the values, at most 15. */
export function leastDigits(computed: ArrayLike<number>, certified: readonly number[]): number {
  return certified.reduce((least, value, index) => Math.min(least, digits(computed[index], value)), 15)
}

/** −log10 of the relative error, or of the absolute one where the certified value is 0. */
function digits(computed = Number.NaN, certified: number): number {
  const error = certified === 0 ? Math.abs(computed) : Math.abs(computed - certified) / Math.abs(certified)
  const right = Math.min(15, -Math.log10(error))
  return Number.isNaN(right) ? Number.NEGATIVE_INFINITY : right
}
