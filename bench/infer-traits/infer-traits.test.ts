import { expect, test } from 'vitest'
import type { Dataset } from '../../src/core/dataset.ts'
import { createRandom } from '../../src/math/random.ts'
import { answerBandFold, majority, modelNames, plainLogistic } from './band-fold.ts'
import { fromBorders, fromRest } from './band-probabilities.ts'
import { joinBands } from './banded-people.ts'
import { countMoreEven, parseBands } from './bands.ts'
import { compareBands, judgeBands, prepareJudging } from './judge-bands.ts'

test('bands are lists of labels, each label in one', () => {
  expect(parseBands('19-24, 25-34 | 35-44|65+')).toEqual([
    { name: '19-24 … 25-34', labels: ['19-24', '25-34'] },
    { name: '35-44', labels: ['35-44'] },
    { name: '65+', labels: ['65+'] },
  ])
  expect(parseBands('[["a, b"], ["c"]]')[0]).toEqual({ name: 'a, b', labels: ['a, b'] })
  for (const wrong of ['a, b', 'a | | b', 'a | b, a', '[["a"], [1]]', '[["a"]'])
    expect(() => parseBands(wrong)).toThrow(/--bands/)
})

test('other ways to cut are counted that part people more evenly', () => {
  const labels = ['a', 'a', 'a', 'b', 'c', 'd', 'd']
  // 3|1|3 by a|b|c,d or by a|b,c|d: 3, 2, 2, which is the most even of three ways.
  expect(countMoreEven(labels, parseBands('a | b, c | d'))).toEqual({ more: 0, all: 3 })
  expect(countMoreEven(labels, parseBands('a | b | c, d'))).toEqual({ more: 1, all: 3 })
  expect(countMoreEven(labels, parseBands('a, b | c | d'))).toEqual({ more: 2, all: 3 })
})

const bands = parseBands('low | high')
const dataset: Dataset = {
  featureNames: ['always', 'spend', 'never'],
  rowIds: ['p1', 'p2', 'p3'],
  values: Float64Array.of(1, 5, Number.NaN, 1, 6, Number.NaN, 1, 7, Number.NaN),
}
const profileOf = new Map([
  ['1', 'p1'],
  ['03', 'p3'],
  ['2', 'p2'],
])

test('people are joined with their features; whoever has no band or no history is counted', () => {
  const people = joinBands(
    { persons: ['03', '2', '1', '9', '7'], labels: ['high', '', 'low', 'low', 'other'], bands },
    dataset,
    profileOf,
  )
  expect(people.dataset).toEqual({
    featureNames: ['spend'],
    rowIds: ['p1', 'p3'],
    values: Float64Array.of(5, 7),
  })
  expect([...people.bandOf]).toEqual([0, 1])
  expect(people.counts).toEqual({ rows: 5, withoutBand: 2, withoutHistory: 1, people: 2 })
})

test('a label that nobody has, a person told of twice and a band without people are refused', () => {
  const join = (persons: string[], labels: string[]) => () =>
    joinBands({ persons, labels, bands }, dataset, profileOf)
  expect(join(['1'], ['low'])).toThrow("no label 'high'")
  expect(join(['1', '1', '2'], ['low', 'low', 'high'])).toThrow("tells of '1' twice")
  expect(join(['1', '9'], ['low', 'high'])).toThrow("in the band 'high'")
})

test('probabilities of bands sum to 1, and borders out of order are brought into it', () => {
  expect([...fromRest([Float64Array.of(0.2), Float64Array.of(0.2), Float64Array.of(0.4)])]).toEqual([
    0.25, 0.25, 0.5,
  ])
  expect([...fromBorders([Float64Array.of(0.75), Float64Array.of(0.25)])]).toEqual([0.25, 0.5, 0.25])
  // The second border cannot be passed more often than the first: nothing is left between them.
  const [low = 0, middle = 0, high = 0] = fromBorders([Float64Array.of(0.4), Float64Array.of(0.6)])
  expect(low + middle + high).toBeCloseTo(1, 12)
  expect([low, middle, high].map((each) => Number(each.toFixed(2)))).toEqual([0.6, 0, 0.4])
})

// Three bands; the third person of four is taken for band 0 and is in band 1.
const bandOf = Uint8Array.of(0, 1, 1, 2)
const said = Float64Array.of(0.5, 0.25, 0.25, 0.2, 0.6, 0.2, 0.4, 0.3, 0.3, 0.25, 0.25, 0.5)

test('accuracy, F1, loss and areas are those worked out by hand, and a mean over the fold seeds', () => {
  const names = (index: number, predictions: readonly Float64Array[]) =>
    judgeBands(4, prepareJudging(bandOf, 3, predictions), createRandom(1))[index]?.value
  expect(names(0, [said])).toBe(0.75)
  // F1 of the bands: 2·1/(1+2), 2·1/(2+1), 1.
  expect(names(1, [said])).toBeCloseTo((2 / 3 + 2 / 3 + 1) / 3, 12)
  expect(names(2, [said])).toBeCloseTo(
    -(Math.log(0.5) + Math.log(0.6) + Math.log(0.3) + Math.log(0.5)) / 4,
    12,
  )
  expect([4, 5, 6].map((index) => names(index, [said]))).toEqual([1, 1, 1])
  const even = new Float64Array(12).fill(1 / 3)
  expect(names(0, [even])).toBe(0.25)
  expect(names(0, [said, even])).toBe(0.5)
  expect(names(3, [even])).toBe(0.5)
})

test('a difference is 0 of a contender from itself, and lies within the interval of drawn people', () => {
  const [one, other] = [said, new Float64Array(12).fill(1 / 3)].map((each) =>
    prepareJudging(bandOf, 3, [each]),
  )
  if (one === undefined || other === undefined) throw new Error('nothing was judged')
  expect(compareBands(4, [one, one], createRandom(1))[0]).toEqual({ value: 0, low: 0, high: 0 })
  const [accuracy] = compareBands(4, [one, other], createRandom(1))
  expect(accuracy?.value).toBe(0.5)
  expect(accuracy?.low).toBeLessThan(accuracy?.high ?? 0)
})

test('what one column tells of three bands is learned, and nothing from the plain ones that tell nothing', async () => {
  const random = createRandom(3)
  const count = 180
  const bandsOfAll = Uint8Array.from({ length: count }, (_, row) => row % 3)
  const values = Float64Array.from({ length: count * 3 }, (_, place) =>
    place % 3 === 0 ? (bandsOfAll[Math.floor(place / 3)] ?? 0) + 0.3 * random.normal() : random.normal(),
  )
  const problem = {
    dataset: {
      featureNames: ['telling', 'spend', 'order_count'],
      rowIds: [...bandsOfAll].map(String),
      values,
    },
    ...{ bandOf: bandsOfAll, bandCount: 3, plain: ['spend', 'order_count'] },
  }
  const rows = Uint32Array.from(bandsOfAll.keys())
  const test = rows.filter((row) => row >= 120)
  const { probabilities } = await answerBandFold(problem, {
    seed: 1,
    train: rows.filter((row) => row < 120),
    test,
  })
  const accuracyOf = (name: string) => {
    const judged = prepareJudging(bandsOfAll.slice(120), 3, [probabilities[name] ?? new Float64Array()])
    return judged.figures(new Uint8Array(60).fill(1))[0]
  }
  for (const name of modelNames) expect(accuracyOf(name)).toBeGreaterThan(0.8)
  expect(accuracyOf(plainLogistic)).toBeLessThan(0.55)
  expect([...(probabilities[majority] ?? [])].every((share) => Math.abs(share - 1 / 3) < 1e-12)).toBe(true)
})
