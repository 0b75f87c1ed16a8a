import type { EventLine, LineType } from '../../core/event.ts'
import { type Fields, takeNumber } from './fields.ts'
import { roundMoney } from './number-text.ts'

const amountRange = { max: 1e13, expected: 'an amount from 0 to 1e13' }
const discountRange = { min: -1e13, max: 1e13, expected: 'an amount up to 1e13' }
const totalKeys = ['total', 'revenue', 'value', 'subtotal']

/** The keys of an order's charges and what their lines are; tax is a fee. */
const charges: readonly (readonly [key: string, lineType: LineType])[] = [
  ['shipping', 'shipping'],
  ['tax', 'fee'],
  ['discount', 'discount'],
]

/**
 * A line for each charge of an order that lists its goods, quantity 1. Amounts are positive and the type of the line
 * tells the direction: what was paid is goods + shipping + fee − discount.
 */
export function buildChargeLines(base: EventLine, fields: Fields, firstIndex: number): EventLine[] {
  const lines: EventLine[] = []
  for (const [key, lineType] of charges) {
    if (typeof fields.values[key] === 'object') continue // `shipping` may be an address
    const amount = lineType === 'discount' ? takeDiscount(fields) : takeAmount(fields, [key])
    if (amount === 0) continue
    const lineIndex = firstIndex + lines.length
    lines.push({ ...base, lineIndex, lineType, quantity: 1, price: amount, amount })
  }
  return lines
}

/**
 * The one line of an order that lists no goods: its total, charges included (they stay among the properties). A
 * refund is marked `whole_order`: without an amount it takes back all that `orderId` bought.
 */
export function buildTotalLine(line: EventLine, base: EventLine, fields: Fields): EventLine {
  const amount = takeAmount(fields, totalKeys)
  const mark = line.kind === 'refund' ? ['whole_order'] : amount === 0 ? ['no_price'] : []
  return { ...line, quantity: 1, price: amount, amount, marks: [...base.marks, ...mark] }
}

/** A coupon's line is the money it takes off, where the event says how much. */
export function buildCouponLine(line: EventLine, fields: Fields): EventLine {
  const amount = takeDiscount(fields)
  return amount === 0 ? line : { ...line, lineType: 'discount', quantity: 1, price: amount, amount }
}

function takeAmount(fields: Fields, keys: readonly string[]): number {
  return roundMoney(takeNumber(fields, keys, amountRange) ?? 0)
}

/** Money off, whichever sign it is sent with; any other amount below 0 is refused. */
function takeDiscount(fields: Fields): number {
  return roundMoney(Math.abs(takeNumber(fields, ['discount'], discountRange) ?? 0))
}
