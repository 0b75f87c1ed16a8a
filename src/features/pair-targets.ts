import { compareText } from '../core/compare-text.ts'
import type { PairHistory } from './pair-history.ts'
import { dayMs, halfLifeDays } from './pair-reading.ts'
import type { PairThings } from './pair-things.ts'

/** So many items and so many groups at most: those of most purchases of late. */
const targetLimit = 20_000
const yearDays = 365

/** What can be needed: an item, or a group of items. What all shoppers together did with it before the cut. */
export type PairTarget = {
  readonly isGroup: boolean
  /** An item id, a category, or the tag of a topic. */
  readonly id: string
  /** The group that it is in; of a group itself; empty where there is none. */
  readonly group: string
  readonly buyerCount: number
  /** Purchases of late, each by 2^(−age / half-life). */
  readonly weight: number
  /** Days between one person's purchases of it, of all people who bought it again; NaN where nobody did. */
  readonly gapDays: number
  /** Share of its buyers who bought it again. */
  readonly repeatShare: number
  readonly unitsPerPurchase: number
  readonly price: number
  /** (last horizon − the one before) / both, in −1..1. */
  readonly trend: number
  /** Of a year's units the share in the time of year that the horizon falls in, against an even spread: 1 is no season. */
  readonly season: number
}

export type PairTargets = {
  /** By the number of the thing. */
  readonly byThing: readonly (PairTarget | undefined)[]
  /** Items of each group, by its number, those of most purchases of late first. */
  readonly itemsOfGroup: ReadonlyMap<number, readonly number[]>
  /** Most purchases of late first. */
  readonly items: readonly number[]
  readonly groups: readonly number[]
}

/** Tells an item from a group of the same name. */
export function keyOf(isGroup: boolean, id: string): string {
  return `${isGroup ? 1 : 0}${id}`
}

type Figure =
  | 'buyers'
  | 'days'
  | 'weight'
  | 'units'
  | 'spend'
  | 'repeaters'
  | 'span'
  | 'recent'
  | 'before'
  | 'year'
  | 'season'

/** Purchases of everything by everybody up to one cut, added up share by share of all people. */
export type TargetCounts = {
  add(history: PairHistory): void
  build(): PairTargets
}

/** The cut lies `back` horizons before the end of the histories. */
export function countTargets(
  things: PairThings,
  { horizonDays, back }: { readonly horizonDays: number; readonly back: number },
): TargetCounts {
  const counts: Counts = { horizonDays, back, things, sums: [], own: [] }
  return {
    add: ({ profileIds, purchases }) => {
      for (const person of profileIds.keys()) addPerson(counts, purchases, person)
    },
    build: () => buildTargets(counts),
  }
}

type Counts = {
  readonly horizonDays: number
  readonly back: number
  readonly things: PairThings
  /** By the number of the thing. */
  readonly sums: (Record<Figure, number> | undefined)[]
  /** Of the person at hand, by the number of the thing; empty between two people. */
  readonly own: (Own | undefined)[]
}

/** Of one person and thing: different days, and the ages of the first and the last purchase. */
type Own = { readonly thing: number; days: number; lastDay: number; readonly first: number; last: number }

function addPerson(
  { horizonDays, back, things, sums, own }: Counts,
  lines: PairHistory['purchases'],
  person: number,
): void {
  const cutAgeMs = back * horizonDays * dayMs
  const until = lines.starts[person + 1] ?? 0
  const met: Own[] = []
  for (let place = lines.starts[person] ?? 0; place < until; place++) {
    const ageMs = (lines.agesMs[place] ?? 0) - cutAgeMs
    if (ageMs < 0) break
    const line = { ageDays: ageMs / dayMs, units: lines.units[place] ?? 0, spend: lines.rest[place] ?? 0 }
    const thing = lines.things[place] ?? 0
    const group = things.groupOf[thing] ?? -1
    addLine(sumsAt(sums, thing), line, horizonDays)
    addDay(own, met, thing, line.ageDays)
    if (group < 0) continue
    addLine(sumsAt(sums, group), line, horizonDays)
    addDay(own, met, group, line.ageDays)
  }
  for (const { thing, days, first, last } of met) {
    const all = sumsAt(sums, thing)
    all.buyers++
    all.days += days
    all.span += first - last
    if (days > 1) all.repeaters++
    own[thing] = undefined
  }
}

type Line = { readonly ageDays: number; readonly units: number; readonly spend: number }

function addLine(all: Record<Figure, number>, { ageDays, units, spend }: Line, horizonDays: number): void {
  all.weight += 2 ** (-ageDays / halfLifeDays)
  all.units += units
  all.spend += spend
  if (ageDays < horizonDays) all.recent += units
  else if (ageDays < 2 * horizonDays) all.before += units
  if (ageDays >= yearDays) return
  all.year += units
  if (ageDays >= yearDays - horizonDays) all.season += units
}

function addDay(own: Counts['own'], met: Own[], thing: number, ageDays: number): void {
  const day = Math.floor(ageDays)
  const known = own[thing]
  if (known === undefined) {
    const fresh = { thing, days: 1, lastDay: day, first: ageDays, last: ageDays }
    own[thing] = fresh
    met.push(fresh)
    return
  }
  if (day !== known.lastDay) known.days++
  known.lastDay = day
  known.last = ageDays
}

function sumsAt(sums: Counts['sums'], thing: number): Record<Figure, number> {
  const known = sums[thing]
  if (known !== undefined) return known
  const fresh = {
    ...{ buyers: 0, days: 0, weight: 0, units: 0, spend: 0, repeaters: 0, span: 0 },
    ...{ recent: 0, before: 0, year: 0, season: 0 },
  }
  sums[thing] = fresh
  return fresh
}

function buildTargets({ things, sums, horizonDays }: Counts): PairTargets {
  const idOf = (thing: number) => things.ids[thing] ?? ''
  const sorted = sums
    .flatMap((all, thing): [number, PairTarget][] =>
      all === undefined ? [] : [[thing, toTarget(things, thing, all, horizonDays)]],
    )
    .sort(([a, one], [b, other]) => other.weight - one.weight || compareText(idOf(a), idOf(b)))
  const of = (isGroup: boolean) =>
    sorted.filter(([, target]) => target.isGroup === isGroup).slice(0, targetLimit)
  const [items, groups] = [of(false), of(true)]
  const itemsOfGroup = new Map<number, number[]>()
  for (const [thing] of items) {
    const group = things.groupOf[thing] ?? -1
    if (group < 0) continue
    const own = itemsOfGroup.get(group)
    if (own) own.push(thing)
    else itemsOfGroup.set(group, [thing])
  }
  const byThing: (PairTarget | undefined)[] = things.ids.map(() => undefined)
  for (const [thing, target] of [...items, ...groups]) byThing[thing] = target
  return {
    byThing,
    itemsOfGroup,
    items: items.map(([thing]) => thing),
    groups: groups.map(([thing]) => thing),
  }
}

function toTarget(
  { ids, isGroup, groupOf }: PairThings,
  thing: number,
  all: Record<Figure, number>,
  horizonDays: number,
): PairTarget {
  const gapCount = all.days - all.buyers
  const both = all.recent + all.before
  const evenShare = horizonDays / yearDays
  return {
    isGroup: isGroup[thing] ?? false,
    id: ids[thing] ?? '',
    group: ids[groupOf[thing] ?? -1] ?? '',
    buyerCount: all.buyers,
    weight: Math.fround(all.weight),
    gapDays: gapCount > 0 ? Math.fround(all.span / gapCount) : Number.NaN,
    repeatShare: all.repeaters / all.buyers,
    unitsPerPurchase: all.units / all.days,
    price: all.units > 0 ? Math.fround(all.spend / all.units) : Number.NaN,
    trend: both > 0 ? (all.recent - all.before) / both : 0,
    season: all.year > 0 ? all.season / all.year / evenShare : Number.NaN,
  }
}
