import { expect, test } from 'vitest'
import type { FeatureTable } from '../../src/features/feature-table.ts'
import { listColumnFigures, stateOf } from './column-figures.ts'
import { explainColumns } from './explain-columns.ts'

const profileIds = ['a', 'b', 'c', 'd']
const { NaN: none } = Number
const columns = {
  view_count: [0, 0, 0, 0],
  satisfaction_mean: [none, none, none, none],
  order_count: [1, 2, 3, 10],
  order_gap_days: [none, 4, 4, 6],
  refund_count: [1, 1, none, 1],
  'price_band/1': [0, none, none, 1],
  'price_band/2': [0, 1, none, 1],
  'price_band/3': [0, none, none, 1],
  'price_band/4': [0, none, none, 1],
}
const table: FeatureTable = {
  asOfMs: 0,
  profileIds,
  numbers: {
    featureNames: Object.keys(columns),
    rowIds: profileIds,
    values: Float64Array.from(
      profileIds.flatMap((_, row) => Object.values(columns).map((each) => each[row] ?? none)),
    ),
  },
  labels: { country: ['FR', '', 'FR', 'DE'], favourite_brand: ['', '', '', ''], city: ['', '', '', ''] },
  constants: {
    quantityLimit: 1,
    priceLimit: 1,
    priceBandEdges: [],
    tierEdges: {},
    categories: [],
    brands: [],
    topics: [],
  },
}

test('a column is whole, missing for some, constant or empty, and its quantiles are of those who have a value', () => {
  const figures = listColumnFigures(table)
  expect(figures.map((each) => [each.name, stateOf(each), each.missingShare])).toEqual([
    ['view_count', 'constant', 0],
    ['satisfaction_mean', 'empty', 1],
    ['order_count', 'whole', 0],
    ['order_gap_days', 'partial', 0.25],
    ['refund_count', 'constant', 0.25],
    ['price_band/1', 'partial', 0.5],
    ['price_band/2', 'partial', 0.25],
    ['price_band/3', 'partial', 0.5],
    ['price_band/4', 'partial', 0.5],
    ['country', 'partial', 0.25],
    ['favourite_brand', 'empty', 1],
    ['city', 'empty', 1],
  ])
  expect(figures[3]?.quantiles).toMatchObject({ min: 4, p50: 4, p75: 5, max: 6 })
  expect(figures[1]?.quantiles).toBeUndefined()
})

test('why a column says nothing is told by the events that its feature reads', () => {
  const lines = [
    { kind: 'purchase', lineType: 'product', count: 16 },
    { kind: 'refund', lineType: 'product', count: 3 },
  ]
  const notes = explainColumns(listColumnFigures(table), lines)
  expect(notes).toEqual([
    'The same for everyone: view_count (of 0): it reads view, of which the history has none.',
    'The same for everyone: refund_count (of 1): it has 3 lines to read, none of which tells anything else.',
    'Missing for everyone: satisfaction_mean: it reads survey, of which the history has none.',
    'Missing for everyone: favourite_brand: it has 16 lines to read, none of which tells anything else.',
    'Missing for everyone: city: nothing that it can read is said of anybody (stated last under address.city, city).',
    'Missing for some: order_gap_days 25 %, price_band/… (4 keys) 25 % to 50 %, country 25 %.',
  ])
})
