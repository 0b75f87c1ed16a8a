import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { findProfiles } from './find-profiles.ts'
import { loadProfile } from './load-profile.ts'
import { loadQueryWords } from './query-words.ts'
import { currentTraits, mergeTraits, type TraitFact } from './trait-facts.ts'

let database: Database
const start = Date.UTC(2026, 0, 1)
const people = ['a', 'b', 'c']

beforeAll(async () => {
  database = await createTestDatabase()
  const rows = people.map((profile_id) => ({ as_of: start, profile_id, computed_at: start }))
  await database.insert('profile_features', rows)
})
afterAll(() => database[Symbol.asyncDispose]())

async function empty(): Promise<void> {
  for (const table of ['traits', 'trait_statements', 'identities', 'migrations']) {
    await database.execute('TRUNCATE TABLE {table:Identifier}', { parameters: { table } })
  }
}

const kinds = fc.constantFrom('user_id', 'anonymous_id')
const ids = fc.constantFrom('a', 'b', 'c', 'd')
const statement = fc.record({
  id_kind: kinds,
  id: ids,
  name: fc.constantFrom('city', 'address.city', 'tier'),
  value: fc.constantFrom('York', 'Leeds', ''),
  source: fc.constantFrom('web', 'till'),
  purpose: fc.constantFrom('', 'service'),
  at: fc.nat(5).map((day) => start + day * 86_400_000),
})
type Statement = typeof statement extends fc.Arbitrary<infer Value> ? Value : never
const keyOf = ({ id_kind, id, name, source }: Statement) => [id_kind, id, name, source].join(' ')
const identity = fc.record({ kind: kinds, id: ids, profile_id: fc.constantFrom('a', 'b', 'c') })
type KnownId = typeof identity extends fc.Arbitrary<infer Value> ? Value : never

/** What was said of any id of the person. */
function statementsOf(person: string, statements: readonly Statement[], known: readonly KnownId[]) {
  const ownerOf = ({ id_kind, id }: Statement) =>
    known.find((each) => each.kind === id_kind && each.id === id)?.profile_id ?? id
  return statements.filter((one) => ownerOf(one) === person)
}

/** Worked out with lists alone: of each name and source the latest word. */
function traitsOf(statements: readonly Statement[]) {
  const order = (each: Statement) => `${each.at} ${each.id_kind} ${each.value} ${each.purpose}`
  const latest = new Map<string, Statement>()
  for (const each of statements) {
    const key = `${each.name} ${each.source}`
    const before = latest.get(key)
    if (before === undefined || order(before) < order(each)) latest.set(key, each)
  }
  return [...latest.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { name, value, source }]) => ({ name, value, source }))
    .filter(({ value }) => value !== '')
}

/** As the record of a person keeps them, told one by one. */
function foldTraits(statements: readonly Statement[]) {
  const facts = statements
    .map(({ id_kind, at: atMs, ...said }): readonly TraitFact[] => [
      { ...said, atMs, isOfUser: id_kind === 'user_id' },
    ])
    .reduce(mergeTraits, [])
  return currentTraits(facts).map(({ isOfUser: _, id: __, atMs, ...fact }) => ({
    ...fact,
    at: new Date(atMs).toISOString(),
  }))
}

test('a person has the latest traits of all ids of the profile, and is found by them', async () => {
  const stated = fc.uniqueArray(statement, { selector: keyOf, minLength: 4, maxLength: 24, size: 'max' })
  const known = fc.uniqueArray(identity, { selector: ({ kind, id }) => `${kind} ${id}`, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(stated, known, async (statements, identities) => {
      await empty()
      await database.insert('trait_statements', statements)
      await database.insert('identities', identities)
      const found = await findProfiles(database, { trait: { name: 'city', value: 'York' }, limit: 10 })
      for (const person of people) {
        const own = statementsOf(person, statements, identities)
        const expected = traitsOf(own)
        const { traits } = await loadProfile(database, person)
        expect(traits).toEqual(foldTraits(own))
        expect(traits.map(({ name, value, source }) => ({ name, value, source }))).toEqual(expected)
        const isFromYork = expected.some(({ name, value }) => name.endsWith('city') && value === 'York')
        expect(found.some(({ id }) => id === person)).toBe(isFromYork)
      }
    }),
    { numRuns: 40 },
  )
})

test('traits that were kept by profile are kept by the id that named it, and read as before', async () => {
  await empty()
  const at = new Date(start)
  const trait = (profile_id: string, value: string) => ({
    ...{ profile_id, name: 'city', value, source: 'web', purpose: 'service', at },
  })
  await database.insert('identities', [{ kind: 'user_id', id: 'a', profile_id: 'a' }])
  await database.insert('traits', [trait('a', 'York'), trait('b', 'Leeds')])
  await migrate(database)
  expect(await database.query('SELECT id_kind, id FROM trait_statements FINAL ORDER BY id')).toEqual([
    { id_kind: 'user_id', id: 'a' },
    { id_kind: 'anonymous_id', id: 'b' },
  ])
  for (const [person, value] of [
    ['a', 'York'],
    ['b', 'Leeds'],
  ] as const) {
    const { traits } = await loadProfile(database, person)
    expect(traits).toEqual([{ name: 'city', value, source: 'web', purpose: 'service', at: at.toISOString() }])
  }
  expect((await loadQueryWords(database)).traits).toEqual(['city'])
})
