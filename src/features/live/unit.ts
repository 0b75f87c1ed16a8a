import { crc32 } from 'node:zlib'
import type { LineCondition, LineNumber, LineText, Measure, Selection } from '../feature.ts'
import type { FeatureLine } from '../feature-line.ts'
import type { FittedConstants } from '../fitted-constants.ts'
import type { Calendar } from './calendar.ts'

/** A line, an order or a visit as an aggregate sees it: all that a feature may read of it. */
export type Unit = {
  readonly atMs: number
  /** Day of the shop's calendar, since 1970. */
  readonly day: number
  readonly itemId: string
  readonly country: string
  readonly source: string
  readonly textTopic: string
  /** NaN where the unit carries no such number. */
  measure(of: Measure): number
}

/** The part of the fitted constants that measures need. */
export type Limits = Pick<FittedConstants, 'quantityLimit' | 'priceLimit'>

export function lineUnit(line: FeatureLine, calendar: Calendar, limits: Limits): Unit {
  const { atMs, itemId, country, source, textTopic } = line
  return {
    atMs,
    day: calendar.dayOf(atMs),
    itemId,
    country,
    source,
    textTopic,
    measure: (of) => measureLine(line, of, limits),
  }
}

/** Ratings and dwell times of 0 are not given. */
export function measureLine(line: FeatureLine, of: Measure, { quantityLimit, priceLimit }: Limits): number {
  switch (of) {
    case 'quantity':
    case 'amount':
    case 'price':
    case 'sentiment':
      return line[of]
    case 'clipped_quantity':
      return Math.min(line.quantity, quantityLimit)
    case 'clipped_price':
      return Math.min(line.price, priceLimit)
    case 'clipped_amount': {
      const byQuantity = line.quantity > quantityLimit ? quantityLimit / line.quantity : 1
      const byPrice = line.price > priceLimit ? priceLimit / line.price : 1
      return line.amount * byQuantity * byPrice
    }
    case 'rating':
      return line.rating > 0 ? line.rating : Number.NaN
    case 'dwell_seconds':
      return line.dwellMs > 0 ? line.dwellMs / 1000 : Number.NaN
    case 'uses_coupon':
      return line.coupon === '' ? 0 : 1
    default:
      return Number.NaN
  }
}

/** Whether a selection reads a line; windows are another matter. */
export function createLineTest(reads: Extract<Selection, { per: 'line' }>): (line: FeatureLine) => boolean {
  const kinds = reads.kinds && new Set<string>(reads.kinds)
  const types = reads.lineTypes && new Set<string>(reads.lineTypes)
  const tests = (reads.where ?? []).map(createConditionTest)
  return (line) =>
    (kinds?.has(line.kind) ?? true) &&
    (types?.has(line.lineType) ?? true) &&
    tests.every((isMet) => isMet(line))
}

function createConditionTest(condition: LineCondition): (line: FeatureLine) => boolean {
  switch (condition.is) {
    case 'given':
      return (line) => readText(line, condition.field) !== ''
    case 'absent':
      return (line) => readText(line, condition.field) === ''
    case 'one_of':
    case 'none_of': {
      const values = new Set(condition.values)
      const isWanted = condition.is === 'one_of'
      return (line) => values.has(readText(line, condition.field)) === isWanted
    }
    case 'at_least':
      return (line) => readNumber(line, condition.field) >= condition.value
    case 'at_most':
      return (line) => readNumber(line, condition.field) <= condition.value
    default:
      return condition satisfies never
  }
}

const textFields: Readonly<Record<LineText, (line: FeatureLine) => string>> = {
  name: (line) => line.name,
  source: (line) => line.source,
  item: (line) => line.itemId,
  session: (line) => line.sessionId,
  coupon: (line) => line.coupon,
  country: (line) => line.country,
}

function readText(line: FeatureLine, field: LineText): string {
  return textFields[field](line)
}

function readNumber(line: FeatureLine, field: LineNumber): number {
  return field === 'dwell_seconds' ? line.dwellMs / 1000 : line[field]
}

/** Countries and sources are few; more are forgotten. */
const keptOrders = 1_000

/** Of two texts of one moment this hash tells which is taken, here and in SQL. */
export function createTieOrder(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const order = known.get(text) ?? crc32(text) & 0xfffff
    if (known.size >= keptOrders) known.clear()
    known.set(text, order)
    return order
  }
}
