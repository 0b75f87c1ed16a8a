import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { loadParts, saveParts } from './model-parts.ts'

let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => (at * 31) % 256)

test('every byte of a part comes back; a version without parts has none', async () => {
  await saveParts(database, 'net@1', { graph: bytes, empty: new Uint8Array() }, new Date(0))
  const parts = await loadParts(database, 'net@1')
  expect(Object.keys(parts).sort()).toEqual(['empty', 'graph'])
  expect(Buffer.compare(parts.graph ?? new Uint8Array(), bytes)).toBe(0)
  expect(parts.empty).toHaveLength(0)
  expect(await loadParts(database, 'net@2')).toEqual({})
})
