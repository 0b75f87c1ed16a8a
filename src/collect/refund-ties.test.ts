import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type TieCandidate, tieRefunds } from './refund-ties.ts'

const line = (given: Partial<TieCandidate>): TieCandidate => ({
  isRefund: false,
  eventId: 'p',
  orderId: 'o',
  quantity: 1,
  price: 2,
  refundOf: '',
  isStored: false,
  rowNumber: 1,
  lineIndex: 0,
  ...given,
})
const purchase = (eventId: string, given: Partial<TieCandidate> = {}) =>
  line({ eventId, orderId: eventId, ...given })
const refund = (given: Partial<TieCandidate> = {}) =>
  line({ isRefund: true, eventId: 'r', orderId: 'C1', ...given })
const tied = (lines: readonly TieCandidate[]) => tieRefunds(lines).map((tie) => tie.refundOf)

test('the latest earlier purchase of the same price is taken back, before one of another price', () => {
  expect(tied([purchase('a'), purchase('b'), purchase('c', { price: 3 }), refund()])).toEqual(['b'])
  expect(tied([purchase('a', { price: 3 }), refund()])).toEqual(['a'])
  expect(tied([refund(), purchase('a')])).toEqual([])
})

test('the purchase of the same order comes first', () => {
  expect(tied([purchase('a'), purchase('b'), refund({ orderId: 'a' })])).toEqual(['a'])
})

test('what is taken back is used up, by stored refunds too', () => {
  expect(
    tied([purchase('a', { quantity: 3 }), refund({ quantity: 2 }), refund({ quantity: 2 }), refund()]),
  ).toEqual(['a', 'a'])
  expect(tied([purchase('a'), refund({ isStored: true, refundOf: 'a' }), refund()])).toEqual([])
})

test('a refund that no single purchase covers stays untied', () => {
  expect(tied([purchase('a'), purchase('b'), refund({ quantity: 2 })])).toEqual([])
})

test('no purchase is ever taken back beyond its quantity', () => {
  const any = fc.record({
    isRefund: fc.boolean(),
    quantity: fc.integer({ min: 0, max: 5 }),
    price: fc.constantFrom(1, 2),
  })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (given) => {
      const lines = given.map((each, index) => line({ ...each, eventId: `e${index}`, orderId: `o${index}` }))
      const taken = Map.groupBy(tieRefunds(lines), (tie) => tie.refundOf)
      for (const [eventId, ties] of taken) {
        const bought = lines.find((each) => each.eventId === eventId)
        const total = ties.reduce((sum, tie) => sum + tie.refund.quantity, 0)
        expect(bought?.isRefund).toBe(false)
        expect(total).toBeLessThanOrEqual(bought?.quantity ?? 0)
      }
    }),
    { seed: 1 },
  )
})
