import { AppError } from '../core/errors.ts'

/** How large the shop is, how long its history, how much dirt lies in it. Calls grow linearly with shoppers. */
export type ShopOptions = {
  readonly shopperCount: number
  readonly itemCount: number
  readonly dayCount: number
  /** First midnight, UTC. */
  readonly startMs: number
  /** Machines that crawl the shop. */
  readonly botCount: number
  /** Extra calls per clean call that can be spoilt in that way, by kind of dirt. */
  readonly dirtRates: DirtRates
}

/** What is wrong with a planted call; each kind is counted in the truth. */
export const dirtKinds = [
  /** The same messageId a second time, as a retry after a lost answer. */
  'duplicate',
  /** Neither userId nor anonymousId. */
  'no_identity',
  /** The only id is one of the wire's refused ones. */
  'illegal_id',
  /** The clock of the device is decades ahead. */
  'time_future',
  /** A price that is no number. */
  'bad_price',
  /** A track call without the name of its event. */
  'no_event',
  /** A line cut off in the middle: only in the written file. */
  'broken_line',
] as const
export type DirtKind = (typeof dirtKinds)[number]
export type DirtRates = Readonly<Record<DirtKind, number>>

/** What a caller may say; the rest is the default. */
export type GivenShopOptions = Partial<Omit<ShopOptions, 'dirtRates'>> & {
  readonly dirtRates?: Partial<DirtRates>
}

/**
 * By default fifteen months of a middling shop, about 275,000 calls: a year to learn from, 90 days to judge by.
 * @throws AppError 'bad_input' when a size is not a positive whole number or a rate is not in 0..0.5.
 */
export function completeOptions(given: GivenShopOptions): ShopOptions {
  const shopperCount = given.shopperCount ?? 3000
  const options = {
    shopperCount,
    itemCount: given.itemCount ?? 400,
    dayCount: given.dayCount ?? 457,
    startMs: given.startMs ?? Date.UTC(2025, 6, 1),
    botCount: given.botCount ?? Math.ceil(shopperCount / 250),
    dirtRates: { ...defaultDirtRates, ...given.dirtRates },
  }
  checkWhole('shopperCount', options.shopperCount, 1)
  checkWhole('itemCount', options.itemCount, 1)
  checkWhole('dayCount', options.dayCount, 1)
  checkWhole('botCount', options.botCount, 0)
  for (const [kind, rate] of Object.entries(options.dirtRates)) {
    if (!(rate >= 0 && rate <= 0.5)) {
      throw new AppError('bad_input', `dirtRates.${kind} must be 0..0.5, got ${rate}`)
    }
  }
  if (!Number.isSafeInteger(options.startMs)) {
    throw new AppError('bad_input', `startMs must be a time in milliseconds, got ${options.startMs}`)
  }
  return options
}

const defaultDirtRates: DirtRates = {
  duplicate: 0.004,
  no_identity: 0.0006,
  illegal_id: 0.0006,
  time_future: 0.0004,
  bad_price: 0.0006,
  no_event: 0.0004,
  broken_line: 0.0002,
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new AppError('bad_input', `${name} must be a whole number of at least ${least}, got ${value}`)
  }
}
