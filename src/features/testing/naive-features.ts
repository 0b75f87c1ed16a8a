import type { Aggregate, DerivedFeature, FeatureDefinition, Measure, ObservedFeature } from '../feature.ts'
import { shareColumn, shareKeysOf } from '../feature-keys.ts'
import type { FittedConstants } from '../fitted-constants.ts'
import { localDay, localHour, localMidnightMs } from './local-time.ts'
import type { TestLine } from './test-history.ts'

/** What the features should be, read off one person's lines by plain loops; the oracle that the SQL is held against. */
export type NaiveOptions = {
  readonly asOfMs: number
  readonly timeZone: string
  readonly constants: FittedConstants
  /** Item → its broadest category, brand and topic; empty where it has none. */
  readonly items: Readonly<
    Record<string, { readonly category: string; readonly brand: string; readonly topic: string }>
  >
}

type KeyAggregate = Extract<Aggregate, { kind: 'top' | 'affinity' | 'share' | 'scale_share' }>
type Unit = TestLine & { readonly clippedAmount: number; readonly clippedQuantity: number }

/** Numbers and `feature/key` shares; a missing number is NaN. Labels and affinities are texts. */
export function computeNaively(
  definitions: readonly FeatureDefinition[],
  lines: readonly TestLine[],
  options: NaiveOptions,
): Record<string, number | string> {
  const values: Record<string, number | string> = {}
  const known = lines.filter((line) => line.atMs <= options.asOfMs && !line.marks.includes('bot'))
  for (const definition of definitions) {
    if (definition.source === 'events') observe(values, definition, known, options)
    else values[definition.name] = derive(definition, values, options.constants)
  }
  return values
}

function observe(
  values: Record<string, number | string>,
  definition: ObservedFeature,
  lines: readonly TestLine[],
  options: NaiveOptions,
): void {
  const { name, aggregate } = definition
  const units = select(definition, lines, options)
  const measure = (unit: Unit, of: Measure | undefined) =>
    of === undefined ? 1 : measureOf(unit, of, options)
  switch (aggregate.kind) {
    case 'count':
      values[name] = units.length
      return
    case 'sum':
      values[name] = sum(units.map((unit) => measure(unit, aggregate.of)))
      return
    case 'mean': {
      const isOptional = aggregate.of === 'rating' || aggregate.of === 'dwell_seconds'
      const given = units
        .map((unit) => measure(unit, aggregate.of))
        .filter((value) => !isOptional || value > 0)
      values[name] = sum(given) / given.length
      return
    }
    case 'spread':
      values[name] = deviation(units.map((unit) => measure(unit, aggregate.of)))
      return
    case 'distinct': {
      const ids = units.map((unit) => dimensionOf(unit, aggregate.of, options)).filter((id) => id !== '')
      values[name] = new Set(ids).size
      return
    }
    case 'age': {
      const times = units.map((unit) => unit.atMs)
      const at = aggregate.of === 'first' ? Math.min(...times) : Math.max(...times)
      const { timeZone, asOfMs } = options
      values[name] = units.length === 0 ? Number.NaN : localDay(asOfMs, timeZone) - localDay(at, timeZone)
      return
    }
    case 'gaps': {
      const days = [...new Set(units.map((unit) => localDay(unit.atMs, options.timeZone)))].sort(
        (a, b) => a - b,
      )
      const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0))
      values[name] = aggregate.statistic === 'mean' ? sum(gaps) / gaps.length : deviation(gaps)
      return
    }
    case 'decay':
      values[name] = sum(
        units.map((unit) => {
          const halvings = (options.asOfMs - unit.atMs) / 86_400_000 / aggregate.halfLifeDays
          return measure(unit, aggregate.of) * 2 ** -halvings
        }),
      )
      return
    case 'first':
    case 'last': {
      const given = units.filter((unit) => unit.country !== '').sort((a, b) => a.atMs - b.atMs)
      values[name] = (aggregate.kind === 'first' ? given[0] : given.at(-1))?.country ?? ''
      return
    }
    default:
      observeKeys(values, definition, aggregate, units, options)
  }
}

function observeKeys(
  values: Record<string, number | string>,
  definition: ObservedFeature,
  aggregate: KeyAggregate,
  units: readonly Unit[],
  options: NaiveOptions,
): void {
  const { name } = definition
  switch (aggregate.kind) {
    case 'top':
      values[name] = rank(units, aggregate.of, options)[0]?.[0] ?? ''
      return
    case 'affinity': {
      const ranked = rank(units, aggregate.of, options)
      const total = sum(ranked.map((each) => each[1]))
      for (const [key, count] of ranked.slice(0, aggregate.limit))
        values[shareColumn(name, key)] = count / total
      return
    }
    case 'share': {
      const keys = units.map((unit) => dimensionOf(unit, aggregate.of, options)).filter((key) => key !== '')
      setShares(values, definition, keys, options)
      return
    }
    case 'scale_share':
      setShares(
        values,
        definition,
        units.map((unit) => scaleKeyOf(unit, aggregate.of, options)),
        options,
      )
      return
    default:
      aggregate satisfies never
  }
}

function setShares(
  values: Record<string, number | string>,
  definition: ObservedFeature,
  keys: readonly string[],
  { constants }: NaiveOptions,
): void {
  for (const key of shareKeysOf(definition, constants))
    values[shareColumn(definition.name, key)] = keys.filter((each) => each === key).length / keys.length
}

function select(
  { reads, window }: ObservedFeature,
  lines: readonly TestLine[],
  options: NaiveOptions,
): Unit[] {
  const chosen = lines
    .filter((line) => reads.kinds === undefined || reads.kinds.some((kind) => kind === line.kind))
    .filter((line) =>
      reads.per === 'order'
        ? line.lineType === 'product'
        : (reads.lineTypes?.includes(line.lineType) ?? true),
    )
    .map((line) => ({ ...line, ...clip(line, options.constants) }))
  const units = reads.per === 'order' ? foldOrders(chosen) : chosen
  if (window === 'all') return units
  const today = localDay(options.asOfMs, options.timeZone)
  const until = window.untilDaysAgo ?? 0
  const fromMs = localMidnightMs(today - until - window.days, options.timeZone)
  const untilMs =
    window.untilDaysAgo === undefined
      ? Number.POSITIVE_INFINITY
      : localMidnightMs(today - until, options.timeZone)
  return units.filter((unit) => unit.atMs >= fromMs && unit.atMs < untilMs)
}

function clip(line: TestLine, { quantityLimit, priceLimit }: FittedConstants) {
  const clippedQuantity = Math.min(line.quantity, quantityLimit)
  const byQuantity = line.quantity > quantityLimit ? quantityLimit / line.quantity : 1
  const byPrice = line.price > priceLimit ? priceLimit / line.price : 1
  return { clippedQuantity, clippedAmount: line.amount * byQuantity * byPrice }
}

function foldOrders(lines: readonly Unit[]): Unit[] {
  const orders = Map.groupBy(lines, (line) => `${line.kind} ${line.orderId || line.eventId}`)
  return [...orders.values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => a.atMs - b.atMs)
    if (first === undefined) return []
    const total = (pick: (line: Unit) => number) => sum(group.map(pick))
    return [
      {
        ...first,
        quantity: total((line) => line.quantity),
        amount: total((line) => line.amount),
        clippedQuantity: total((line) => line.clippedQuantity),
        clippedAmount: total((line) => line.clippedAmount),
        coupon: group.find((line) => line.coupon !== '')?.coupon ?? '',
      },
    ]
  })
}

function measureOf(unit: Unit, measure: Measure, { constants }: NaiveOptions): number {
  switch (measure) {
    case 'clipped_quantity':
      return unit.clippedQuantity
    case 'clipped_amount':
      return unit.clippedAmount
    case 'clipped_price':
      return Math.min(unit.price, constants.priceLimit)
    case 'dwell_seconds':
      return unit.dwellMs / 1000
    case 'uses_coupon':
      return unit.coupon === '' ? 0 : 1
    default:
      return unit[measure]
  }
}

function dimensionOf(unit: Unit, dimension: string, options: NaiveOptions): string {
  if (dimension === 'item') return unit.itemId
  const day = String(localDay(unit.atMs, options.timeZone))
  if (dimension === 'day') return day
  if (dimension === 'visit') return unit.sessionId || day
  const item = options.items[unit.itemId]
  if (item === undefined) return ''
  return dimension === 'category' ? item.category : dimension === 'brand' ? item.brand : item.topic
}

/** Keys with their counts, the most frequent first; ties by text for items, by place in the vocabulary for the rest. */
function rank(units: readonly Unit[], of: string, options: NaiveOptions): [string, number][] {
  const { categories, brands } = options.constants
  const vocabulary = of === 'category' ? categories : brands
  const counts = Map.groupBy(units, (unit) => dimensionOf(unit, of, options))
  const order = (a: string, b: string) =>
    of === 'item' ? (a < b ? -1 : 1) : vocabulary.indexOf(a) - vocabulary.indexOf(b)
  return [...counts]
    .filter(([key]) => key !== '')
    .map(([key, group]): [string, number] => [key, group.length])
    .sort((a, b) => b[1] - a[1] || order(a[0], b[0]))
}

function scaleKeyOf(unit: Unit, scale: string, { constants, timeZone }: NaiveOptions): string {
  if (scale === 'price_band')
    return String(1 + constants.priceBandEdges.filter((edge) => unit.price > edge).length)
  if (scale === 'day_part')
    return ['night', 'morning', 'afternoon', 'evening'][Math.floor(localHour(unit.atMs, timeZone) / 6)] ?? ''
  const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
  // 1970-01-01 was a Thursday.
  return weekdays[(localDay(unit.atMs, timeZone) + 3) % 7] ?? ''
}

function derive(
  { name, formula }: DerivedFeature,
  values: Readonly<Record<string, number | string>>,
  constants: FittedConstants,
): number {
  const value = (of: string) => Number(values[of])
  switch (formula.kind) {
    case 'ratio': {
      const to = value(formula.to)
      return to === 0
        ? Number.NaN
        : Math.min(value(formula.of) / to, formula.atMost ?? Number.POSITIVE_INFINITY)
    }
    case 'trend': {
      const [recent, earlier] = [value(formula.recent), value(formula.earlier)]
      return (recent - earlier) / (recent + earlier)
    }
    case 'tier': {
      const of = value(formula.of)
      return Number.isNaN(of) ? of : 1 + (constants.tierEdges[name] ?? []).filter((edge) => of > edge).length
    }
    default:
      return formula satisfies never
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN
  const mean = sum(values) / values.length
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1))
}
