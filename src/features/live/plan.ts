import type { Aggregate, FeatureDefinition, ObservedFeature, Window } from '../feature.ts'
import type { FeatureLine } from '../feature-line.ts'
import { isTrade } from '../selections.ts'
import { createKeyReader, keeperOf } from './aggregate.ts'
import type { Calendar } from './calendar.ts'
import { type Keeper, keepByDay } from './keeper.ts'
import { createLineTest } from './unit.ts'
import type { Places } from './vocabulary.ts'

/** What is kept of one set of lines for the features that share it. */
export type Cell = {
  /** Tells apart what is kept; equal for features that can share it. */
  readonly id: string
  readonly keeper: Keeper
  /** The state of a single day, where the cell is parted by days. */
  readonly inner: Keeper
  readonly isByDay: boolean
  /** How many days back the windows of its features reach; undefined: all time. */
  reachDays: number | undefined
  reads(line: FeatureLine): boolean
}

/** Prices have no bands while they are folded: those features read lines that are kept whole. */
const noPlaces: Places = { placeOf: () => 0, nameOf: () => '', topicPlaceOf: () => 0, bandOf: () => 1 }

/** The cells of the features that read single lines of other kinds than purchases and refunds, each with a name of its own. */
export function planCells(
  definitions: readonly FeatureDefinition[],
  calendar: Calendar,
): ReadonlyMap<string, Cell> {
  const cells = new Map<string, Cell>()
  const keys = createKeyReader(calendar, noPlaces)
  for (const definition of definitions) {
    if (!isCellular(definition)) continue
    const id = cellIdOf(definition)
    const known = cells.get(id)
    const reachDays = reachOf(definition.window)
    if (known !== undefined) {
      known.reachDays = Math.max(known.reachDays ?? 0, reachDays ?? 0)
      continue
    }
    const inner = keeperOf(definition.aggregate, keys)
    const isByDay = definition.window !== 'all'
    const keeper = isByDay ? (keepByDay(inner) as Keeper) : inner
    cells.set(id, { id, keeper, inner, isByDay, reachDays, reads: createLineTest(definition.reads) })
  }
  return cells
}

type CellularFeature = ObservedFeature & {
  readonly reads: Extract<ObservedFeature['reads'], { per: 'line' }>
}

export function isCellular(definition: FeatureDefinition): definition is CellularFeature {
  return definition.source === 'events' && definition.reads.per === 'line' && !isTrade(definition.reads)
}

/** Features share a cell when they keep the same of the same lines, whatever they read off it. */
export function cellIdOf({ reads, window, aggregate }: ObservedFeature): string {
  return JSON.stringify([reads, window === 'all' ? 'all' : 'day', kept(aggregate)])
}

function kept(aggregate: Aggregate): readonly (string | number)[] {
  switch (aggregate.kind) {
    case 'min':
    case 'max':
      return ['range', aggregate.of]
    case 'sum':
    case 'mean':
      return ['total', aggregate.of]
    case 'age':
      return ['times']
    case 'gaps':
      return ['days']
    case 'decay':
      return ['decay', aggregate.of ?? '', aggregate.halfLifeDays]
    case 'distinct':
      return aggregate.of === 'day' ? ['days'] : ['keys', 'item']
    case 'affinity':
    case 'top':
    case 'share':
    case 'scale_share': {
      const isOfItem = ['item', 'category', 'brand', 'topic'].includes(aggregate.of)
      const halfLife = aggregate.kind === 'affinity' ? (aggregate.halfLifeDays ?? 0) : 0
      return ['keys', isOfItem ? 'item' : aggregate.of, ...(halfLife === 0 ? [] : [halfLife])]
    }
    case 'first':
    case 'last':
      return [aggregate.kind, aggregate.of]
    default:
      return [aggregate.kind, 'of' in aggregate ? aggregate.of : '']
  }
}

function reachOf(window: Window): number | undefined {
  return window === 'all' ? undefined : window.days + (window.untilDaysAgo ?? 0)
}
