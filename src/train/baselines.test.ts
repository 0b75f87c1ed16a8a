import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { fitRfm, predictMean, predictPastRate, predictPastRateChance } from './baselines.ts'

function customers(rows: readonly (readonly [number, number, number, number])[]): Dataset {
  return {
    featureNames: ['recency_days', 'order_count', 'spend_clipped', 'first_order_days'],
    rowIds: rows.map((_, row) => String(row)),
    values: Float64Array.from(rows.flat()),
  }
}

test('everyone gets the mean of what was learned from', () => {
  expect([...predictMean(Float64Array.of(1, 2, 6), 2)]).toEqual([3, 3])
})

test('the past rate is what was bought by the day over the horizon; a customer of today counts one day', () => {
  const data = customers([
    [5, 4, 200, 100],
    [0, 1, 30, 0],
  ])
  expect([...predictPastRate(data, 'spend_clipped', 90)]).toEqual([180, 2700])
  expect(predictPastRateChance(data, 25)[0]).toBeCloseTo(1 - Math.exp(-1), 12)
})

test('the RFM score adds fifths, recent days counting as much as many orders, and gives the share of buyers per score', () => {
  const rows = Array.from({ length: 100 }, (_, row) => [100 - row, 1 + row, 10 * row, 200] as const)
  const labels = Float64Array.from(rows, (_, row) => (row >= 60 ? 1 : 0))
  const predicted = fitRfm(customers(rows), labels).predict(customers(rows))
  for (const [row, value] of predicted.entries())
    expect(value).toBeGreaterThanOrEqual(predicted[row - 1] ?? 0)
  // The best twenty all bought; ten further rows of the mean rate, .4, stand beside them.
  expect(predicted[0]).toBeCloseTo(4 / 30, 12)
  expect(predicted[99]).toBeCloseTo((20 + 4) / 30, 12)
})
