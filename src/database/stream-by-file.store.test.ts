import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { streamByFile } from './stream-by-file.ts'
import { createTestDatabase } from './test-database.ts'

let database: Database
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = database.streamFolder ?? ''
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
})

async function rowsOf(of: Database, sql: string): Promise<unknown[]> {
  const rows: unknown[] = []
  for await (const batch of of.stream(sql, { parameters: { count: 5_000 } })) rows.push(...batch)
  return rows
}

test('rows come as they do from the engine, in their order, and no file stays', async () => {
  const sql = `SELECT number AS id, toString(number) || ' 茶\\n"' AS text, nan AS absent, toDecimal64(number, 2) AS money,
      toDateTime64(number, 3, 'UTC') AS at, [number, number + 1] AS list, map('a', number / 3) AS shares,
      if(number % 2 = 0, NULL, number) AS odd
    FROM numbers({count:UInt64}) ORDER BY sipHash64(number)`
  const rows = await rowsOf(streamByFile(database, folder), sql)
  expect(rows).toHaveLength(5_000)
  expect(rows).toEqual(await rowsOf(database, sql))
  expect(readdirSync(folder)).toEqual([])
})

test('no rows, a refused query and a fired signal are as they are elsewhere, and leave no file', async () => {
  const own = streamByFile(database, folder)
  expect(await rowsOf(own, 'SELECT {count:UInt64} AS count WHERE 0')).toEqual([])
  await expect(rowsOf(own, 'SELECT {count:UInt64} FROM absent')).rejects.toMatchObject({
    code: 'database_failed',
  })
  const stopped = own.stream('SELECT 1', { signal: AbortSignal.abort() })[Symbol.asyncIterator]()
  await expect(stopped.next()).rejects.toMatchObject({ code: 'stopped' })
  expect(readdirSync(folder)).toEqual([])
})
