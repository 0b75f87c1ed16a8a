import { expect, test } from 'vitest'
import { createRandom } from '../../math/random.ts'
import { type ColumnTable, datasetOfTable, tableOfDataset } from './column-table.ts'
import { contractOfStep } from './preparation.contract.ts'
import { applyPreparation, describePreparation, fitPreparation, parsePreparation } from './preparation.ts'
import type { StepSettings } from './preparation-step.ts'

const numbers = { takes: 'number' } as const
const labels = { takes: 'label' } as const

contractOfStep('missing values by the median', { kind: 'missing' }, numbers)
contractOfStep('missing values left, with a flag', { kind: 'missing', fill: 'none' }, numbers)
contractOfStep('missing values by a model', { kind: 'missing', fill: 'model', hasFlags: false }, numbers)
contractOfStep('winsorising', { kind: 'winsorise', quantiles: [0.1, 0.9] }, numbers)
contractOfStep('logarithm', { kind: 'log' }, numbers)
contractOfStep('logarithm of skewed columns', { kind: 'log', leastSkewness: 1 }, numbers)
contractOfStep('power transform', { kind: 'power' }, numbers)
contractOfStep('standard scaling', { kind: 'scale', method: 'standard' }, numbers)
contractOfStep('robust scaling', { kind: 'scale', method: 'robust' }, numbers)
contractOfStep('quantiles to uniform', { kind: 'scale', method: 'quantile' }, numbers)
contractOfStep('quantiles to normal', { kind: 'scale', method: 'quantile', to: 'normal' }, numbers)
contractOfStep('bins as labels', { kind: 'bins', binCount: 4 }, numbers)
contractOfStep('bins as numbers', { kind: 'bins', as: 'number' }, numbers)
contractOfStep('one-hot', { kind: 'one-hot', minRows: 2, maxLevels: 3 }, labels)
contractOfStep('hashed levels', { kind: 'hash', bucketCount: 5 }, labels)
contractOfStep('target encoding', { kind: 'target', smoothing: 2 }, labels)
contractOfStep('parts of dates', { kind: 'dates', timeZone: 'Asia/Shanghai' }, { takes: 'moment' })
contractOfStep('text vectors', { kind: 'text', bucketCount: 8 }, { takes: 'text' })
contractOfStep('choice by variance', { kind: 'select', method: { by: 'variance' } }, numbers)
const telling = { ...numbers, needsVaryingTarget: true }
contractOfStep('choice by correlation', { kind: 'select', method: { by: 'correlation' } }, telling)
contractOfStep(
  'choice by information',
  { kind: 'select', method: { by: 'information', shuffleCount: 30 } },
  telling,
)
contractOfStep('choice by an L1 path', { kind: 'select', method: { by: 'lasso', foldCount: 2 } }, telling)

/** Raw rows of every kind; whoever likes red buys. */
function shop(rowCount: number): { table: ColumnTable; target: Float64Array } {
  const random = createRandom(rowCount)
  const rows = Array.from({ length: rowCount }, (_, row) => ({
    spend: random.next() < 0.1 ? Number.NaN : Math.exp(3 + random.normal()),
    orders: 1 + random.poisson(2),
    colour: ['red', 'blue', 'green', `rare ${row}`][random.integer(4)] ?? '',
    title: ['red tea cup', 'blue cup', '北欧风不锈钢电饭煲'][random.integer(3)] ?? '',
    at: Date.parse('2026-01-01') + random.integer(300) * 86_400_000,
  }))
  return {
    table: {
      rowIds: rows.map((_, row) => `p${row}`),
      columns: [
        { kind: 'number', name: 'spend', values: Float64Array.from(rows, (row) => row.spend) },
        { kind: 'number', name: 'orders', values: Float64Array.from(rows, (row) => row.orders) },
        { kind: 'label', name: 'colour', values: rows.map((row) => row.colour) },
        { kind: 'text', name: 'title', values: rows.map((row) => row.title) },
        { kind: 'moment', name: 'at', values: Float64Array.from(rows, (row) => row.at) },
      ],
    },
    target: Float64Array.from(rows, (row) => (random.next() < (row.colour === 'red' ? 0.8 : 0.2) ? 1 : 0)),
  }
}

const whole: readonly StepSettings[] = [
  { kind: 'missing', fill: 'model' },
  { kind: 'winsorise', columns: ['spend'] },
  { kind: 'power', columns: ['spend'] },
  { kind: 'dates', parts: ['weekday', 'hour'], form: 'circle' },
  { kind: 'text', bucketCount: 16 },
  { kind: 'one-hot', minRows: 10 },
  { kind: 'select', method: { by: 'variance' } },
  { kind: 'select', method: { by: 'information' } },
  { kind: 'scale', method: 'standard' },
]

test('raw rows go all the way to a dataset, by steps that stand on one another', () => {
  const { table, target } = shop(400)
  const { preparation, table: prepared } = fitPreparation(whole, { table, target }, createRandom(1))
  const dataset = datasetOfTable(prepared)
  // Only the colour tells who buys; what is in none of the other columns is red.
  expect(dataset.featureNames).toEqual(['colour=blue', 'colour=green', 'colour=red', 'colour:other'])
  expect(datasetOfTable(applyPreparation(preparation, table))).toEqual(dataset)
  expect(parsePreparation(JSON.parse(JSON.stringify(preparation)))).toEqual(preparation)
  const told = describePreparation(preparation)
  expect(told.map(({ kind }) => kind)).toEqual(whole.map(({ kind }) => kind))
  expect(told[7]?.lines.some(({ en }) => en.includes("'orders': left out: it tells no more"))).toBe(true)
})

test('a step that does not fit is told with what was expected and what came', () => {
  const { table, target } = shop(30)
  const attempt = (settings: StepSettings) => () =>
    fitPreparation([settings], { table, target }, createRandom(1))
  expect(attempt({ kind: 'log', columns: ['age'] })).toThrow("no column 'age'")
  expect(attempt({ kind: 'log', columns: ['colour'] })).toThrow('another kind')
  expect(attempt({ kind: 'log', columns: ['spend', 'spend'] })).toThrow('twice')
  expect(attempt({ kind: 'winsorise', quantiles: [0.9, 0.1] })).toThrow('does not fit')
  expect(attempt({ kind: 'bins', binCount: 1 })).toThrow('does not fit')
  expect(attempt({ kind: 'dates', timeZone: 'Mars/Olympus' })).toThrow('does not fit')
  expect(attempt({ kind: 'select', method: { by: 'correlation', most: 2 } })).toThrow('does not fit')
  expect(() => fitPreparation([{ kind: 'target' }], { table }, createRandom(1))).toThrow('needs the target')
  const short = { table, target: target.subarray(1) }
  expect(() => fitPreparation([], short, createRandom(1))).toThrow('not as long')
})

test('a column that would stand twice is told, and so is one that holds no numbers yet', () => {
  const columns = [
    { kind: 'number', name: 'a', values: Float64Array.of(1, Number.NaN) },
    { kind: 'number', name: 'a?', values: Float64Array.of(1, 2) },
    { kind: 'label', name: 'colour', values: ['red', 'blue'] },
  ] as const
  const table = { rowIds: ['1', '2'], columns }
  expect(() => fitPreparation([{ kind: 'missing' }], { table }, createRandom(1))).toThrow(
    "second column 'a?'",
  )
  expect(() => datasetOfTable(table)).toThrow("'colour' holds no numbers yet")
  expect(() => fitPreparation([], { table: { ...table, rowIds: ['1'] } }, createRandom(1))).toThrow(
    'as long as',
  )
})

test('what was saved by another version, or is something else, is refused', () => {
  const { preparation } = fitPreparation([{ kind: 'log' }], shop(5), createRandom(1))
  const saved = JSON.parse(JSON.stringify(preparation))
  expect(parsePreparation(saved)).toEqual(preparation)
  for (const value of [null, 3, {}, { ...saved, formatVersion: 2 }, { ...saved, steps: 'none' }])
    expect(() => parsePreparation(value)).toThrow('no preparation that can be read')
  const [step] = saved.steps
  expect(() => parsePreparation({ ...saved, steps: [{ ...step, kind: 'magic' }] })).toThrow('no preparation')
  for (const wrong of [null, { ...step, formatVersion: 9 }, { ...step, columns: undefined }])
    expect(() => parsePreparation({ ...saved, steps: [wrong] })).toThrow('no preparation')
})

test('datasets become tables with their labels, and back', () => {
  const dataset = {
    featureNames: ['a', 'b'],
    rowIds: ['x', 'y'],
    values: Float64Array.of(1, 2, 3, Number.NaN),
  }
  expect(datasetOfTable(tableOfDataset(dataset))).toEqual(dataset)
  const [, , country] = tableOfDataset(dataset, { country: ['Iceland', ''] }).columns
  expect(country).toEqual({ kind: 'label', name: 'country', values: ['Iceland', ''] })
})
