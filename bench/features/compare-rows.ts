/** A row of features, of the definitions or of the query by hand. */
export type FeatureRow = {
  readonly profile_id: string
  readonly numbers: readonly (number | null)[]
  readonly labels: readonly string[]
  readonly affinities: readonly (readonly (readonly [string, number])[])[]
}

/** The columns of a row, for saying which one differs. */
export type RowNames = {
  readonly numberNames: readonly string[]
  readonly labelNames: readonly string[]
  readonly affinityNames: readonly string[]
}

/**
 * Holds a row by hand against that of the definitions.
 * @returns the greatest relative difference between any two numbers
 * @throws when a label, a key or a missing value differs, or a number by more than rounding.
 */
export function compareRows(names: RowNames, ours: FeatureRow, hand: FeatureRow): number {
  const fail = (what: string, one: unknown, other: unknown) =>
    new Error(`${what} of ${ours.profile_id}: ${JSON.stringify(one)} here, ${JSON.stringify(other)} by hand`)
  checkLengths(names, hand)
  let greatest = 0
  const take = (name: string, a: number | null | undefined, b: number | null | undefined) => {
    if (typeof a !== 'number' && typeof b !== 'number') return
    const difference = Math.abs((a ?? Number.NaN) - (b ?? Number.NaN)) / Math.max(1, Math.abs(a ?? 0))
    if (!(difference < 1e-6)) throw fail(name, a, b)
    greatest = Math.max(greatest, difference)
  }
  for (const [place, name] of names.numberNames.entries())
    take(name, ours.numbers[place], hand.numbers[place])
  for (const [place, name] of names.labelNames.entries())
    if (ours.labels[place] !== hand.labels[place]) throw fail(name, ours.labels[place], hand.labels[place])
  for (const [place, name] of names.affinityNames.entries()) {
    const [own = [], other = []] = [ours.affinities[place], hand.affinities[place]]
    if (own.length !== other.length || own.some(([key], index) => key !== other[index]?.[0]))
      throw fail(name, own, other)
    for (const [index, [key, share]] of own.entries()) take(`${name}/${key}`, share, other[index]?.[1])
  }
  return greatest
}

function checkLengths(names: RowNames, hand: FeatureRow): void {
  const lengths = [
    ['numbers', names.numberNames, hand.numbers],
    ['labels', names.labelNames, hand.labels],
    ['affinities', names.affinityNames, hand.affinities],
  ] as const
  for (const [what, own, other] of lengths)
    if (own.length !== other.length)
      throw new Error(`${other.length} ${what} by hand, ${own.length} here: ${own.join(', ')}`)
}
