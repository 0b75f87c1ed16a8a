import { compareText } from '../core/compare-text.ts'

/** What one source last said of a person under one name. */
export type TraitFact = {
  readonly name: string
  /** Empty: the source took back what it had said. */
  readonly value: string
  readonly source: string
  /** What the fact may be used for; empty where nothing was said of it. */
  readonly purpose: string
  readonly atMs: number
  /** Said of the user, not of a device alone. */
  readonly isOfUser: boolean
  /** Of which id it was said. */
  readonly id: string
}

/**
 * Of each name, source and id the latest statement, as the table keeps them; of one moment the greater text, so that the
 * order in which statements arrive does not matter. Facts taken back are kept: an older statement may still come, as
 * imports reach back any time.
 * @returns facts ordered by name, source and id.
 */
export function mergeTraits(facts: readonly TraitFact[], more: readonly TraitFact[]): readonly TraitFact[] {
  if (more.length === 0) return facts
  const latest = new Map<string, TraitFact>()
  for (const fact of [...facts, ...more]) {
    const key = `${fact.name}\0${fact.source}\0${fact.isOfUser}\0${fact.id}`
    const known = latest.get(key)
    if (known === undefined || compareFacts(known, fact) < 0) latest.set(key, fact)
  }
  return [...latest.values()].sort(
    (a, b) =>
      compareText(a.name, b.name) ||
      compareText(a.source, b.source) ||
      Number(a.isOfUser) - Number(b.isOfUser) ||
      compareText(a.id, b.id),
  )
}

/**
 * The facts that hold at a moment: of each name and source the latest until then, of one moment the user's before the
 * device's; those taken back are left out.
 */
export function currentTraits(
  facts: readonly TraitFact[],
  asOfMs = Number.POSITIVE_INFINITY,
): readonly TraitFact[] {
  const latest = new Map<string, TraitFact>()
  for (const fact of facts) {
    const key = `${fact.name}\0${fact.source}`
    const known = latest.get(key)
    if (fact.atMs <= asOfMs && (known === undefined || compareFacts(known, fact) < 0)) latest.set(key, fact)
  }
  return [...latest.values()].filter(({ value }) => value !== '')
}

function compareFacts(a: TraitFact, b: TraitFact): number {
  return (
    a.atMs - b.atMs ||
    Number(a.isOfUser) - Number(b.isOfUser) ||
    compareText(a.value, b.value) ||
    compareText(a.purpose, b.purpose)
  )
}
