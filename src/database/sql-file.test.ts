import { expect, test } from 'vitest'
import { sqlFile } from './sql-file.ts'

test('a query is found beside its module', () => {
  expect(sqlFile(import.meta.url, './sql/applied-migrations.sql')).toContain('FROM migrations FINAL')
})
