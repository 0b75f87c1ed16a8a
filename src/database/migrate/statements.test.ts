import { expect, test } from 'vitest'
import { composeForCluster, splitStatements } from './statements.ts'

const text = `-- One row per visit; of one person.
-- sharded by cityHash64(profile_id)
CREATE TABLE IF NOT EXISTS visits (
    -- Whose it is; may be empty;
    profile_id String
) ENGINE = MergeTree
ORDER BY profile_id;

ALTER TABLE visits ADD COLUMN IF NOT EXISTS page String;
ALTER TABLE visits MODIFY SETTING fsync_after_insert = 1;
`
const [table, column, setting] = splitStatements(text)

test('statements end at semicolons, comments tell how rows are shared out', () => {
  expect(table?.shardedBy).toBe('cityHash64(profile_id)')
  expect(table?.sql).toMatch(/^CREATE TABLE[^;]+ORDER BY profile_id$/)
  expect(column).toEqual({
    sql: 'ALTER TABLE visits ADD COLUMN IF NOT EXISTS page String',
    shardedBy: undefined,
  })
  expect(splitStatements(text.replaceAll('\n', '\r\n'))).toEqual(splitStatements(text))
  expect(() => splitStatements('SELECT 1')).toThrow('without its semicolon')
})

test('on a cluster a table is a local share and a Distributed whole under the plain name', () => {
  const composed = table && composeForCluster(table, 'shops')
  expect(composed?.[0]).toMatch(/^CREATE TABLE IF NOT EXISTS visits_local \(/)
  expect(composed?.[1]).toBe(
    "CREATE TABLE IF NOT EXISTS visits AS visits_local ENGINE = Distributed('shops', currentDatabase(), 'visits_local', cityHash64(profile_id))",
  )
})

test('columns change in both, storage only where the rows are, and a table nobody shared out is refused', () => {
  expect(column && composeForCluster(column, 'shops')).toEqual([
    'ALTER TABLE visits_local ADD COLUMN IF NOT EXISTS page String',
    'ALTER TABLE visits ADD COLUMN IF NOT EXISTS page String',
  ])
  expect(setting && composeForCluster(setting, 'shops')).toEqual([
    'ALTER TABLE visits_local MODIFY SETTING fsync_after_insert = 1',
  ])
  const unshared = { sql: 'CREATE TABLE IF NOT EXISTS a (b String)', shardedBy: undefined }
  expect(() => composeForCluster(unshared, 'shops')).toThrow("'a' lacks")
})

test('on a cluster each node copies its own share into the whole', () => {
  const sql = 'INSERT INTO stays\nSELECT id\nFROM visits FINAL\nWHERE id GLOBAL IN (SELECT id FROM people)'
  expect(composeForCluster({ sql, shardedBy: undefined }, 'shops')).toEqual([
    'INSERT INTO stays\nSELECT id\nFROM visits_local FINAL\nWHERE id GLOBAL IN (SELECT id FROM people)',
  ])
})
