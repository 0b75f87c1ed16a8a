import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isScope, scopeNames } from './scopes.ts'

test('docs/api.md tells what every scope opens, and of no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| `[a-z]+:(read|write)`/.test(line))
  const told = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(told.toSorted()).toEqual(scopeNames.toSorted())
  expect(isScope('toString')).toBe(false)
})
