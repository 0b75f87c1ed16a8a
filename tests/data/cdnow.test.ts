import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readTransactions } from '../../bench/clv/transactions.ts'
import { countAfter, lastDayOf, summariseUntil } from '../../bench/clv/windows.ts'
import { betaGeometricExpected, fitBetaGeometric } from '../../src/models/beta-geometric.ts'
import { fitGammaGamma } from '../../src/models/gamma-gamma.ts'
import { expectedOrders } from '../../src/models/lifetime-orders.ts'
import { fitParetoNbd } from '../../src/models/pareto-nbd.ts'
import { datasetPath } from './datasets.ts'

const customers = readTransactions(datasetPath('cdnow-sample.txt.gz'))
const cut = lastDayOf(customers, 39)
const summaries = summariseUntil(customers, cut)
const actual = countAfter(customers, summaries.rows, { lastDay: cut, weeks: 39 })
const betaGeometric = fitBetaGeometric(summaries)
const paretoNbd = fitParetoNbd(summaries)

/** Holdout RMSE and total of predictions. */
function judge(model: typeof betaGeometric | typeof paretoNbd): { rmse: number; total: number } {
  const predicted = summaries.purchaseCount.map((purchaseCount, row) => {
    const [recencyDays = 0, ageDays = 0] = [summaries.recencyDays[row], summaries.ageDays[row]]
    return expectedOrders(model, { purchaseCount, recencyDays, ageDays }, 39)
  })
  const squares = predicted.reduce((sum, value, row) => sum + (value - (actual[row] ?? 0)) ** 2, 0)
  return {
    rmse: Math.sqrt(squares / predicted.length),
    total: predicted.reduce((sum, value) => sum + value, 0),
  }
}

test('the transactions give the summaries that the papers used', () => {
  const rows = readFileSync(datasetPath('cdnow-customers-summary.csv'), 'utf8').trim().split('\n').slice(1)
  const published = rows.map((line) => line.split(',').slice(1).map(Number))
  const own = published.map((_, row) => [
    summaries.purchaseCount[row],
    Number(summaries.recencyDays[row]?.toFixed(2)),
    Number(summaries.ageDays[row]?.toFixed(2)),
  ])
  expect(summaries.rows).toHaveLength(2357)
  expect(own).toEqual(published)
  expect(actual.reduce((sum, count) => sum + count, 0)).toBe(1882)
})

test('BG/NBD is that of Fader, Hardie & Lee (2005), table 2', () => {
  expect(betaGeometric.r).toBeCloseTo(0.243, 3)
  expect(betaGeometric.alpha).toBeCloseTo(4.414, 3)
  expect(betaGeometric.a).toBeCloseTo(0.793, 3)
  expect(betaGeometric.b).toBeCloseTo(2.426, 3)
  expect(betaGeometric.logLikelihood).toBeCloseTo(-9582.43, 2)
})

test('its example customer is expected to buy 1.226 times in the next 39 weeks', () => {
  const customer = { purchaseCount: 2, recencyDays: 30.43, ageDays: 38.86 }
  expect(betaGeometricExpected(betaGeometric, customer, 39)).toBeCloseTo(1.226, 3)
})

test('Pareto/NBD is that of Fader, Hardie & Lee (2005), table 2', () => {
  expect(paretoNbd.r).toBeCloseTo(0.553, 3)
  expect(paretoNbd.alpha).toBeCloseTo(10.578, 3)
  expect(paretoNbd.s).toBeCloseTo(0.606, 3)
  expect(paretoNbd.beta).toBeCloseTo(11.669, 3)
  expect(Math.abs(paretoNbd.logLikelihood + 9594.97)).toBeLessThan(0.01)
})

test('gamma-gamma is that of Fader & Hardie (2013)', () => {
  const { p, q, v } = fitGammaGamma(summaries)
  expect(p).toBeCloseTo(6.25, 2)
  expect(q).toBeCloseTo(3.74, 2)
  expect(v).toBeCloseTo(15.44, 2)
})

test('the holdout comes out as measured with the published parameters', () => {
  expect(Math.abs(judge(betaGeometric).rmse - 1.608)).toBeLessThan(0.005)
  expect(Math.abs(judge(paretoNbd).rmse - 1.603)).toBeLessThan(0.005)
  expect(Math.abs(judge(betaGeometric).total - 1653)).toBeLessThan(1)
  expect(Math.abs(judge(paretoNbd).total - 1665)).toBeLessThan(1)
})
