import { expect, test } from 'vitest'
import { createRandom } from '../math/random.ts'
import type { GroupedPeople } from '../models/group-matching.ts'
import {
  assignInterestGroups,
  fitInterestGroups,
  type InterestGroupsModel,
} from '../models/interest-groups.ts'
import { carryGroups, type EarlierGroups } from './carry-groups.ts'

/** Three tastes of unlike size; `sizes` says how many have each. */
function learn(sizes: readonly number[], seed: number) {
  const random = createRandom(seed)
  const planted = sizes.flatMap((size, taste) => Array.from({ length: size }, () => taste))
  const dataset = {
    featureNames: ['a', 'b', 'c'],
    rowIds: planted.map((taste, row) => `${taste}/${row - planted.indexOf(taste)}`),
    values: Float64Array.from(
      planted.flatMap((taste) => [0, 1, 2].map((column) => (column === taste ? 5 : 0) + random.normal())),
    ),
  }
  const model = fitInterestGroups(dataset, { groupCounts: [sizes.length] }, random)
  const { groups } = assignInterestGroups(model, dataset)
  const groupOf = new Map(dataset.rowIds.map((id, row) => [id, groups[row] ?? 0]))
  return { model, people: { groupCount: sizes.length, groupOf } }
}

function name(people: GroupedPeople, called: readonly string[]) {
  return called.map((_, group) => {
    const [id = '?'] = [...people.groupOf].find(([, own]) => own === group) ?? []
    const en = called[Number(id[0])] ?? '?'
    return { en, zh: `${en}群` }
  })
}

function toEarlier(
  model: InterestGroupsModel,
  people: GroupedPeople,
  called: readonly string[],
): EarlierGroups {
  const { groups } = carryGroups({ model, people, names: name(people, called) }, undefined)
  return { version: 'interest-groups@1', model: { ...model, groups }, people }
}

const called = ['tea', 'garden', 'books']

test('a first training names its groups, two of a name told apart by number, in both languages', () => {
  const { model, people } = learn([60, 50, 40], 1)
  const { groups, history } = carryGroups(
    { model, people, names: name(people, ['tea', 'tea', 'books']) },
    undefined,
  )
  expect(groups.map(({ id }) => id)).toEqual(['g1', 'g2', 'g3'])
  expect(groups.map(({ label }) => label).sort()).toEqual(['books', 'tea', 'tea 2'])
  expect(groups.find(({ label }) => label === 'tea 2')?.name.zh).toBe('tea群 2')
  expect(history).toBeUndefined()
})

test('groups keep id, label and name when sizes, and so their order, change and new names would differ', () => {
  const [first, second] = [learn([60, 50, 40], 2), learn([30, 45, 70], 3)]
  const earlier = toEarlier(first.model, first.people, called)
  const idOf = (taste: number) => earlier.model.groups[first.people.groupOf.get(`${taste}/0`) ?? 0]
  const { groups, history } = carryGroups({ ...second, names: name(second.people, ['x', 'y', 'z']) }, earlier)
  for (const taste of [0, 1, 2]) {
    const now = groups[second.people.groupOf.get(`${taste}/0`) ?? 0]
    expect([now?.id, now?.label, now?.name.zh]).toEqual([
      idOf(taste)?.id,
      called[taste],
      `${called[taste]}群`,
    ])
  }
  expect(history?.by).toBe('members')
  expect(history?.sharedCount).toBe(30 + 45 + 40)
  expect(history?.movedCount).toBeLessThan(4)
  expect(history?.stabilityIndex).toBeGreaterThan(0.1)
})

test('a group that comes new gets an id that none had, and one that ends is told', () => {
  const [first, second] = [learn([60, 50, 40], 4), learn([60, 50, 40], 5)]
  const earlier = toEarlier(first.model, first.people, called)
  // The third taste's people are others than before: nobody of them was known.
  const groupOf = new Map([...second.people.groupOf].map(([id, group]) => [id.replace(/^2/, '9'), group]))
  const people = { groupCount: 3, groupOf }
  const { groups, history } = carryGroups(
    { model: second.model, people, names: name(second.people, ['x', 'y', 'z']) },
    earlier,
  )
  const fresh = groups[groupOf.get('9/0') ?? 0]
  expect([fresh?.id, fresh?.label]).toEqual(['g4', 'z'])
  const ended = history?.changes.find((change) => change.now === undefined)
  expect(history?.names[ended?.before ?? 0]?.en).toBe('books')
})
