import { compareText } from '../core/compare-text.ts'

/** What a person last said about one category of use, as the shop's consent banner names it. */
export type ConsentFact = { readonly category: string; readonly isGranted: boolean; readonly atMs: number }

/**
 * The consents that a `consent` line tells: `context.consent.categoryPreferences` of its properties, each category true or
 * false. What is neither says nothing, nor do properties that cannot be read.
 */
export function readConsents(properties: string, atMs: number): readonly ConsentFact[] {
  const preferences = ['context', 'consent', 'categoryPreferences'].reduce(child, parseJson(properties))
  if (!isObject(preferences)) return []
  const facts = Object.entries(preferences).flatMap(([category, isGranted]) =>
    typeof isGranted === 'boolean' ? [{ category, isGranted, atMs }] : [],
  )
  return mergeConsents([], facts)
}

/**
 * Of each category the latest word; of one moment a refusal before a grant, so that the order in which they arrive does
 * not matter.
 * @returns facts ordered by category.
 */
export function mergeConsents(
  facts: readonly ConsentFact[],
  more: readonly ConsentFact[],
): readonly ConsentFact[] {
  if (more.length === 0) return facts
  const latest = new Map<string, ConsentFact>()
  for (const fact of [...facts, ...more]) {
    const known = latest.get(fact.category)
    const isLater = known === undefined || fact.atMs > known.atMs
    if (isLater || (fact.atMs === known.atMs && !fact.isGranted)) latest.set(fact.category, fact)
  }
  return [...latest.values()].sort((a, b) => compareText(a.category, b.category))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function child(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
