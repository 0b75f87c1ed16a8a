import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import type { FittedModel, SavedModel } from '../models/learner.ts'
import { openFit, saveParts } from './model-parts.ts'
import { registerModel } from './registry.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/** Hands out what it was given to load. */
const loader = {
  kind: 'net',
  load: async (saved: SavedModel): Promise<FittedModel> => ({
    kind: 'net',
    featureNames: saved.featureNames,
    predict: async () => new Float64Array(),
    save: () => saved,
    [Symbol.asyncDispose]: async () => undefined,
  }),
}
const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) % 256)
const now = new Date(0)

test('a fit comes back with its card and every byte of its parts', async () => {
  const saved = { kind: 'net', formatVersion: 1, featureNames: ['a', 'b'], card: { depth: 2 } }
  await saveParts(database, 'net@1', { graph: bytes, empty: new Uint8Array() }, now)
  await registerModel(database, { name: 'net', version: 'net@1', model: saved }, { asOfMs: 0, now })
  const options = { loaders: [loader], featureNames: ['a', 'b'] }
  const { card, parts, formatVersion } = (await openFit(database, 'net', options)).save()
  expect({ card, formatVersion }).toEqual({ card: { depth: 2 }, formatVersion: 1 })
  expect(Object.keys(parts).sort()).toEqual(['empty', 'graph'])
  expect(Buffer.compare(parts.graph ?? new Uint8Array(), bytes)).toBe(0)
  expect(parts.empty).toHaveLength(0)
})

test('another column, a kind that nothing loads and an unknown name are refused politely', async () => {
  const open = (key: string, featureNames: readonly string[], loaders = [loader]) =>
    openFit(database, key, { loaders, featureNames })
  await expect(open('net', ['a', 'c'])).rejects.toMatchObject({
    code: 'bad_input',
    where: 'column 1',
    expected: 'b',
    received: 'c',
    wayOut: { zh: '请重新训练。' },
  })
  await expect(open('net', ['a'])).rejects.toMatchObject({ received: 'no further column' })
  await expect(open('net', ['a', 'b'], [])).rejects.toMatchObject({ code: 'bad_config', received: 'net' })
  await expect(open('cup', ['a', 'b'])).rejects.toMatchObject({ code: 'not_found', expected: 'net' })
})
