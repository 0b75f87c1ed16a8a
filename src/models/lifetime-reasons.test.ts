import { expect, test } from 'vitest'
import { splitDifference } from './lifetime-reasons.ts'

const average = { purchaseCount: 1, recencyDays: 10, ageDays: 30, meanSpend: 20 }

test('an additive value gives each feature its own difference', () => {
  const customer = { purchaseCount: 5, recencyDays: 35, ageDays: 40, meanSpend: 30 }
  const reasons = splitDifference(customer, average, (each) => 10 * each.purchaseCount + each.meanSpend)
  expect(reasons.slice(0, 2)).toEqual([
    { feature: 'purchaseCount', contribution: 40 },
    { feature: 'meanSpend', contribution: 10 },
  ])
})

test('the shares sum to the whole difference and only possible histories are valued', () => {
  const customer = { purchaseCount: 0, recencyDays: 0, ageDays: 50, meanSpend: 0 }
  const worthOf = ({ purchaseCount, recencyDays, ageDays, meanSpend }: typeof average) => {
    expect(recencyDays).toBeGreaterThanOrEqual(0)
    expect(recencyDays).toBeLessThanOrEqual(purchaseCount > 0 ? ageDays : 0)
    return (meanSpend + 1) * (purchaseCount + 1) * Math.exp((recencyDays - ageDays) / 20)
  }
  const sum = splitDifference(customer, average, worthOf).reduce((all, each) => all + each.contribution, 0)
  expect(sum).toBeCloseTo(worthOf(customer) - worthOf(average), 12)
})
