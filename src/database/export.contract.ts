import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Database } from './database.ts'

/** What every adapter promises of files that it writes; `at` gives the database, and a folder once the tests run. */
export function testExports(at: () => { readonly database: Database; readonly folder: string }): void {
  const write = async (file: string, body: string): Promise<string> => {
    await writeFile(join(at().folder, file), body)
    return join(at().folder, file)
  }
  const sql = `SELECT number AS id, if(number % 3 = 0, NULL, number / 4) AS "a share/of", {tag:String} || toString(number) AS name,
      toDateTime64('2011-12-09 12:50:00.123', 3, 'UTC') AS as_of
    FROM numbers({count:UInt64}) ORDER BY id`
  const parameters = { tag: 'it\'s "茶", ', count: 120_000 }

  test('rows go to a file of each format whole, and replace what was there', async () => {
    for (const format of ['Parquet', 'CSVWithNames', 'JSONEachRow'] as const) {
      const path = await write(`exported {1..2}.${format}`, 'before')
      await at().database.exportTo({ path, format }, sql, { parameters })
      const read = await readExported(path, format)
      expect(read).toEqual({ count: 120_000, ids: 7_199_940_000, missing: 40_000, wrong: 0 })
    }
  })

  test('CSV has a header, missing values are empty and times are ISO', async () => {
    const path = join(at().folder, 'few.csv')
    await at().database.exportTo({ path, format: 'CSVWithNames' }, sql, {
      parameters: { tag: 'a', count: 2 },
    })
    expect(await readFile(path, 'utf8')).toBe(
      '"id","a share/of","name","as_of"\n0,,"a0","2011-12-09T12:50:00.123Z"\n1,0.25,"a1","2011-12-09T12:50:00.123Z"\n',
    )
  })

  test('no rows make a file without rows', async () => {
    const path = join(at().folder, 'none.parquet')
    await at().database.exportTo({ path, format: 'Parquet' }, sql, { parameters: { tag: '', count: 0 } })
    expect(await readExported(path, 'Parquet')).toMatchObject({ count: 0 })
  })

  test('what fails late or is stopped leaves no file, also of an export before', async () => {
    const path = await write('failing.parquet', 'before')
    const late = "SELECT throwIf(number = 500000, 'late') AS x FROM numbers(1000000)"
    await expect(at().database.exportTo({ path, format: 'JSONEachRow' }, late)).rejects.toMatchObject({
      code: 'database_failed',
    })
    expect(existsSync(path)).toBe(false)
    const controller = new AbortController()
    const endless = 'SELECT sipHash64(number) AS x FROM numbers(100000000000)'
    const { signal } = controller
    const stopped = at().database.exportTo({ path, format: 'CSVWithNames' }, endless, { signal })
    setTimeout(() => controller.abort(), 50)
    await expect(stopped).rejects.toMatchObject({ code: 'stopped' })
    expect(existsSync(path)).toBe(false)
  })

  /** By the engine's own readers, which know the path as they take it: without wildcards. */
  async function readExported(path: string, format: string) {
    const columns = [
      { name: 'id', type: 'UInt64' },
      { name: 'a share/of', type: 'Nullable(Float64)' },
      { name: 'name', type: 'String' },
      { name: 'as_of', type: "DateTime64(3, 'UTC')" },
    ]
    await at().database.execute(
      `CREATE OR REPLACE TABLE exported (row_number UInt64, id UInt64, "a share/of" Nullable(Float64), name String, as_of DateTime64(3, 'UTC'))
      ENGINE = MergeTree ORDER BY id`,
    )
    await at().database.loadFile({ path, format, compression: 'none', columns, table: 'exported' })
    const [row] = await at().database.query(
      `SELECT count() AS count, sum(id) AS ids, countIf("a share/of" IS NULL) AS missing,
        countIf("a share/of" != id / 4 OR name != {tag:String} || toString(id) OR toUnixTimestamp64Milli(as_of) != 1323435000123) AS wrong
      FROM exported`,
      { parameters },
    )
    return row
  }
}
