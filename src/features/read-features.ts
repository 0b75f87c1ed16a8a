import type {
  DerivedFeature,
  FeatureDefinition,
  ObservedFeature,
  Selection,
  TraitFeature,
  Window,
} from './feature.ts'
import type { FeatureLine, ItemLookup } from './feature-line.ts'
import { type FittedConstants, liftEdge } from './fitted-constants.ts'
import {
  createKeyReader,
  type FeatureValue,
  type KeyShare,
  keeperOf,
  readEdge,
  readNumber,
  type Sight,
} from './live/aggregate.ts'
import { cellIdOf, isCellular } from './live/plan.ts'
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
  const places = createPlaces(lens.constants)
  const lineTests = new Map<string, (line: FeatureLine) => boolean>()
  for (const definition of plan.definitions)
    if (definition.source === 'events' && definition.reads.per === 'line' && !isCellular(definition))
      lineTests.set(JSON.stringify(definition.reads), createLineTest(definition.reads))
  return {
    read(state, facts, asOfMs) {
      const { calendar } = plan
      const sight: Sight = { ...lens, asOfMs, today: calendar.dayOf(asOfMs), calendar, places }
      const reading: Reading = {
        plan,
        state: atMoment(plan, state, asOfMs),
        facts,
        sight,
        lineTests,
        units: new Map(),
      }
      return readAll(reading)
    },
  }
}

/** One reading of a person's features. */
type Reading = {
  readonly plan: LivePlan
  readonly state: LiveState
  readonly facts: readonly StatedFact[]
  readonly sight: Sight
  readonly lineTests: ReadonlyMap<string, (line: FeatureLine) => boolean>
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
  for (const definition of reading.plan.definitions) {
    const { name } = definition
    const value = readValue(reading, definition, numbers)
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
  definition: FeatureDefinition,
  numbers: Readonly<Record<string, number>>,
): FeatureValue {
  switch (definition.source) {
    case 'events':
      return readObserved(reading, definition)
    case 'features':
      return derive(definition, numbers, reading.sight.constants)
    case 'traits':
      return readTrait(reading, definition)
    default:
      return definition satisfies never
  }
}

function readObserved(reading: Reading, definition: ObservedFeature): FeatureValue {
  const { aggregate } = definition
  const state = isCellular(definition) ? readCell(reading, definition) : gather(reading, definition)
  switch (aggregate.kind) {
    case 'first':
    case 'last':
      return readEdge(state)
    case 'top':
    case 'affinity':
    case 'share':
    case 'scale_share':
      return readKeys(definition, aggregate, state, reading.sight)
    default:
      return readNumber(aggregate, state, reading.sight)
  }
}

/** What a cell keeps of the window. */
function readCell({ plan, state, sight }: Reading, definition: ObservedFeature): unknown {
  const cell = plan.cells.get(cellIdOf(definition))
  if (cell === undefined) throw new Error(`nothing is kept for ${definition.name}`)
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
function gather(reading: Reading, { reads, window, aggregate }: ObservedFeature): unknown {
  const { sight } = reading
  const keeper = keeperOf(aggregate, createKeyReader(sight.calendar, sight.places))
  const [from, until] = daysOf(window, sight.today)
  let sum = keeper.empty()
  for (const unit of unitsOf(reading, reads))
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

function unitsOf(reading: Reading, reads: Selection): readonly Unit[] {
  const key = JSON.stringify(reads)
  const known = reading.units.get(key)
  if (known !== undefined) return known
  const units = listUnits(reading, reads, key)
  reading.units.set(key, units)
  return units
}

function listUnits({ state, sight, lineTests }: Reading, reads: Selection, key: string): Unit[] {
  const { calendar, constants, asOfMs } = sight
  switch (reads.per) {
    case 'visit':
      return [...state.visits.values()].map((visit) => visitUnit(visit, calendar))
    case 'order': {
      const kinds = new Set<string>(reads.kinds)
      const lines = state.trade.filter((line) => line.atMs <= asOfMs && kinds.has(line.kind))
      return foldOrders(lines, calendar, constants)
    }
    case 'line': {
      const isRead = lineTests.get(key) ?? createLineTest(reads)
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
