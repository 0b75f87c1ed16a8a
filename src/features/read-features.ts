import type { DerivedFeature, FeatureDefinition, ObservedFeature, TraitFeature, Window } from './feature.ts'
import type { FeatureLine, ItemLookup } from './feature-line.ts'
import { type FittedConstants, liftEdge } from './fitted-constants.ts'
import {
  createKeyReader,
  type FeatureValue,
  type KeyReader,
  type KeyShare,
  keeperOf,
  readEdge,
  readNumber,
  type Sight,
} from './live/aggregate.ts'
import type { Keeper } from './live/keeper.ts'
import { type Cell, cellIdOf, isCellular } from './live/plan.ts'
import { readKeys } from './live/read-keys.ts'
import { foldOrders } from './live/trade.ts'
import { createLineTest, lineUnit, type Unit } from './live/unit.ts'
import { visitUnit } from './live/visits.ts'
import { createPlaces } from './live/vocabulary.ts'
import { type LivePlan, type LiveState, packState, settleAhead, unpackState } from './live-state.ts'
import type { ProfileFeatures } from './load-features.ts'
import { findStatement, readStatement, type StatedFact } from './stated-facts.ts'

/** What everybody's features are read with: fitted as of a build, and what is known of items. */
export type FeatureLens = {
  readonly constants: FittedConstants
  readonly items: ItemLookup
}

export type FeatureReader = {
  /**
   * Every feature of one person as of a moment that is not before the last fold; NaN numbers, empty texts and shares of 0
   * are left out. The state stays as it is.
   */
  read(state: LiveState, facts: readonly StatedFact[], asOfMs: number): ProfileFeatures
}

/** Reads features off what is kept of a person. */
export function createFeatureReader(plan: LivePlan, lens: FeatureLens): FeatureReader {
  const { calendar } = plan
  const places = createPlaces(lens.constants)
  const keys = createKeyReader(calendar, places)
  const methods = plan.definitions.map((definition) => chooseMethod(definition, plan, keys))
  return {
    read(state, facts, asOfMs) {
      const sight: Sight = { ...lens, asOfMs, today: calendar.dayOf(asOfMs), calendar, places }
      return readAll({ plan, methods, state: atMoment(plan, state, asOfMs), facts, sight, units: new Map() })
    },
  }
}

/** How one feature is read, settled once for all readings. */
type Method =
  | { readonly kind: 'cell'; readonly definition: ObservedFeature; readonly cell: Cell }
  | {
      readonly kind: 'units'
      readonly definition: ObservedFeature
      readonly keeper: Keeper
      /** Features of one selection share its units. */
      readonly unitsKey: string
      readonly isRead: (line: FeatureLine) => boolean
    }
  | { readonly kind: 'derived'; readonly definition: DerivedFeature }
  | { readonly kind: 'stated'; readonly definition: TraitFeature }

function chooseMethod(definition: FeatureDefinition, plan: LivePlan, keys: KeyReader): Method {
  if (definition.source === 'features') return { kind: 'derived', definition }
  if (definition.source === 'traits') return { kind: 'stated', definition }
  if (isCellular(definition)) {
    const cell = plan.cells.get(cellIdOf(definition))
    if (cell === undefined) throw new Error(`nothing is kept for ${definition.name}`)
    return { kind: 'cell', definition, cell }
  }
  const { reads, aggregate } = definition
  const isRead = reads.per === 'line' ? createLineTest(reads) : () => true
  const unitsKey = JSON.stringify(reads)
  return { kind: 'units', definition, keeper: keeperOf(aggregate, keys), unitsKey, isRead }
}

/** One reading of a person's features. */
type Reading = {
  readonly plan: LivePlan
  readonly methods: readonly Method[]
  readonly state: LiveState
  readonly facts: readonly StatedFact[]
  readonly sight: Sight
  /** Selection → its units: lines and orders of trade, and visits. */
  readonly units: Map<string, readonly Unit[]>
}

/** The state with what was dated ahead and has come to pass, which is rare. */
function atMoment(plan: LivePlan, state: LiveState, asOfMs: number): LiveState {
  if (!state.ahead.some((line) => line.atMs <= asOfMs)) return state
  const copy = unpackState(plan, structuredClone(packState(plan, state, asOfMs)))
  if (copy === undefined) throw new Error('a state does not fit the plan that packed it')
  settleAhead(plan, copy, asOfMs)
  return copy
}

function readAll(reading: Reading): ProfileFeatures {
  const numbers: Record<string, number> = {}
  const labels: Record<string, string> = {}
  const shares: Record<string, readonly KeyShare[]> = {}
  for (const method of reading.methods) {
    const { name } = method.definition
    const value = readValue(reading, method, numbers)
    if (typeof value === 'number') {
      if (!Number.isNaN(value)) numbers[name] = value
    } else if (typeof value === 'string') {
      if (value !== '') labels[name] = value
    } else if (value.length > 0) shares[name] = value
  }
  return { asOfMs: reading.sight.asOfMs, numbers, labels, shares }
}

function readValue(
  reading: Reading,
  method: Method,
  numbers: Readonly<Record<string, number>>,
): FeatureValue {
  switch (method.kind) {
    case 'cell':
      return readAggregate(reading, method.definition, readCell(reading, method))
    case 'units':
      return readAggregate(reading, method.definition, gather(reading, method))
    case 'derived':
      return derive(method.definition, numbers, reading.sight.constants)
    case 'stated':
      return readTrait(reading, method.definition)
    default:
      return method satisfies never
  }
}

function readAggregate({ sight }: Reading, definition: ObservedFeature, kept: unknown): FeatureValue {
  const { aggregate } = definition
  switch (aggregate.kind) {
    case 'first':
    case 'last':
      return readEdge(kept)
    case 'top':
    case 'affinity':
    case 'share':
    case 'scale_share':
      return readKeys(definition, aggregate, kept, sight)
    default:
      return readNumber(aggregate, kept, sight)
  }
}

/** What a cell keeps of the window. */
function readCell(
  { state, sight }: Reading,
  { definition, cell }: Extract<Method, { kind: 'cell' }>,
): unknown {
  const kept = state.cells.get(cell.id) ?? cell.keeper.empty()
  if (!cell.isByDay) return kept
  const [from, until] = daysOf(definition.window, sight.today)
  let sum = cell.inner.empty()
  // A merge may change what it is given first, which here is never the tile.
  for (const [day, tile] of kept as ReadonlyMap<number, unknown>)
    if (day >= from && day <= until) sum = cell.inner.merge(sum, tile)
  return sum
}

/** What is kept whole, added up for the window. */
function gather(reading: Reading, method: Extract<Method, { kind: 'units' }>): unknown {
  const { keeper, definition } = method
  const [from, until] = daysOf(definition.window, reading.sight.today)
  let sum = keeper.empty()
  for (const unit of unitsOf(reading, method))
    if (unit.day >= from && unit.day <= until) sum = keeper.add(sum, unit)
  return sum
}

/** The first and the last day of a window. */
function daysOf(window: Window, today: number): readonly [from: number, until: number] {
  if (window === 'all') return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const { days, untilDaysAgo } = window
  if (untilDaysAgo === undefined) return [today - days, Number.POSITIVE_INFINITY]
  return [today - untilDaysAgo - days, today - untilDaysAgo - 1]
}

function unitsOf(reading: Reading, method: Extract<Method, { kind: 'units' }>): readonly Unit[] {
  const known = reading.units.get(method.unitsKey)
  if (known !== undefined) return known
  const units = listUnits(reading, method)
  reading.units.set(method.unitsKey, units)
  return units
}

function listUnits(
  { state, sight }: Reading,
  { definition, isRead }: Extract<Method, { kind: 'units' }>,
): Unit[] {
  const { calendar, constants, asOfMs } = sight
  const { reads } = definition
  switch (reads.per) {
    case 'visit':
      return [...state.visits.values()].map((visit) => visitUnit(visit, calendar))
    case 'order': {
      const kinds = new Set<string>(reads.kinds)
      const lines = state.trade.filter((line) => line.atMs <= asOfMs && kinds.has(line.kind))
      return foldOrders(lines, calendar, constants)
    }
    case 'line': {
      const lines = state.trade.filter((line) => line.atMs <= asOfMs && isRead(line))
      return lines.map((line) => lineUnit(line, calendar, constants))
    }
    default:
      return reads satisfies never
  }
}

function derive(
  { name, formula }: DerivedFeature,
  numbers: Readonly<Record<string, number>>,
  { tierEdges }: FittedConstants,
): number {
  const value = (of: string) => numbers[of] ?? Number.NaN
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
      return Number.isNaN(of) ? of : 1 + (tierEdges[name] ?? []).filter((edge) => of > liftEdge(edge)).length
    }
    default:
      return formula satisfies never
  }
}

function readTrait({ facts, sight }: Reading, { traits, read }: TraitFeature): number | string {
  const { calendar, today } = sight
  const date = new Date(today * 86_400_000)
  return readStatement(read, findStatement(traits, facts, sight.asOfMs), {
    date: { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    daysSince: (atMs) => today - calendar.dayOf(atMs),
  })
}
