import { expect, test } from 'vitest'
import type { Dataset } from '../core/dataset.ts'
import { createRandom } from '../math/random.ts'
import { alignCentres } from './group-centres.ts'
import { describeGroupDrift } from './group-drift.ts'
import { type GroupedPeople, likenessOfCentres, likenessOfMembers, matchGroups } from './group-matching.ts'
import { assignInterestGroups, fitInterestGroups, type InterestGroupsModel } from './interest-groups.ts'

function people(groups: readonly number[], groupCount = Math.max(...groups) + 1): GroupedPeople {
  return { groupCount, groupOf: new Map(groups.map((group, row) => [`p${row}`, group])) }
}

const half = Array.from({ length: 40 }, (_, row) => Math.floor(row / 20))

test('by hand: groups are matched by members in spite of their numbers, and drift is counted', () => {
  // Numbers are swapped, and five of the second twenty went over to the group of the first.
  const now = people(half.map((group, row) => (row >= 35 ? 1 : 1 - group)))
  const before = people(half)
  const likeness = likenessOfMembers(now, before)
  expect(likeness?.likeness.values).toEqual(Float64Array.of(0, 15 / 20, 20 / 25, 5 / 40))
  const matches = likeness === undefined ? [] : matchGroups(likeness)
  expect(matches.map((match) => match.before)).toEqual([1, 0])
  const centres = (values: number[]) => ({ rowCount: 2, columnCount: 2, values: Float64Array.from(values) })
  const drift = describeGroupDrift(
    { ...now, centres: centres([3, 4, 0, 0]) },
    { ...before, centres: centres([0, 0, 0, 0]) },
    matches,
  )
  expect(drift.sharedCount).toBe(40)
  expect(drift.movedCount).toBe(5)
  expect(drift.changes[0]).toEqual({
    now: 0,
    before: 1,
    shareBefore: 0.5,
    shareNow: 15 / 40,
    keptShare: 15 / 20,
    centreShift: Math.sqrt(25 / 2),
  })
  const index = (0.375 - 0.5) * Math.log(0.375 / 0.5) + (0.625 - 0.5) * Math.log(0.625 / 0.5)
  expect(drift.stabilityIndex).toBeCloseTo(index, 12)
})

test('a new group and one that ended stand by themselves', () => {
  const now = people(
    half.map((group, row) => (row < 10 ? 2 : group)),
    3,
  )
  const before = people(
    half.map((group, row) => (row >= 37 ? 2 : group)),
    3,
  )
  const likeness = likenessOfMembers(now, before)
  const matches = likeness === undefined ? [] : matchGroups(likeness)
  expect(matches.map((match) => match.before)).toEqual([0, 1, undefined])
  const centres = { rowCount: 3, columnCount: 1, values: new Float64Array(3) }
  const { changes, movedCount } = describeGroupDrift({ ...now, centres }, { ...before, centres }, matches)
  expect(changes.map((change) => [change.now, change.before])).toEqual([
    [0, 0],
    [1, 1],
    [2, undefined],
    [undefined, 2],
  ])
  expect(movedCount).toBe(13)
  expect(changes[3]?.centreShift).toBeNull()
})

test('too few people in both trainings tell nothing, and centres speak instead', () => {
  expect(likenessOfMembers(people([0, 1]), people([0, 1]))).toBeUndefined()
  const centres = { rowCount: 2, columnCount: 1, values: Float64Array.of(0, 4) }
  const turned = { rowCount: 3, columnCount: 1, values: Float64Array.of(4.5, 0.5, 40) }
  const matches = matchGroups(likenessOfCentres(turned, centres))
  expect(matches.map((match) => match.before)).toEqual([1, 0, undefined])
})

/** Shoppers of three tastes, the second of which wanders by the drift; the columns are skewed. */
function drawShoppers(seed: number, drift: number): { dataset: Dataset; planted: number[] } {
  const random = createRandom(seed)
  const planted = Array.from({ length: 240 }, (_, row) => row % 3)
  const values = planted.flatMap((taste) =>
    [0, 1, 2].map((column) =>
      Math.exp((column === taste ? 3 + (taste === 1 ? drift : 0) : 0) + 0.3 * random.normal()),
    ),
  )
  const rowIds = planted.map((_, row) => `s${row}`)
  return { dataset: { featureNames: ['a', 'b', 'c'], rowIds, values: Float64Array.from(values) }, planted }
}

test('planted groups keep their identity from one training to the next, by members and by centres', () => {
  const [first, second] = [drawShoppers(1, 0), drawShoppers(2, 0.4)]
  const learn = ({ dataset }: typeof first, seed: number) =>
    fitInterestGroups(dataset, { groupCounts: [3] }, createRandom(seed))
  const [before, now] = [learn(first, 3), learn(second, 4)]
  const grouped = (model: InterestGroupsModel, { dataset }: typeof first): GroupedPeople => {
    const { groups } = assignInterestGroups(model, dataset)
    return { groupCount: 3, groupOf: new Map(dataset.rowIds.map((id, row) => [id, groups[row] ?? 0])) }
  }
  const [peopleBefore, peopleNow] = [grouped(before, first), grouped(now, second)]
  const centres = alignCentres(now, before)
  const ways = [likenessOfMembers(peopleNow, peopleBefore), likenessOfCentres(centres.now, centres.before)]
  for (const likeness of ways) {
    const matches = likeness === undefined ? [] : matchGroups(likeness)
    for (const [id, group] of peopleNow.groupOf)
      expect(matches[group]?.before).toBe(peopleBefore.groupOf.get(id))
    const drift = describeGroupDrift(
      { ...peopleNow, centres: centres.now },
      { ...peopleBefore, centres: centres.before },
      matches,
    )
    expect(drift.movedCount).toBe(0)
    expect(drift.stabilityIndex).toBeCloseTo(0, 12)
    const shifts = drift.changes.map(({ centreShift }) => centreShift ?? 0)
    const wandered = peopleNow.groupOf.get('s1') ?? 0
    // The wandering taste moved by .4 in the logarithm of one of three columns, the others hardly.
    expect(shifts.indexOf(Math.max(...shifts))).toBe(wandered)
    expect(Math.max(...shifts)).toBeGreaterThan(0.1)
  }
})

test('columns that only one training knows take no part in the distance', () => {
  const { dataset } = drawShoppers(5, 0)
  const now = fitInterestGroups(dataset, { groupCounts: [3] }, createRandom(6))
  const renamed = { ...dataset, featureNames: ['a', 'b', 'z'] }
  const before = fitInterestGroups(renamed, { groupCounts: [3] }, createRandom(6))
  const centres = alignCentres(now, before)
  expect(centres.now.columnCount).toBe(2)
  for (const [index, value] of centres.now.values.entries())
    expect(value).toBeCloseTo(centres.before.values[index] ?? 9, 9)
})
