import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { createRandom } from '../math/random.ts'
import { assignInterestGroups, fitInterestGroups } from '../models/interest-groups.ts'
import { saveScores } from '../profiles/score.ts'
import { carryGroups, loadEarlierGroups } from './carry-groups.ts'
import { registerModel } from './registry.ts'
import { versionOf } from './training.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/** 40 people of two tastes. */
function learn(seed: number) {
  const random = createRandom(seed)
  const rowIds = Array.from({ length: 40 }, (_, row) => `p${row}`)
  const values = Float64Array.from({ length: 80 }, (_, index) => {
    const [taste, column] = [Math.floor(index / 2) < 25 ? 0 : 1, index % 2]
    return (column === taste ? 4 : 0) + random.normal()
  })
  const dataset = { featureNames: ['a', 'b'], rowIds, values }
  const model = fitInterestGroups(dataset, { groupCounts: [2] }, random)
  const { groups } = assignInterestGroups(model, dataset)
  return {
    model,
    people: { groupCount: 2, groupOf: new Map(rowIds.map((id, row) => [id, groups[row] ?? 0])) },
  }
}

async function train(seed: number, day: number, called: readonly string[]) {
  const { model, people } = learn(seed)
  const names = called.map((name) => ({ en: name, zh: name }))
  const { groups, history } = carryGroups({ model, people, names }, await loadEarlierGroups(database))
  const [asOfMs, now] = [Date.UTC(2026, 0, day), new Date(Date.UTC(2026, 1, day))]
  const version = versionOf('interest-groups', asOfMs)
  await registerModel(
    database,
    { name: 'interest-groups', version, model: { ...model, groups } },
    { asOfMs, now },
  )
  const scores = [...people.groupOf].map(([profileId, group]) => ({
    ...{ profileId, model: 'interest-group', version, horizonDays: 0, asOfMs, value: 1, reasons: [] },
    label: groups[group]?.label ?? '',
  }))
  await saveScores(database, scores, now)
  return { groups, history, version }
}

test('the training before is read with the people it grouped, and what is trained next goes on from it', async () => {
  expect(await loadEarlierGroups(database)).toBeUndefined()
  const first = await train(1, 1, ['tea', 'garden'])
  expect(first.history).toBeUndefined()
  const earlier = await loadEarlierGroups(database)
  expect(earlier?.version).toBe(first.version)
  expect(earlier?.people.groupOf.size).toBe(40)
  const second = await train(2, 2, ['other', 'names'])
  expect(second.groups.map(({ id, label }) => [id, label])).toEqual(
    first.groups.map(({ id, label }) => [id, label]),
  )
  expect(second.history?.version).toBe(first.version)
  expect(second.history?.by).toBe('members')
  expect(second.history?.sharedCount).toBe(40)
})
