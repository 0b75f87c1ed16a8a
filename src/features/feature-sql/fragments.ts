import type { LineCondition, LineNumber, LineText, Measure, Scale, Selection, Window } from '../feature.ts'
import { isVisitMeasure } from '../selections.ts'
import type { Composer } from './composer.ts'

/** Which lines, orders or visits a feature reads. */
export function composeCondition(composer: Composer, reads: Selection, window: Window): string {
  const parts: string[] = []
  if ('kinds' in reads && reads.kinds !== undefined)
    parts.push(`kind IN ${composer.bind(reads.kinds, 'Array(String)')}`)
  if (reads.per === 'line') {
    if (reads.lineTypes !== undefined)
      parts.push(`line_type IN ${composer.bind(reads.lineTypes, 'Array(String)')}`)
    parts.push(...(reads.where ?? []).map((condition) => composeLineCondition(composer, condition)))
  }
  if (window !== 'all') {
    const until = window.untilDaysAgo ?? 0
    parts.push(`${timeOf(reads)} >= ${midnight(composer, until + window.days)}`)
    if (window.untilDaysAgo !== undefined) parts.push(`${timeOf(reads)} < ${midnight(composer, until)}`)
  }
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

const textColumns: Readonly<Record<LineText, string>> = {
  name: 'name',
  source: 'source',
  item: 'item_id',
  session: 'session_id',
  coupon: 'coupon',
  country: 'country',
}
const numberColumns: Readonly<Record<LineNumber, string>> = {
  quantity: 'quantity',
  price: 'toFloat64(price)',
  amount: 'toFloat64(amount)',
  rating: 'rating',
  dwell_seconds: 'dwell_ms / 1000',
}

function composeLineCondition(composer: Composer, condition: LineCondition): string {
  switch (condition.is) {
    case 'given':
      return `${textColumns[condition.field]} != ''`
    case 'absent':
      return `${textColumns[condition.field]} = ''`
    case 'one_of':
    case 'none_of': {
      const isIn = condition.is === 'one_of' ? 'IN' : 'NOT IN'
      return `${textColumns[condition.field]} ${isIn} ${composer.bind(condition.values, 'Array(String)')}`
    }
    case 'at_least':
      return `${numberColumns[condition.field]} >= ${composer.bind(condition.value, 'Float64')}`
    case 'at_most':
      return `${numberColumns[condition.field]} <= ${composer.bind(condition.value, 'Float64')}`
    default:
      return condition satisfies never
  }
}

const times: Readonly<Record<Selection['per'], string>> = {
  line: 'at',
  order: 'order_at',
  visit: 'visit_at',
}

export function timeOf(reads: Selection): string {
  return times[reads.per]
}

export function cutMoment(composer: Composer): string {
  return `fromUnixTimestamp64Milli(${composer.bind(composer.options.asOfMs, 'Int64')}, 'UTC')`
}

/** Days since 1970 in the shop's zone, signed. */
export function dayOf(composer: Composer, moment: string): string {
  return `toInt32(toDate32(${moment}, ${composer.bind(composer.options.timeZone, 'String')}))`
}

export function cutDay(composer: Composer): string {
  return dayOf(composer, cutMoment(composer))
}

/** The moment at which the day so many days before the cut's began. */
function midnight(composer: Composer, daysAgo: number): string {
  const zone = composer.bind(composer.options.timeZone, 'String')
  return `toDateTime64(toDate32(${cutMoment(composer)}, ${zone}) - ${composer.bind(daysAgo, 'UInt32')}, 3, ${zone})`
}

/** The age of a moment at the cut in half-lives weighs as 2^(−age). */
export function decayWeight(composer: Composer, time: string, halfLifeDays: number): string {
  const halfLife = composer.bind(halfLifeDays * 86_400_000, 'Float64')
  const age = `(${composer.bind(composer.options.asOfMs, 'Int64')} - toUnixTimestamp64Milli(${time}))`
  return `exp(${-Math.LN2} * ${age} / ${halfLife})`
}

const orderMeasures: readonly Measure[] = [
  'quantity',
  'amount',
  'clipped_quantity',
  'clipped_amount',
  'uses_coupon',
]

/** @throws Error when what is read carries no such number; definitions are checked before. */
export function measureOf(composer: Composer, reads: Selection, measure: Measure): string {
  if (reads.per === 'line') return lineMeasure(composer, measure)
  if (reads.per === 'visit' && isVisitMeasure(measure)) return measure
  if (reads.per === 'order' && orderMeasures.includes(measure)) return `order_${measure}`
  throw new Error(`${reads.per === 'order' ? 'an order' : 'a visit'} has no ${measure}`)
}

export function lineMeasure(composer: Composer, measure: Measure): string {
  if (isVisitMeasure(measure)) throw new Error(`a line has no ${measure}`)
  const quantityLimit = composer.bind(composer.constants.quantityLimit, 'Float64')
  const priceLimit = composer.bind(composer.constants.priceLimit, 'Float64')
  const price = 'toFloat64(price)'
  switch (measure) {
    case 'quantity':
    case 'amount':
    case 'rating':
      return measure
    case 'sentiment':
      // A line without a reading has 0 in all columns of the join.
      return 'if(is_read = 1, text_sentiment, nan)'
    case 'price':
      return price
    case 'clipped_quantity':
      return `least(quantity, ${quantityLimit})`
    case 'clipped_price':
      return `least(${price}, ${priceLimit})`
    case 'clipped_amount':
      return `toFloat64(amount) * if(quantity > ${quantityLimit}, ${quantityLimit} / quantity, 1)
        * if(${price} > ${priceLimit}, ${priceLimit} / ${price}, 1)`
    case 'dwell_seconds':
      return 'dwell_ms / 1000'
    case 'uses_coupon':
      return "(coupon != '')"
    default:
      return measure satisfies never
  }
}

/** What narrows lines to those that carry the number: ratings and dwell times of 0 are not given, nor is a sentiment of nothing. */
export function givenCondition(measure: Measure, sql: string): string {
  if (measure === 'rating' || measure === 'dwell_seconds') return ` AND ${sql} > 0`
  return measure === 'sentiment' ? ` AND NOT isNaN(${sql})` : ''
}

/** The place of a line on a scale, from 1. */
export function scalePlace(composer: Composer, scale: Scale, time: string): string {
  const zone = composer.bind(composer.options.timeZone, 'String')
  switch (scale) {
    case 'weekday':
      return `toDayOfWeek(${time}, 0, ${zone})`
    case 'hour':
      return `toHour(${time}, ${zone}) + 1`
    case 'day_part':
      return `intDiv(toHour(${time}, ${zone}), 6) + 1`
    case 'price_band':
      return placeBetween(composer, composer.constants.priceBandEdges, 'toFloat64(price)')
    default:
      return scale satisfies never
  }
}

/** 1 + how many edges lie below the value. */
export function placeBetween(composer: Composer, edges: readonly number[], value: string): string {
  return ['1', ...edges.map((edge) => `(${value} > ${composer.bind(edge, 'Float64')})`)].join(' + ')
}
