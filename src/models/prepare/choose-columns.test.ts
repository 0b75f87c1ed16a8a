import { expect, test } from 'vitest'
import type { Dataset } from '../../core/dataset.ts'
import { createRandom } from '../../math/random.ts'
import { chooseColumns } from './choose-columns.ts'
import { countBins, informationOf } from './information.ts'

const random = createRandom(12)

function dataset(columns: Readonly<Record<string, Float64Array>>): Dataset {
  const featureNames = Object.keys(columns)
  const rowIds = Array.from(Object.values(columns)[0] ?? [], (_, row) => String(row))
  const values = rowIds.flatMap((_, row) => featureNames.map((name) => columns[name]?.[row] ?? 0))
  return { featureNames, rowIds, values: Float64Array.from(values) }
}

test('of columns that say the same the more telling stays; noise and columns that never vary go', () => {
  const signal = Float64Array.from({ length: 2000 }, () => random.normal())
  const target = signal.map((value) => 3 * value + random.normal())
  const data = dataset({
    twin: signal.map((value) => value + 0.2 * random.normal()),
    signal,
    noise: signal.map(() => random.normal()),
    still: signal.map(() => 1),
    opposite: target.map((value) => -value + 6 * random.normal()),
  })
  const { columns, directions } = chooseColumns(data, target)
  expect(columns.map((column) => data.featureNames[column])).toEqual(['signal', 'opposite'])
  expect(directions).toEqual([1, -1])
})

test('chance makes a column of noise look telling about once in a hundred', () => {
  const target = countBins(
    Float64Array.from({ length: 1500 }, () => random.normal()),
    5,
  )
  const noise = () => Float64Array.from({ length: 1500 }, () => random.normal())
  const clear = Array.from({ length: 600 }, () => informationOf(noise(), target).isClear).filter(Boolean)
  expect(clear.length).toBeLessThan(17)
})

test('information is worked by hand: a fair coin known for sure tells ln 2', () => {
  const coin = Float64Array.from({ length: 400 }, (_, row) => row % 2)
  expect(informationOf(coin, countBins(coin, 5)).nats).toBeCloseTo(Math.LN2 - 1 / 800, 12)
  const mostlyYes = Float64Array.from({ length: 400 }, (_, row) => (row < 10 ? 0 : 1))
  expect(countBins(mostlyYes, 5).binCount).toBe(2)
})
