import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createTestDatabase } from '../database/test-database.ts'
import { exportFeatures } from './export-features.ts'

const asOfMs = Date.parse('2011-06-12T00:00:00Z')
let database: Database
beforeAll(async () => {
  database = await createTestDatabase()
  const saved = { as_of: new Date(asOfMs), computed_at: new Date(asOfMs) }
  await database.insert('profile_features', [
    { ...saved, profile_id: 'bob', numbers: { spend: 12.5 }, labels: { country: '=HYPERLINK("x")' } },
    { ...saved, profile_id: 'ann', numbers: { spend: 3, 'price_band/1': 0.5 }, labels: {} },
  ])
})
afterAll(() => database[Symbol.asyncDispose]())

async function exportAs(format: 'csv' | 'jsonl', at = asOfMs): Promise<{ count: number; text: string }> {
  let text = ''
  const count = await exportFeatures(database, { asOfMs: at, format }, (piece) => {
    text += piece
  })
  return { count, text }
}

test('CSV has a column for every name, empty where a profile lacks it, and no running formula', async () => {
  expect(await exportAs('csv')).toEqual({
    count: 2,
    text: 'profile_id,country,spend,price_band/1\nann,,3,0.5\nbob,"\'=HYPERLINK(""x"")",12.5,\n',
  })
})

test('JSONL holds what a profile has', async () => {
  const { text } = await exportAs('jsonl')
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { profile_id: 'ann', spend: 3, 'price_band/1': 0.5 },
    { profile_id: 'bob', country: '=HYPERLINK("x")', spend: 12.5 },
  ])
})

test('a cut that nothing was saved at gives nothing', async () => {
  expect((await exportAs('jsonl', asOfMs + 1)).count).toBe(0)
})
