import type { Measure, Scale, Selection, Window } from '../feature.ts'
import type { Composer } from './composer.ts'

/** Which lines (or orders) a feature reads. */
export function composeCondition(composer: Composer, reads: Selection, window: Window): string {
  const parts: string[] = []
  if (reads.kinds !== undefined) parts.push(`kind IN ${composer.bind(reads.kinds, 'Array(String)')}`)
  if (reads.per === 'line' && reads.lineTypes !== undefined)
    parts.push(`line_type IN ${composer.bind(reads.lineTypes, 'Array(String)')}`)
  if (window !== 'all') {
    const until = window.untilDaysAgo ?? 0
    parts.push(`${timeOf(reads)} >= ${midnight(composer, until + window.days)}`)
    if (window.untilDaysAgo !== undefined) parts.push(`${timeOf(reads)} < ${midnight(composer, until)}`)
  }
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`
}

export function timeOf(reads: Selection): string {
  return reads.per === 'order' ? 'order_at' : 'at'
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

export function measureOf(composer: Composer, reads: Selection, measure: Measure): string {
  if (reads.per === 'line') return lineMeasure(composer, measure)
  const orderMeasures: readonly Measure[] = [
    'quantity',
    'amount',
    'clipped_quantity',
    'clipped_amount',
    'uses_coupon',
  ]
  if (!orderMeasures.includes(measure)) throw new Error(`an order has no ${measure}`)
  return `order_${measure}`
}

export function lineMeasure(composer: Composer, measure: Measure): string {
  const quantityLimit = composer.bind(composer.constants.quantityLimit, 'Float64')
  const priceLimit = composer.bind(composer.constants.priceLimit, 'Float64')
  const price = 'toFloat64(price)'
  switch (measure) {
    case 'quantity':
    case 'amount':
    case 'rating':
      return measure
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

/** Ratings and dwell times of 0 are not given. */
export function isGivenWhenPositive(measure: Measure): boolean {
  return measure === 'rating' || measure === 'dwell_seconds'
}

/** The place of a line on a scale, from 1. */
export function scalePlace(composer: Composer, scale: Scale, time: string): string {
  const zone = composer.bind(composer.options.timeZone, 'String')
  switch (scale) {
    case 'weekday':
      return `toDayOfWeek(${time}, 0, ${zone})`
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
