import type { Random } from '../math/random.ts'
import { buildClock, dayMs, type Region } from './calendar.ts'
import { buildCatalogue, type Item } from './catalogue.ts'
import { accumulate, entryAt } from './choose.ts'
import type { SegmentCall } from './segment-call.ts'
import { buildShelf, type Shelf } from './shelf.ts'
import type { DirtKind, ShopOptions } from './shop-options.ts'
import type { Shopper } from './shopper.ts'
import { tasteGroups } from './taste-groups.ts'

/** Where a call comes from: what cleaning should tell apart. */
export type CallOrigin = 'shopper' | 'crawler' | 'scraper' | DirtKind

/** Item index and amounts, kept beside an order's call so that the tally need not read the call. */
export type OrderLine = { readonly itemIndex: number; readonly quantity: number; readonly price: number }

/** A call on its way to the shop. */
export type Arrival = {
  readonly receivedAtMs: number
  readonly origin: CallOrigin
  readonly call: SegmentCall
  readonly order?: { readonly lines: readonly OrderLine[]; readonly total: number }
}
export type Place = (arrival: Arrival) => void

/** What everybody in the simulated shop shares; nothing in it changes. */
export type ShopWorld = {
  readonly options: ShopOptions
  readonly endMs: number
  readonly random: Random
  readonly items: readonly Item[]
  readonly shelf: Shelf
  /** Curve of expected visits by day, see `buildClock`. */
  clockOf(shopper: Pick<Shopper, 'groupIndex' | 'region'>): Float64Array
}

export function buildWorld(options: ShopOptions, random: Random): ShopWorld {
  const endMs = options.startMs + options.dayCount * dayMs
  const items = buildCatalogue(
    options.itemCount,
    { startMs: options.startMs, endMs },
    random.fork('catalogue'),
  )
  const clocks: Record<Region, readonly Float64Array[]> = {
    china: tasteGroups.map((group) => buildClock(options, group, 'china')),
    west: tasteGroups.map((group) => buildClock(options, group, 'west')),
  }
  return {
    options,
    endMs,
    random,
    items,
    shelf: buildShelf(items),
    clockOf: ({ groupIndex, region }) => entryAt(clocks[region], groupIndex),
  }
}

/** Local hours 0..23 by group, as running sums over quarters of an hour. */
export const hourCurves: readonly Float64Array[] = tasteGroups.map((group) =>
  accumulate(
    Array.from({ length: 96 }, (_, quarter) =>
      group.hours.reduce((sum, { hour, spread }) => {
        const away = Math.abs(quarter / 4 - hour)
        return sum + Math.exp(-0.5 * (Math.min(away, 24 - away) / spread) ** 2)
      }, 0.02),
    ),
  ),
)
