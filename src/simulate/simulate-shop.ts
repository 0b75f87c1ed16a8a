import type { Random } from '../math/random.ts'
import { runBots } from './bots.ts'
import { dayMs, hourMs } from './calendar.ts'
import type { Item } from './catalogue.ts'
import { createDirt } from './dirt.ts'
import type { SegmentCall } from './segment-call.ts'
import { completeOptions, type GivenShopOptions, type ShopOptions } from './shop-options.ts'
import { type Arrival, buildWorld, type ShopWorld } from './shop-world.ts'
import { acquisitionTime, createShopper, type Shopper } from './shopper.ts'
import { createShopperState, nextVisitTime, type ShopperState } from './shopper-state.ts'
import { countArrival, createTally, type Tally } from './tally.ts'
import { describeTruth, type ShopTruth } from './truth.ts'
import { playVisit } from './visit.ts'

/** A shop whose truth is known: its wares, its people, and every call its sites and servers sent. */
export type SimulatedShop = {
  readonly options: ShopOptions
  readonly items: readonly Item[]
  /** Everybody, in the order they came; made anew on each pass, so nothing is held. */
  shoppers(): Generator<Shopper>
  /**
   * All calls in the order the shop received them; the same on each pass. Holds one hour of calls, what orders bring
   * later, and the shoppers that are still coming: about 2 KB for each of these,
   * 1 KB for each shopper of the whole history.
   */
  calls(tally?: Tally): Generator<SegmentCall>
  /** What was planted, and what the tally of a whole pass counted. */
  truth(tally: Tally): ShopTruth
}

/**
 * The same options and the same seed of `random` give the same shop, call for call.
 * @throws AppError 'bad_input' when an option is out of range.
 */
export function simulateShop(given: GivenShopOptions, random: Random): SimulatedShop {
  const options = completeOptions(given)
  const world = buildWorld(options, random)
  const frame = { options, random, isLeafSold: world.shelf.isLeafSold }
  const makeShopper = (index: number) => createShopper(index, frame)
  return {
    options,
    items: world.items,
    *shoppers() {
      for (let index = 0; index < options.shopperCount; index++) yield makeShopper(index)
    },
    calls: (tally = createTally(options.itemCount)) => streamCalls(world, makeShopper, tally),
    truth: (tally) => describeTruth(world, makeShopper, tally),
  }
}

/** Things to do, by hour since the start. */
type Agenda<T> = Map<number, T[]>

function* streamCalls(
  world: ShopWorld,
  makeShopper: (index: number) => Shopper,
  tally: Tally,
): Generator<SegmentCall> {
  const { options } = world
  const arrivals: Agenda<Arrival> = new Map()
  const visits: Agenda<{ atMs: number; state: ShopperState }> = new Map()
  const hourOf = (atMs: number) => Math.floor((atMs - options.startMs) / hourMs)
  const place = createDirt(options.dirtRates, world.random.fork('dirt'), (arrival) => {
    if (arrival.receivedAtMs < world.endMs) note(arrivals, hourOf(arrival.receivedAtMs), arrival)
  })
  let nextIndex = 0
  for (let hour = 0; hour < options.dayCount * 24; hour++) {
    const untilMs = options.startMs + (hour + 1) * hourMs
    for (; nextIndex < options.shopperCount && acquisitionTime(nextIndex, options) < untilMs; nextIndex++) {
      const state = createShopperState(makeShopper(nextIndex))
      note(visits, hour, { atMs: state.shopper.acquiredAtMs, state })
    }
    if (hour % 24 === 0) runBots(world, Math.floor((hour * hourMs) / dayMs), place)
    for (const { atMs, state } of take(visits, hour)) {
      playVisit(world, state, atMs, place)
      const nextMs = nextVisitTime(world, state, atMs)
      if (nextMs !== undefined) note(visits, hourOf(nextMs), { atMs: nextMs, state })
    }
    for (const arrival of take(arrivals, hour).sort(byArrival)) {
      countArrival(tally, arrival)
      yield arrival.call
    }
  }
}

function byArrival(a: Arrival, b: Arrival): number {
  return a.receivedAtMs - b.receivedAtMs
}

function note<T>(agenda: Agenda<T>, hour: number, entry: T): void {
  const entries = agenda.get(hour)
  if (entries) entries.push(entry)
  else agenda.set(hour, [entry])
}

function take<T>(agenda: Agenda<T>, hour: number): T[] {
  const entries = agenda.get(hour) ?? []
  agenda.delete(hour)
  return entries
}
