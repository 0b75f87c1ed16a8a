import type { Bilingual } from '../core/language.ts'
import { dayMs } from './calendar.ts'
import { departments, leaves } from './catalogue.ts'
import { entryAt } from './choose.ts'
import { examinationByPosition } from './shelf.ts'
import type { ShopOptions } from './shop-options.ts'
import type { ShopWorld } from './shop-world.ts'
import type { Shopper } from './shopper.ts'
import type { Tally } from './tally.ts'
import { tasteGroups } from './taste-groups.ts'
import { splitPair } from './words/split-pair.ts'

/** What a test or a reader may compare with what the engine found out; truth.json. */
export type ShopTruth = {
  readonly options: ShopOptions
  readonly groups: readonly { readonly name: Bilingual; readonly departmentShares: readonly number[] }[]
  readonly departments: readonly Bilingual[]
  readonly leaves: readonly { readonly name: Bilingual; readonly departmentIndex: number }[]
  readonly items: readonly ItemTruth[]
  /** How likely a place in a list is looked at, beside the first. */
  readonly examinationByPosition: readonly number[]
  /** What the calls hold; `origins` names shoppers, crawlers, scrapers and each kind of dirt. */
  readonly counts: {
    /** Of events.jsonl: the sum of `origins`. */
    readonly lines: number
    readonly origins: Readonly<Record<string, number>>
    /** Of the shoppers' own calls. */
    readonly events: Readonly<Record<string, number>>
    readonly orders: number
    readonly orderTotal: number
    readonly itemsWithoutDescription: number
    readonly itemsWithoutPrice: number
  }
}

type ItemTruth = {
  readonly itemId: string
  readonly leafIndex: number
  readonly priceBand: number
  readonly quality: number
  readonly stockout: { readonly fromMs: number; readonly untilMs: number } | undefined
  /** Of all demand, before stockouts, repeats and add-ons; sums to 1. */
  readonly expectedShare: number
  readonly unitCount: number
}

export function describeTruth(
  world: ShopWorld,
  makeShopper: (index: number) => Shopper,
  tally: Tally,
): ShopTruth {
  const shares = expectedShares(world, makeShopper)
  return {
    options: world.options,
    groups: tasteGroups.map(({ name, departmentShares }) => ({ name, departmentShares })),
    departments: departments.map((department) => splitPair(department.name)),
    leaves: leaves.map(({ name, departmentIndex }) => ({ name, departmentIndex })),
    items: world.items.map((item, index) => ({
      itemId: item.itemId,
      leafIndex: item.leafIndex,
      priceBand: item.priceBand,
      quality: item.quality,
      stockout: item.stockout,
      expectedShare: entryAt(shares, index),
      unitCount: entryAt(tally.unitsByItem, index),
    })),
    examinationByPosition,
    counts: {
      lines: tally.byOrigin.values().reduce((sum, count) => sum + count, 0),
      origins: Object.fromEntries(tally.byOrigin),
      events: Object.fromEntries(tally.byEvent),
      orders: tally.orderCount,
      orderTotal: Math.round(tally.orderTotal * 100) / 100,
      itemsWithoutDescription: world.items.filter((item) => item.description === undefined).length,
      itemsWithoutPrice: world.items.filter((item) => item.isPriceMissing).length,
    },
  }
}

/** Enough people to know the mean, few enough to be quick in a shop of a million. */
const sampleCount = 4000

/** Each shopper's choice by taste and budget, weighted by the orders expected of them in the history. */
function expectedShares(world: ShopWorld, makeShopper: (index: number) => Shopper): Float64Array {
  const { options, shelf } = world
  const shares = new Float64Array(options.itemCount)
  const step = Math.max(1, options.shopperCount / sampleCount)
  // Weight by narrow category and budget first: the choice within is the same for all.
  const weights = new Map<string, { leafIndex: number; band: number; weight: number }>()
  for (let place = 0; place < options.shopperCount; place += step) {
    const shopper = makeShopper(Math.floor(place))
    const days = (Math.min(shopper.droppedAtMs, world.endMs) - shopper.acquiredAtMs) / dayMs
    shopper.leafShares.forEach((share, leafIndex) => {
      const key = `${leafIndex}/${shopper.budgetBand}`
      const entry = weights.get(key) ?? { leafIndex, band: shopper.budgetBand, weight: 0 }
      entry.weight += share * shopper.orderRatePerDay * days
      weights.set(key, entry)
    })
  }
  for (const { leafIndex, band, weight } of weights.values()) {
    for (const [index, probability] of shelf.probabilities(leafIndex, band)) {
      shares[index] = (shares[index] ?? 0) + weight * probability
    }
  }
  const total = shares.reduce((sum, share) => sum + share, 0)
  return shares.map((share) => share / total)
}
