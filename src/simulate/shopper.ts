import type { Language } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { dayMs, type Region } from './calendar.ts'
import { departments, leaves, priceBandCount } from './catalogue.ts'
import { accumulate, chooseIndex, chooseOne, drawDirichlet, entryAt } from './choose.ts'
import { type Device, drawDevices } from './device.ts'
import { drawPerson, type Person } from './person.ts'
import type { ShopOptions } from './shop-options.ts'
import { tasteGroups } from './taste-groups.ts'
import { places } from './words/people-words.ts'

/** A person and everything that is true of them; a line of truth-shoppers.jsonl. */
export type Shopper = {
  readonly index: number
  /** Used from the day they register, if ever. */
  readonly userId: string
  readonly groupIndex: number
  readonly region: Region
  readonly language: Language
  readonly placeIndex: number
  readonly person: Person
  readonly devices: readonly Device[]
  /** Interest in each of `departments`; sums to 1. */
  readonly departmentShares: readonly number[]
  /** Interest in each of `leaves`; sums to 1. */
  readonly leafShares: readonly number[]
  /** In each department, the brand (of four) preferred over others. */
  readonly favouriteBrands: readonly number[]
  /** The price band that suits best, 0 the cheapest. */
  readonly budgetBand: number
  /** At the first visit, on an ordinary day, while alive; sales and a full cart add to it. */
  readonly orderRatePerDay: number
  /** That a visit ends in an order, likewise. */
  readonly orderProbability: number
  /** The order rate is multiplied by its exponential every year. */
  readonly growthPerYear: number
  readonly acquiredAtMs: number
  /** Nothing is heard of them from here on; may lie beyond the end. */
  readonly droppedAtMs: number
  /** Standard normal: the content rate better and stay longer. */
  readonly satisfaction: number
  readonly refundProbability: number
  readonly reviewProbability: number
  readonly couponProbability: number
  /** The visit (counted from 0) at which they sign up; undefined when they never do. */
  readonly registersAtVisit: number | undefined
}

/** Shoppers come in the order of their index: a quarter of them in the first tenth of the time, then evenly. */
export function acquisitionTime(
  index: number,
  options: Pick<ShopOptions, 'shopperCount' | 'startMs' | 'dayCount'>,
): number {
  const quantile = (index + 0.5) / options.shopperCount
  const share = quantile < 0.25 ? quantile * 0.4 : 0.1 + (quantile - 0.25) * 1.2
  return Math.floor(options.startMs + share * options.dayCount * dayMs)
}

/** The same shopper for the same shop, whatever else was drawn before. */
export function createShopper(index: number, shop: ShopFrame): Shopper {
  const random = shop.random.fork(`shopper/${index}`)
  const groupIndex = chooseIndex(groupWeights, random)
  const group = entryAt(tasteGroups, groupIndex)
  const placeIndex = chooseIndex(placeWeights, random)
  const { isChinese, country } = entryAt(places, placeIndex)
  const language = country === 'CN' || (isChinese && random.next() < 0.4) ? 'zh' : 'en'
  const satisfaction = random.normal()
  const acquiredAtMs = acquisitionTime(index, shop.options)
  const departmentShares = drawDirichlet(group.departmentShares, 25, random)
  return {
    index,
    userId: `u${String(index + 1).padStart(6, '0')}`,
    groupIndex,
    region: isChinese ? 'china' : 'west',
    language,
    placeIndex,
    person: drawPerson({ index, language, group, placeIndex }, random),
    devices: drawDevices(random),
    departmentShares,
    leafShares: drawLeafShares(departmentShares, shop.isLeafSold, random),
    favouriteBrands: departments.map((department) => random.integer(department.brands.length)),
    budgetBand: drawBudget(group.budgetShare, random),
    orderRatePerDay: random.gamma(1.1, 1.1 / (meanOrdersPerDay * group.orderRateFactor)),
    orderProbability: Math.min(0.5, 0.05 + random.gamma(3, 3 / 0.2)),
    growthPerYear: 0.1 + 0.4 * random.normal(),
    acquiredAtMs,
    droppedAtMs: Math.floor(acquiredAtMs + drawLifetimeMs(satisfaction, random)),
    satisfaction,
    refundProbability: Math.min(0.4, random.gamma(0.9, 0.9 / 0.05)),
    reviewProbability: Math.min(0.8, random.gamma(1, 1 / 0.2)),
    couponProbability: Math.min(0.9, random.gamma(1, 1 / 0.2)),
    registersAtVisit: random.next() < 0.16 ? undefined : random.poisson(1.2),
  }
}

/** What of the shop a shopper's making depends on. */
export type ShopFrame = {
  readonly options: Pick<ShopOptions, 'shopperCount' | 'startMs' | 'dayCount'>
  /** False for narrow categories without any item, in very small shops. */
  readonly isLeafSold: readonly boolean[]
  readonly random: Random
}

const meanOrdersPerDay = 0.012
const meanLifetimeDays = 260
const groupWeights = accumulate(tasteGroups.map((group) => group.share))
const placeWeights = accumulate(places.map((place) => place.weight))

/** Exponential, as in Pareto/NBD, its mean rising with satisfaction; never less than three hours. */
function drawLifetimeMs(satisfaction: number, random: Random): number {
  const meanDays = meanLifetimeDays * Math.exp(0.45 * satisfaction - 0.1)
  return (0.125 + random.exponential(1 / meanDays)) * dayMs
}

function drawBudget(share: number, random: Random): number {
  let band = 0
  for (let step = 1; step < priceBandCount; step++) if (random.next() < share) band++
  return band
}

/** Interest in a department is spread over its narrow categories, less evenly for one person than for all. */
function drawLeafShares(
  departmentShares: readonly number[],
  isLeafSold: readonly boolean[],
  random: Random,
): readonly number[] {
  const within = departments.map((department) =>
    drawDirichlet(
      department.leaves.map(() => 1 / department.leaves.length),
      4,
      random,
    ),
  )
  const raw = leaves.map((leaf, index) => {
    const place = index - leaves.findIndex((each) => each.departmentIndex === leaf.departmentIndex)
    const share = entryAt(departmentShares, leaf.departmentIndex)
    return isLeafSold[index] ? share * entryAt(entryAt(within, leaf.departmentIndex), place) + 1e-9 : 0
  })
  const sum = raw.reduce((total, share) => total + share, 0)
  return raw.map((share) => share / sum)
}

/** The device of a visit: mostly the first. */
export function chooseDevice(shopper: Shopper, random: Random): Device {
  return random.next() < 0.72 ? entryAt(shopper.devices, 0) : chooseOne(shopper.devices, random)
}
