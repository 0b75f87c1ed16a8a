import { dayMs, hourMs, yearMs } from './calendar.ts'
import { accumulate, chooseIndex, entryAt, firstAbove } from './choose.ts'
import { hourCurves, type ShopWorld } from './shop-world.ts'
import type { Shopper } from './shopper.ts'
import { places } from './words/people-words.ts'

/** What changes about a shopper from visit to visit; about 1 KB with the shopper itself. */
export type ShopperState = {
  readonly shopper: Shopper
  /** Running sums of `shopper.leafShares`. */
  readonly leafCurve: Float64Array
  visitCount: number
  orderCount: number
  isRegistered: boolean
  registeredAtMs: number | undefined
  /** One bit a device. */
  loggedInDevices: number
  /** Item indices left in the cart by the last visit. */
  cart: readonly number[]
  /** Item indices of consumables bought, newest last. */
  consumables: readonly number[]
  /** Narrow category of the last order; undefined before the first. */
  lastLeafIndex: number | undefined
}

export function createShopperState(shopper: Shopper): ShopperState {
  return {
    shopper,
    leafCurve: accumulate(shopper.leafShares),
    visitCount: 0,
    orderCount: 0,
    isRegistered: false,
    registeredAtMs: undefined,
    loggedInDevices: 0,
    cart: [],
    consumables: [],
    lastLeafIndex: undefined,
  }
}

/** Nobody comes twice within the hour, so a visit is over before the next begins. */
const shortestGapMs = 1.01 * hourMs

/**
 * When the next visit begins; undefined when the shopper has dropped out or the history ends before. Waiting times
 * are exponential on the group's clock of seasons and weekdays, the hour follows the group's day; a cart left
 * behind brings one shopper in three back within days.
 */
export function nextVisitTime(world: ShopWorld, state: ShopperState, afterMs: number): number | undefined {
  const { shopper } = state
  const random = world.random.fork(`gap/${shopper.index}/${state.visitCount}`)
  const returnsToCart = state.cart.length > 0 && random.next() < 0.35
  const day = returnsToCart
    ? Math.floor((afterMs - world.options.startMs) / dayMs) + 1 + random.integer(3)
    : drawDay(world, state, afterMs, random.exponential(1))
  if (day === undefined) return undefined
  const localQuarter = chooseIndex(entryAt(hourCurves, shopper.groupIndex), random) + random.next()
  const utcHour = (localQuarter / 4 - entryAt(places, shopper.placeIndex).utcOffsetHours + 24) % 24
  const drawnMs = world.options.startMs + day * dayMs + Math.floor(utcHour * hourMs)
  const atMs = Math.max(drawnMs, afterMs + shortestGapMs + random.integer(hourMs))
  // The last hour before the dropout stays empty, so that no visit reaches beyond it.
  return atMs < Math.min(world.endMs, shopper.droppedAtMs - hourMs) ? atMs : undefined
}

function drawDay(
  world: ShopWorld,
  { shopper }: ShopperState,
  afterMs: number,
  unitWait: number,
): number | undefined {
  const clock = world.clockOf(shopper)
  const years = (afterMs - shopper.acquiredAtMs) / yearMs
  const visitsPerDay =
    (shopper.orderRatePerDay / shopper.orderProbability) * Math.exp(shopper.growthPerYear * years)
  const days = (afterMs - world.options.startMs) / dayMs
  const today = Math.floor(days)
  const passed = clockAt(clock, today) + (days - today) * (clockAt(clock, today + 1) - clockAt(clock, today))
  const target = passed + unitWait / visitsPerDay
  return target < clockAt(clock, clock.length - 1) ? firstAbove(clock, target) - 1 : undefined
}

function clockAt(clock: Float64Array, day: number): number {
  return clock[Math.min(day, clock.length - 1)] ?? 0
}
