import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { adjustedRandIndex } from '../math/metrics/clustering.ts'
import { createRandom, type Random } from '../math/random.ts'
import { chooseGroupCount } from './group-count.ts'
import { assignInterestGroups, explainInterestGroups, fitInterestGroups } from './interest-groups.ts'
import { applyScaler } from './prepare/scaler.ts'

const interests = 'sport books garden music travel cooking games fashion cars art'.split(' ')

/** Shoppers of five tastes: each cares for two of ten interests and little for the rest; indicators in 0..1. */
function drawShoppers(count: number, random: Random): { dataset: Dataset; planted: number[] } {
  const planted = Array.from({ length: count }, (_, row) => row % 5)
  const values = planted.flatMap((taste) =>
    interests.map((_, column) => {
      const centre = Math.floor(column / 2) === taste ? 0.75 : 0.2
      return Math.min(1, Math.max(0, centre + 0.12 * random.normal()))
    }),
  )
  const dataset = {
    featureNames: interests,
    rowIds: planted.map((_, row) => `shopper-${row}`),
    values: Float64Array.from(values),
  }
  return { dataset, planted }
}

test('five planted tastes of 100 shoppers with 10 interests are found, and that they are five', () => {
  const random = createRandom(1)
  const { dataset, planted } = drawShoppers(100, random)
  const model = fitInterestGroups(dataset, {}, random)
  expect(model.groups).toHaveLength(5)
  const { groups, certainty } = assignInterestGroups(model, dataset)
  expect(adjustedRandIndex(planted, groups)).toBeGreaterThan(0.95)
  expect(certainty.every((value) => value >= 0 && value <= 1)).toBe(true)
})

test('each group is told by the two interests that it was planted with', () => {
  const random = createRandom(2)
  const { dataset, planted } = drawShoppers(200, random)
  const model = fitInterestGroups(dataset, {}, random)
  const { groups } = assignInterestGroups(model, dataset)
  for (const [row, taste] of planted.entries()) {
    const group = model.groups[groups[row] ?? 0]
    const [first, second] = group?.traits ?? []
    expect([first?.feature, second?.feature].sort()).toEqual(interests.slice(2 * taste, 2 * taste + 2).sort())
    expect(first?.difference).toBeGreaterThan(1)
    expect(first?.meanInGroup).toBeCloseTo(0.75, 0)
    expect(first?.meanInGroup).toBeGreaterThan(first?.meanOfAll ?? 1)
  }
  expect(model.groups.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(200)
})

test('the reasons of a row sum to how much farther the next group is, and speak for its own', () => {
  const random = createRandom(3)
  const { dataset } = drawShoppers(100, random)
  const model = fitInterestGroups(dataset, { groupCounts: [5] }, random)
  const { values } = applyScaler(model.scaler, dataset)
  for (const [row, reasons] of explainInterestGroups(model, dataset).entries()) {
    const squares = model.groups.map((_, group) =>
      interests.reduce((sum, _interest, column) => {
        const centre = model.centres[group * interests.length + column] ?? 0
        return sum + ((values[row * interests.length + column] ?? 0) - centre) ** 2
      }, 0),
    )
    const [near = 0, far = 0] = squares.toSorted((a, b) => a - b)
    const sum = reasons.reduce((total, { contribution }) => total + contribution, 0)
    expect(sum).toBeCloseTo(far - near, 9)
    expect(reasons[0]?.contribution).toBeGreaterThan(0)
  }
})

test('a model survives JSON, and the same seed gives the same groups', () => {
  const { dataset } = drawShoppers(100, createRandom(4))
  const learn = () => fitInterestGroups(dataset, { groupCounts: [3, 5] }, createRandom(5))
  const model = learn()
  expect(JSON.parse(JSON.stringify(model))).toEqual(model)
  expect(learn()).toEqual(model)
})

test('of stable numbers of groups the better silhouette wins, of like ones the wider gap; an unstable one never does', () => {
  const trials = [
    { groupCount: 2, silhouette: 0.3, stability: 0.95, gap: 0.2, gapError: 0.01 },
    { groupCount: 5, silhouette: 0.5, stability: 0.85, gap: 0.5, gapError: 0.01 },
    { groupCount: 6, silhouette: 0.505, stability: 0.85, gap: 0.4, gapError: 0.01 },
    { groupCount: 9, silhouette: 0.6, stability: 0.4, gap: 0.9, gapError: 0.01 },
  ]
  expect(chooseGroupCount(trials)).toBe(5)
  expect(chooseGroupCount(trials.slice(2))).toBe(6)
  expect(chooseGroupCount(trials.slice(3))).toBe(9)
})

test('planted groups have a gap that is widest at their number; an even cloud has none', () => {
  const random = createRandom(8)
  const { dataset } = drawShoppers(300, random)
  const model = fitInterestGroups(dataset, {}, random)
  const widest = model.trials.reduce((best, trial) => (trial.gap > best.gap ? trial : best))
  expect(widest.groupCount).toBe(5)
  expect(model.isGrouped).toBe(true)
  const values = Float64Array.from({ length: 3000 }, () => random.next())
  const cloud = { ...dataset, values }
  expect(fitInterestGroups(cloud, { groupCounts: [2, 3, 4] }, random).isGrouped).toBe(false)
})

test('people all alike do no harm, too few are refused in words, other features by name', () => {
  const rowIds = Array.from({ length: 40 }, (_, row) => String(row))
  const alike = { featureNames: ['a'], rowIds, values: new Float64Array(40).fill(3) }
  const model = fitInterestGroups(alike, {}, createRandom(6))
  expect(assignInterestGroups(model, alike).certainty.every(Number.isFinite)).toBe(true)
  expect(() => assignInterestGroups(model, { ...alike, featureNames: ['b'] })).toThrow(
    /columns are not those/,
  )
  const few = { featureNames: ['a'], rowIds: ['1', '2'], values: Float64Array.from([1, 2]) }
  expect(() => fitInterestGroups(few, {}, createRandom(7))).toThrow(/too few to find groups/)
})
