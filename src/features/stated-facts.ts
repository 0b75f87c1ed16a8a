import { compareText } from '../core/compare-text.ts'
import type { TraitFeature } from './feature.ts'

/** The latest statement of one trait by one source. */
export type StatedFact = {
  readonly name: string
  /** Empty when the fact was taken back. */
  readonly value: string
  readonly source: string
  readonly atMs: number
}

/** The statement a feature reads: the latest, of one moment that of the greater source, then of the greater name. */
export function findStatement(
  traits: readonly string[],
  facts: readonly StatedFact[],
  asOfMs: number,
): StatedFact | undefined {
  const given = facts.filter(
    ({ name, value, atMs }) => value !== '' && atMs <= asOfMs && traits.includes(name),
  )
  return given.reduce<StatedFact | undefined>(
    (latest, fact) => (latest === undefined || compareFacts(fact, latest) > 0 ? fact : latest),
    undefined,
  )
}

function compareFacts(one: StatedFact, other: StatedFact): number {
  return one.atMs - other.atMs || compareText(one.source, other.source) || compareText(one.name, other.name)
}

/** A day of the shop's calendar. */
type CalendarDay = { readonly year: number; readonly month: number; readonly day: number }

/** A number (NaN where the words are none) or, of a label, the words. */
export function readStatement(
  read: TraitFeature['read'],
  fact: StatedFact | undefined,
  cut: { readonly date: CalendarDay; daysSince(atMs: number): number },
): number | string {
  switch (read) {
    case 'label':
      return fact?.value ?? ''
    case 'number':
      return fact !== undefined && /^-?\d{1,15}(\.\d{1,15})?$/.test(fact.value)
        ? Number(fact.value)
        : Number.NaN
    case 'years':
      return readYears(fact?.value ?? '', cut.date)
    case 'stated_days':
      return fact === undefined ? Number.NaN : cut.daysSince(fact.atMs)
    default:
      return read satisfies never
  }
}

/** Years as they are (`34`), since a date (`1990-05-17`) or since a year (`1990`); from 0 to 130. */
function readYears(value: string, cut: CalendarDay): number {
  const years = countYears(value, cut)
  return years >= 0 && years <= 130 ? years : Number.NaN
}

function countYears(value: string, cut: CalendarDay): number {
  if (/^\d{1,3}$/.test(value)) return Number(value)
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})-(\d{2})(?!\d).*)?$/s.exec(value) ?? []
  if (year === undefined) return Number.NaN
  const since = cut.year - Number(year)
  if (month === undefined) return since
  return cut.month * 100 + cut.day < Number(month) * 100 + Number(day) ? since - 1 : since
}
