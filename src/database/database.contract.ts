import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, FileLoad } from './database.ts'
import { testExports } from './export.contract.ts'
import { quoteIdentifier } from './identifier.ts'
import { migrate, readMigrations } from './migrate.ts'
import { createTestDatabase } from './test-database.ts'

const tableSettings = 'SETTINGS fsync_after_insert = 1, non_replicated_deduplication_window = 100'

/** What every adapter of the Database port promises; none may skip a case. */
export function testDatabase(name: string, create: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    let folder: string
    beforeAll(async () => {
      database = await create()
      folder = await mkdtemp(join(tmpdir(), 'likeness-files-'))
    })
    afterAll(async () => {
      await database[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    describe('parameters', () => {
      test('a value of every type comes back as it went in', async () => {
        const [row] = await database.query(
          `SELECT {text:String} AS text, {count:UInt64} AS count, {ratio:Float64} AS ratio, {is:Bool} AS is,
            {day:Date} AS day, {second:DateTime} AS second, {at:DateTime64(3)} AS at, {none:Nullable(String)} AS none,
            {names:Array(String)} AS names, {counts:Array(Int32)} AS counts, {empty:Array(String)} AS empty`,
          {
            parameters: {
              text: '茶 ☕ naïve',
              count: 9_007_199_254_740_991,
              ratio: -1.5e-9,
              is: true,
              day: new Date('2011-12-09T23:59:59Z'),
              second: new Date('2011-12-09T12:50:00Z'),
              at: new Date('2011-12-09T12:50:00.123Z'),
              none: null,
              names: ["it's", 'a\\b', '茶'],
              counts: [-1, 2],
              empty: [],
            },
          },
        )
        expect(row).toEqual({
          text: '茶 ☕ naïve',
          count: 9_007_199_254_740_991,
          ratio: -1.5e-9,
          is: true,
          day: '2011-12-09',
          second: '2011-12-09T12:50:00Z',
          at: '2011-12-09T12:50:00.123Z',
          none: null,
          names: ["it's", 'a\\b', '茶'],
          counts: [-1, 2],
          empty: [],
        })
      })

      test('no text breaks out of its parameter', async () => {
        const texts = fc.oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.constantFrom(
            "'; DROP TABLE t; --",
            "\\'",
            '\\N',
            '{x:String}',
            '\t\r\n\0\b\f',
            '\\',
            '`',
            '-- ',
          ),
        )
        await fc.assert(
          fc.asyncProperty(texts, fc.array(texts, { maxLength: 4 }), async (text, list) => {
            const sql = 'SELECT {text:String} AS text, {list:Array(String)} AS list'
            const rows = await database.query(sql, { parameters: { text, list } })
            expect(rows).toEqual([{ text, list }])
          }),
          { numRuns: 60, seed: 7 },
        )
      })

      test('a placeholder without a value is refused, whatever the query before it had', async () => {
        await database.query('SELECT {x:String} AS x', { parameters: { x: 'old' } })
        await expect(database.query('SELECT {x:String} AS x')).rejects.toThrow("'x' has no value")
      })

      test('settings and parameters of one query do not reach the next', async () => {
        const sql = "SELECT getSetting('max_result_rows') AS value FROM numbers(1)"
        const [set] = await database.query<{ value: number }>(sql, { settings: { max_result_rows: 7 } })
        const rest = await Promise.all(
          Array.from({ length: 6 }, () => database.query<{ value: number }>(sql)),
        )
        expect(set?.value).toBe(7)
        expect(rest.map(([row]) => row?.value)).toEqual([0, 0, 0, 0, 0, 0])
      })
    })

    describe('answers', () => {
      test('decimals and 64-bit integers are numbers, times are ISO in UTC, NaN is null', async () => {
        const rows = await database.query(
          'SELECT toDecimal64(4310, 4) AS spend, toInt64(-5) AS count, toDateTime(0) AS at, nan AS value, toString(toDateTime(0)) AS text',
        )
        expect(rows).toEqual([
          { spend: 4310, count: -5, at: '1970-01-01T00:00:00Z', value: null, text: '1970-01-01 00:00:00' },
        ])
      })

      test('a select without rows gives none', async () => {
        expect(await database.query('SELECT 1 AS one WHERE 0')).toEqual([])
      })

      test('a stream gives every row in batches and can be left early', async () => {
        const sql = 'SELECT number, {tag:String} AS tag FROM numbers({count:UInt64}) ORDER BY number'
        const parameters = { tag: 'a', count: 200_000 }
        let [batchCount, rowCount, last] = [0, 0, -1]
        for await (const rows of database.stream<{ number: number }>(sql, { parameters })) {
          batchCount += 1
          rowCount += rows.length
          last = rows.at(-1)?.number ?? last
        }
        expect([rowCount, last]).toEqual([200_000, 199_999])
        expect(batchCount).toBeGreaterThan(1)
        for await (const rows of database.stream(sql, { parameters })) {
          expect(rows.length).toBeGreaterThan(0)
          break
        }
        expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      })
    })

    describe('inserts', () => {
      test('rows are stored as they are, times and arrays included', async () => {
        await database.execute(
          `CREATE TABLE stored (id UInt64, name String, at DateTime64(3, 'UTC'), price Decimal(18, 4), tags Array(String))
          ENGINE = MergeTree ORDER BY id ${tableSettings}`,
        )
        const rows = [
          { id: 1, name: 'it\'s\n"茶"', at: '2011-12-09T12:50:00.123Z', price: 2.55, tags: ['a', "b'"] },
          { id: 2, name: '', at: '1970-01-01T00:00:00.000Z', price: 0, tags: [] },
        ]
        await database.insert('stored', rows)
        expect(await database.query('SELECT * FROM stored ORDER BY id')).toEqual(rows)
      })

      test('an insert repeated with its token is stored once, without a token each time', async () => {
        await database.execute(
          `CREATE TABLE repeated (id UInt64) ENGINE = MergeTree ORDER BY id ${tableSettings}`,
        )
        const count = async () => (await database.query('SELECT count() AS count FROM repeated'))[0]
        for (let round = 0; round < 3; round++) {
          await database.insert('repeated', [{ id: 1 }, { id: 2 }], { token: "batch '1'" })
        }
        expect(await count()).toEqual({ count: 2 })
        await database.insert('repeated', [{ id: 1 }, { id: 2 }], { token: 'batch 2' })
        expect(await count()).toEqual({ count: 4 })
        await database.insert('repeated', [{ id: 3 }])
        await database.insert('repeated', [{ id: 4 }])
        expect(await count()).toEqual({ count: 6 })
        await database.insert('repeated', [])
      })
    })

    describe('files', () => {
      const columns = [
        { name: 'id', type: 'UInt64' },
        { name: 'Item Name', type: 'String' },
      ]
      const count = 50_000
      const lineOf = (index: number, separator: string) => `${index}${separator}"name ${index}"`
      const csv = Array.from({ length: count }, (_, index) => lineOf(index, ',')).join('\n')
      const stage = async (table: string): Promise<void> => {
        await database.execute(
          `CREATE OR REPLACE TABLE ${table} (row_number UInt64, id UInt64, "Item Name" String) ENGINE = MergeTree ORDER BY row_number`,
        )
      }
      const write = async (file: string, body: string | Buffer): Promise<string> => {
        await writeFile(join(folder, file), body)
        return join(folder, file)
      }
      const loadAll = async (load: Pick<FileLoad, 'path' | 'format' | 'compression'>) => {
        await stage('staged')
        const rowCount = await database.loadFile({ ...load, columns, table: 'staged' })
        const [row] = await database.query(
          `SELECT count() AS count, countIf(row_number != id + 1) AS misplaced, countIf("Item Name" != 'name ' || toString(id)) AS wrong
          FROM staged`,
        )
        return { rowCount, row }
      }
      const whole = { rowCount: count, row: { count, misplaced: 0, wrong: 0 } }

      test('CSV, plain and gzipped, arrives whole with its row numbers in order', async () => {
        const plain = await write('a.csv', csv)
        const gzipped = await write('a.csv.gz', gzipSync(csv))
        expect(await loadAll({ path: plain, format: 'CSV', compression: 'none' })).toEqual(whole)
        expect(await loadAll({ path: gzipped, format: 'CSV', compression: 'gzip' })).toEqual(whole)
      })

      test('TSV and JSON lines, gzipped, arrive the same', async () => {
        const tsv = await write('a.tsv.gz', gzipSync(csv.replaceAll('"', '').replaceAll(',', '\t')))
        expect(await loadAll({ path: tsv, format: 'TSV', compression: 'gzip' })).toEqual(whole)
        const lines = Array.from({ length: count }, (_, id) =>
          JSON.stringify({ id, 'Item Name': `name ${id}` }),
        )
        const jsonl = await write('a.jsonl.gz', gzipSync(lines.join('\n')))
        expect(await loadAll({ path: jsonl, format: 'JSONEachRow', compression: 'gzip' })).toEqual(whole)
      })

      test('Parquet arrives the same', async () => {
        const path = join(folder, 'a.parquet')
        await using writer = await createTestDatabase()
        await writer.execute(
          `INSERT INTO FUNCTION file({path:String}, 'Parquet')
          SELECT number AS id, 'name ' || toString(number) AS "Item Name" FROM numbers({count:UInt64})`,
          { parameters: { path, count } },
        )
        expect(await loadAll({ path, format: 'Parquet', compression: 'none' })).toEqual(whole)
      })

      test('a column of any name is that column and no SQL', async () => {
        const names = ['`); DROP TABLE staged; --', '{x:String}', "a\\'", 'x`y', '--', '茶']
        const odd = names.map((name) => ({ name, type: 'String' }))
        const list = names.map((name) => `${quoteIdentifier(name)} String`).join(', ')
        await database.execute(
          `CREATE OR REPLACE TABLE staged (row_number UInt64, ${list}) ENGINE = MergeTree ORDER BY row_number`,
        )
        const row = Object.fromEntries(names.map((name) => [name, name]))
        const path = await write('odd.jsonl', JSON.stringify(row))
        const load = {
          path,
          format: 'JSONEachRow',
          compression: 'none',
          columns: odd,
          table: 'staged',
        } as const
        expect(await database.loadFile(load)).toBe(1)
        const sql = `SELECT ${names.map(quoteIdentifier).join(', ')} FROM staged WHERE '{y:String}' != {z:String} -- {w:String}`
        expect(await database.query(sql, { parameters: { z: '' } })).toEqual([row])
      })

      test('a name with wildcards is that one file', async () => {
        const path = await write('odd {1,2} [x]*?::茶.csv', csv)
        expect(await loadAll({ path, format: 'CSV', compression: 'none' })).toEqual(whole)
      })

      test('a gzip cut short is a bad file and leaves nothing', async () => {
        const body = gzipSync(csv)
        const path = await write('cut.csv.gz', body.subarray(0, body.length / 2))
        await stage('staged')
        const load = database.loadFile({ path, format: 'CSV', compression: 'gzip', columns, table: 'staged' })
        await expect(load).rejects.toMatchObject({ name: 'AppError', code: 'bad_file' })
        expect(await database.query('SELECT count() AS count FROM staged')).toEqual([{ count: 0 }])
      })

      test('a file of other columns, and a file that is not there, are bad files', async () => {
        await stage('staged')
        const path = await write('dates.csv', 'not a number,x\n')
        const load = { format: 'CSV', compression: 'none', columns, table: 'staged' } as const
        await expect(database.loadFile({ ...load, path })).rejects.toMatchObject({ code: 'bad_file' })
        const absent = database.loadFile({ ...load, path: join(folder, 'absent.csv') })
        await expect(absent).rejects.toMatchObject({ code: 'bad_file' })
      })

      test('an empty file has no rows', async () => {
        const path = await write('empty.csv', '')
        await stage('staged')
        expect(
          await database.loadFile({ path, format: 'CSV', compression: 'none', columns, table: 'staged' }),
        ).toBe(0)
      })
    })

    describe('exports', () => testExports(() => ({ database, folder })))

    describe('errors', () => {
      test('a refused query names the engine’s reason and keeps the cause', async () => {
        const failure = database.query('SELECT * FROM absent_table')
        await expect(failure).rejects.toMatchObject({
          name: 'AppError',
          code: 'database_failed',
          received: 'UNKNOWN_TABLE',
          message: expect.stringContaining('absent_table'),
          cause: expect.any(Error),
        })
        await expect(database.execute('SELEC 1')).rejects.toMatchObject({ received: 'SYNTAX_ERROR' })
        await expect(database.insert('absent_table', [{ id: 1 }])).rejects.toMatchObject({
          code: 'database_failed',
        })
        const stream = async () => {
          for await (const _ of database.stream(
            "SELECT throwIf(number = 100000, 'late') FROM numbers(1000000)",
          ));
        }
        await expect(stream()).rejects.toMatchObject({ code: 'database_failed' })
      })

      test('a fired signal stops the query, its work and nothing else', async () => {
        const leave = async () => {
          const controller = new AbortController()
          const sql = 'SELECT sipHash64(number) AS x FROM numbers(100000000000)'
          for await (const rows of database.stream(sql, { signal: controller.signal })) {
            expect(rows.length).toBeGreaterThan(0)
            controller.abort()
          }
        }
        await expect(leave()).rejects.toMatchObject({ code: 'stopped' })
        const before = database.query('SELECT 1', { signal: AbortSignal.abort() })
        await expect(before).rejects.toMatchObject({ code: 'stopped' })
        const controller = new AbortController()
        const heavy = 'SELECT sum(sipHash64(number)) AS x FROM numbers(100000000000)'
        const stopped = database.query(heavy, { signal: controller.signal })
        setTimeout(() => controller.abort(), 50)
        await expect(stopped).rejects.toMatchObject({ code: 'stopped' })
        const running = async () =>
          (
            await database.query<{ count: number }>(
              "SELECT count() AS count FROM system.processes WHERE query LIKE '%sipHash64(number)%numbers(100000000000)%' AND query NOT LIKE '%system.processes%'",
            )
          )[0]?.count
        await expect.poll(running, { timeout: 10_000 }).toBe(0)
        expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      })
    })

    test('small queries are answered while a heavy one runs', async () => {
      let isRunning = true
      const startedMs = performance.now()
      const heavy = database.query('SELECT sum(sipHash64(number)) AS x FROM numbers(30000000)').then(() => {
        isRunning = false
        return performance.now() - startedMs
      })
      const durations: number[] = []
      while (isRunning) {
        const beganMs = performance.now()
        const [row] = await database.query('SELECT {n:UInt32} AS n', { parameters: { n: durations.length } })
        expect(row).toEqual({ n: durations.length })
        durations.push(performance.now() - beganMs)
      }
      const median = durations.toSorted((a, b) => a - b)[durations.length >> 1] ?? Number.POSITIVE_INFINITY
      expect(durations.length).toBeGreaterThan(10)
      expect(median / (await heavy)).toBeLessThan(0.1)
    })

    test('works of one name take turns, a failed one holds up nobody, and waiting can be stopped', async () => {
      const seen: string[] = []
      const work = (name: string) => async () => {
        seen.push(`${name} begins`)
        await database.query('SELECT sleep(0.05)')
        seen.push(`${name} ends`)
        if (name === 'b') throw new Error('b fails')
        return name
      }
      const controller = new AbortController()
      const runs = [
        database.takeTurns('import', work('a')),
        database.takeTurns('import', work('b')),
        database.takeTurns('import', work('c'), controller.signal),
        database.takeTurns('import', work('d')),
      ]
      controller.abort()
      const ends = await Promise.allSettled(runs)
      expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
      await expect(runs[2]).rejects.toMatchObject({ code: 'stopped' })
      expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'd begins', 'd ends'])
    })

    describe('migrations', () => {
      const known = readMigrations(new URL('./migrations/', import.meta.url))

      test('the tables of the product stand and a second run changes nothing', async () => {
        await migrate(database)
        expect(await migrate(database)).toEqual([])
        const event = { event_id: 'e1', profile_id: 'p1', at: '2011-12-09T12:50:00.000Z', kind: 'purchase' }
        await database.insert('events', [event], { token: 'a' })
        await database.insert('events', [event], { token: 'a' })
        expect(await database.query('SELECT event_id, profile_id, at, kind FROM events')).toEqual([event])
      })

      test('without a token rows are stored as often as they are sent', async () => {
        await migrate(database)
        const event = { event_id: 'twice', profile_id: 'p2', at: '2011-12-09T12:50:00.000Z', kind: 'view' }
        await database.insert('events', [event])
        await database.insert('events', [event])
        const counted = "SELECT count() AS count FROM events WHERE event_id = 'twice'"
        expect(await database.query(counted)).toEqual([{ count: 2 }])
      })

      test('an applied migration that was edited, and a database newer than the program, are refused', async () => {
        const edited = known.map((each) => ({ ...each, text: `${each.text}\n-- edited` }))
        await expect(migrate(database, edited)).rejects.toMatchObject({ code: 'bad_config' })
        await expect(migrate(database, [])).rejects.toThrow('newer version')
      })

      test('a later migration adds a column where rows are and where they are read', async () => {
        const next = { number: 9000, name: 'pets', text: pets }
        const after = {
          number: 9001,
          name: 'ages',
          text: 'ALTER TABLE pets ADD COLUMN IF NOT EXISTS age UInt8;\n',
        }
        expect(await migrate(database, [...known, next])).toEqual(['pets'])
        expect(await migrate(database, [...known, next, after])).toEqual(['ages'])
        await database.insert('pets', [
          { owner: 'a', age: 3 },
          { owner: 'b', age: 4 },
        ])
        expect(await database.query('SELECT owner, age FROM pets ORDER BY owner')).toEqual([
          { owner: 'a', age: 3 },
          { owner: 'b', age: 4 },
        ])
      })
    })
  })
}

const pets = `-- One row per pet; of people;
-- sharded by cityHash64(owner)
CREATE TABLE IF NOT EXISTS pets (
    -- Who feeds it.
    owner String
) ENGINE = MergeTree
ORDER BY owner
${tableSettings};
`
